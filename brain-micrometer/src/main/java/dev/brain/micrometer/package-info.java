/** Meters and traces of cycles, workers and queues, by Micrometer. */
@NullMarked
package dev.brain.micrometer;

import org.jspecify.annotations.NullMarked;
