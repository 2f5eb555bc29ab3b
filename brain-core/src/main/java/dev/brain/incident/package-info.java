/** What a person must look at. */
@NullMarked
package dev.brain.incident;

import org.jspecify.annotations.NullMarked;
