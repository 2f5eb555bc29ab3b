package dev.brain.work;

import java.time.Duration;

/**
 * Decides how many tasks a worker takes for which it has no free thread yet: some if its handlers are so quick that taking a
 * task costs more than handling it. Not thread-safe.
 */
final class TakeAhead {
    private static final Duration QUICK = Duration.ofMillis(1);
    private static final int PER_THREAD = 32;

    private final int threads;

    /** The average time of a handler; unknown before the first has ended. */
    private long usualNanos = -1;

    TakeAhead(int threads) {
        this.threads = threads;
    }

    /** Records how long a handler took. */
    void handled(Duration took) {
        // a clock may be set back
        long nanos = Math.max(0, took.toNanos());
        usualNanos = usualNanos < 0 ? nanos : (usualNanos * 7 + nanos) / 8;
    }

    /** Returns how many tasks are taken ahead; 0 if handlers are not quick, or none has ended. */
    int tasks() {
        return usualNanos >= 0 && usualNanos < QUICK.toNanos() ? PER_THREAD * threads : 0;
    }
}
