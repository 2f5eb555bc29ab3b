/** The command line, {@code brain}: the only place that writes to standard output. */
@NullMarked
package dev.brain.launcher;

import org.jspecify.annotations.NullMarked;
