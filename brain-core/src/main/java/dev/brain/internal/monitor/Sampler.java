package dev.brain.internal.monitor;

import dev.brain.queue.TaskQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the figures of a store for all viewers of a process. A viewer gets the last ones, and reads them anew only if they are
 * older than five seconds and no other viewer is reading. Nothing is read while nobody looks. Thread-safe.
 */
public final class Sampler {
    /** The least time between two reads. */
    static final Duration INTERVAL = Duration.ofSeconds(5);

    /** How many times as long as a read takes, the store is left alone after it. */
    private static final int SHARE = 20;

    /** Figures that are older than this are not shown unless they can't be read. */
    private static final Duration LAPSED = Duration.ofMinutes(1);

    /** How long a viewer waits for another one that is reading, if it has nothing better to show. */
    private static final Duration WAIT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);

    private final @Nullable Monitor monitor;
    private final Clock clock;
    private final ZoneId zone;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile Sample last = new Sample(Overview.NONE, Instant.MIN, Instant.MIN);

    Sampler(@Nullable Monitor monitor, Clock clock, ZoneId zone) {
        this.monitor = monitor;
        this.zone = zone;
        this.clock = clock;
    }

    /**
     * @param triedAt when the figures were read, or could not be read
     * @param next when they are read again
     */
    private record Sample(Overview overview, Instant triedAt, Instant next) {
        /** Returns whether it is not yet time to read again. A clock that was set back makes it time. */
        boolean isFresh(Instant now) {
            return !now.isBefore(triedAt) && now.isBefore(next);
        }

        boolean isLapsed(Instant now) {
            return now.isBefore(triedAt) || triedAt.equals(Instant.MIN) || now.isAfter(triedAt.plus(LAPSED));
        }
    }

    /**
     * Creates the sampler of a queue. Of a store that is not one of Brain's own it has only the problem.
     *
     * @param clock its zone says where days begin
     */
    public static Sampler of(TaskQueue queue, Clock clock) {
        return of(queue, clock, clock.getZone());
    }

    /** Creates the sampler of a queue, with days that begin in a zone. */
    public static Sampler of(TaskQueue queue, Clock clock, ZoneId zone) {
        return new Sampler(queue instanceof Monitor.Source source ? source.monitor() : null, clock, zone);
    }

    /** Returns the figures. If the store can't be read, they say so; this throws nothing. */
    public Overview overview() {
        Instant now = clock.instant();
        Sample sample = last;
        if (!sample.isFresh(now) && (sample.isLapsed(now) ? waitToRead() : reading.tryLock())) {
            try {
                if (!last.isFresh(now)) {
                    last = read(last.overview(), now);
                }
            } finally {
                reading.unlock();
            }
        }
        return last.overview();
    }

    private boolean waitToRead() {
        try {
            return reading.tryLock(WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Sample read(Overview before, Instant now) {
        Overview overview = read(before);
        Duration took = Duration.between(now, clock.instant());
        // after a failure soon again; and never so late that figures lapse
        Duration pause = overview.problem() != null ? INTERVAL : took.multipliedBy(SHARE);
        return new Sample(
                overview, now, now.plus(Collections.max(List.of(INTERVAL, Collections.min(List.of(pause, LAPSED))))));
    }

    private Overview read(Overview before) {
        if (monitor == null) {
            return before.withProblem("this store has no figures for dashboards and meters");
        }
        try {
            Overview overview = monitor.read(before, zone);
            if (before.problem() != null) {
                LOG.info("the figures of the queue can be read again");
            }
            return overview;
        } catch (RuntimeException e) {
            if (before.problem() == null) {
                LOG.warn("the figures of the queue can't be read just now: {}", e.getMessage());
            }
            LOG.debug("reading the figures failed", e);
            return before.withProblem(String.valueOf(e.getMessage()));
        }
    }
}
