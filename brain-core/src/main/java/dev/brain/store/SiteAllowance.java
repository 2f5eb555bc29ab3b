package dev.brain.store;

import dev.brain.queue.SiteLimits;
import dev.brain.queue.SiteLimits.Breaker;
import dev.brain.queue.SiteLimits.Rate;
import dev.brain.queue.SiteState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides how many tasks of a site may be begun: its pause, its circuit breaker and its limits.
 *
 * @param limits the site's limits
 * @param state its state; null if nothing is known of it
 */
record SiteAllowance(SiteLimits limits, @Nullable SiteState state) {
    /** Returns whether no task may be begun, whatever its limits. */
    boolean isClosed(Instant now) {
        return state != null && (state.paused() || (isBroken() && isWaiting(state.failedAt(), now)));
    }

    /** Returns how many tasks may be in work at once; null means no limit. */
    @Nullable
    Integer concurrent() {
        // after the breaker's pause one task is tried, and until it has ended no other
        return isBroken() ? Integer.valueOf(1) : limits.concurrent();
    }

    /**
     * Returns how many tasks may be begun now.
     *
     * @param most the maximum
     * @param inWork the tasks in work, if their number is limited
     * @param begun the tasks begun in the rate's period, if there is a rate
     */
    int tasks(int most, int inWork, int begun) {
        int tasks = most;
        Integer concurrent = concurrent();
        if (concurrent != null) {
            tasks = Math.min(tasks, concurrent - inWork);
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
        // a failure in the future is one from before the clock was set back: it ends no pause, so it begins none
        return failedAt != null
                && !now.isBefore(failedAt)
                && now.isBefore(failedAt.plus(limits.breaker().pause()));
    }
}
