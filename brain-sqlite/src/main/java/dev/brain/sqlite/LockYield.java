package dev.brain.sqlite;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a writer that has much to do from keeping others away from the file.
 *
 * <p>SQLite has no queue for its lock. A waiting program tries again after pauses that grow to 100 ms, and may never hit
 * the moment between two of our commits before it gives up. Therefore all busy writers on this machine leave the file
 * unlocked at the same time, by the clock that they share, for slightly longer than such a pause. A waiting program then
 * gets the lock, and more than once in the five seconds that the Python worker waits. Not thread-safe.
 */
final class LockYield {
    private static final long PERIOD_MILLIS = 2_000;
    private static final long GAP_MILLIS = 130;

    /** A writer that writes less leaves enough time for others anyway. */
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(PERIOD_MILLIS / 10);

    private final Clock clock;
    private long period;
    private long before;
    private long during;

    /** Creates it with the clock that all writers on this machine share. */
    LockYield(Clock clock) {
        this.clock = clock;
    }

    /** Returns how much longer it is the turn of other programs; must be called before a transaction begins. */
    Duration othersTurn() {
        long now = clock.millis();
        move(now / PERIOD_MILLIS);
        long into = now % PERIOD_MILLIS;
        return into < GAP_MILLIS && before > BUSY_NANOS ? Duration.ofMillis(GAP_MILLIS - into) : Duration.ZERO;
    }

    /** Counts a transaction: the time that it waited for the lock and held it. */
    void used(long nanos) {
        move(clock.millis() / PERIOD_MILLIS);
        during += nanos;
    }

    private void move(long current) {
        if (current != period) {
            before = current == period + 1 ? during : 0;
            during = 0;
            period = current;
        }
    }
}
