/** The access rights of the files that Brain writes. */
@NullMarked
package dev.brain.internal.file;

import org.jspecify.annotations.NullMarked;
