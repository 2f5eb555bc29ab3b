/** What all benchmarks share. */
@NullMarked
package dev.brain.bench.measurement;

import org.jspecify.annotations.NullMarked;
