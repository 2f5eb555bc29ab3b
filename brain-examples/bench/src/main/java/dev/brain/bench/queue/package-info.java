/** The task queue beside a hand-written loop, db-scheduler and JobRunr. */
@NullMarked
package dev.brain.bench.queue;

import org.jspecify.annotations.NullMarked;
