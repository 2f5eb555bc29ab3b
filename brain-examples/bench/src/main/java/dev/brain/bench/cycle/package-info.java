/** Cycles, measured beside loops on the same tables. */
@NullMarked
package dev.brain.bench.cycle;

import org.jspecify.annotations.NullMarked;
