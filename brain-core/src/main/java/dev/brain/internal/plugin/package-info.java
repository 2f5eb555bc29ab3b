/** Finds providers and data files. */
@NullMarked
package dev.brain.internal.plugin;

import org.jspecify.annotations.NullMarked;
