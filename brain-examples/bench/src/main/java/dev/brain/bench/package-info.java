/** The benchmarks' launcher. */
@NullMarked
package dev.brain.bench;

import org.jspecify.annotations.NullMarked;
