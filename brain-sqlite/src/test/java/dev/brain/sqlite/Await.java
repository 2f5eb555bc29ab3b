package dev.brain.sqlite;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another process does, which no latch can tell. */
final class Await {
    private Await() {}

    static void until(Duration longest, BooleanSupplier condition) {
        long until = System.nanoTime() + longest.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("it did not come true within " + longest);
            }
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
