package dev.brain.store;

import dev.brain.queue.SiteLimits;
import dev.brain.queue.SiteLimits.Breaker;
import dev.brain.queue.SiteLimits.Rate;
import dev.brain.queue.SiteState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides how many tasks of a site may be started, by its working hours, its pause, its circuit breaker and its limits.
 *
 * @param limits the site's limits
 * @param state the site's state; null if none is recorded
 */
record SiteAllowance(SiteLimits limits, @Nullable SiteState state) {
    /** How far the clocks of two machines that use the same store may differ. */
    static final Duration CLOCK_ERROR = Duration.ofSeconds(5);

    /**
     * The tasks of a site that are in work.
     *
     * @param tasks all of them
     * @param leased those of workers with leases, which end or run out
     */
    record InWork(int tasks, int leased) {
        static final InWork NONE = new InWork(0, 0);
    }

    /** Returns whether no task of the site may be started, whatever its limits. */
    boolean isClosed(Instant now) {
        return !limits.isOpen(now)
                || (state != null && (state.paused() || (isBroken() && isWaiting(state.failedAt(), now))));
    }

    /** Returns whether it matters how many tasks of the site are in work. */
    boolean countsWork() {
        return isBroken() || limits.concurrent() != null;
    }

    /**
     * Returns how many tasks may be started now.
     *
     * @param most the maximum
     * @param inWork the tasks in work, if they count
     * @param begun the number of tasks that were started in the rate's period, if there is a rate
     */
    int tasks(int most, InWork inWork, int begun) {
        int tasks = most;
        if (isBroken()) {
            // after the breaker's pause, one task is tried. A task without a lease is another program's, and may never
            // end
            tasks = Math.min(tasks, 1 - inWork.leased());
        }
        Integer concurrent = limits.concurrent();
        if (concurrent != null) {
            tasks = Math.min(tasks, concurrent - inWork.tasks());
        }
        Rate rate = limits.rate();
        if (rate != null) {
            tasks = Math.min(tasks, rate.tasks() - begun);
        }
        return Math.max(0, tasks);
    }

    private boolean isBroken() {
        Breaker breaker = limits.breaker();
        return state != null && breaker.failures() > 0 && state.failures() >= breaker.failures();
    }

    private boolean isWaiting(@Nullable Instant failedAt, Instant now) {
        // a failure in the future was recorded before the clock was set back; its pause would last too long
        return failedAt != null
                && !now.plus(CLOCK_ERROR).isBefore(failedAt)
                && now.isBefore(failedAt.plus(limits.breaker().pause()));
    }
}
