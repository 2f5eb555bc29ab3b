package dev.brain.bench.queue;

import java.time.Duration;

/** Checks that the work of a measurement was done. */
final class Check {
    private Check() {}

    static Duration done(int expected, int done, long startNanos) {
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        done(expected, done);
        return took;
    }

    static void done(int expected, int done) {
        if (done != expected) {
            throw new IllegalStateException("only " + done + " of " + expected + " tasks were done");
        }
    }
}
