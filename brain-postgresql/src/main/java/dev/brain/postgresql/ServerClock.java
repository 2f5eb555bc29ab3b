package dev.brain.postgresql;

import dev.brain.store.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The server's clock, so that a lease ends at the same time for all machines. It is read once a minute, and after this
 * machine was suspended or its clock was set; meanwhile it is counted on. Thread-safe.
 */
final class ServerClock {
    private static final Duration READ_EVERY = Duration.ofMinutes(1);

    /** How far the clock of this machine may depart from its monotonic one before it counts as set. */
    private static final Duration SET = Duration.ofSeconds(1);

    private volatile @Nullable Reading last;

    private record Reading(Instant server, long nanos, long localMillis) {
        Duration age() {
            return Duration.ofNanos(System.nanoTime() - nanos);
        }

        boolean isOld() {
            Duration age = age();
            Duration local = Duration.ofMillis(System.currentTimeMillis() - localMillis);
            return age.compareTo(READ_EVERY) > 0 || local.minus(age).abs().compareTo(SET) > 0;
        }
    }

    /** Returns the time, which was {@linkplain #prepare prepared} on this thread. */
    Instant now() {
        Reading reading = last;
        if (reading == null) {
            throw new IllegalStateException("the server's clock was not read");
        }
        return reading.server().plus(reading.age());
    }

    /** Reads the server's clock if it is time to. */
    void prepare(Sql sql) throws SQLException {
        Reading reading = last;
        if (reading != null && !reading.isOld()) {
            return;
        }
        long before = System.nanoTime();
        Instant time = sql.first("SELECT clock_timestamp() AS time", row -> row.requiredTime("time"))
                .orElseThrow();
        last = new Reading(time, before + (System.nanoTime() - before) / 2, System.currentTimeMillis());
    }
}
