package dev.brain.work;

import static java.util.Objects.requireNonNull;

import dev.brain.config.SettingDefinition;
import dev.brain.config.Settings;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Decides when a task is tried again after a technical failure. Each pause is twice as long as the one before, up to a
 * maximum. A part of it is random, so that tasks that failed together are not tried again together.
 *
 * @param maxAttempts the number of attempts, after which the task fails for good
 * @param first the first pause
 * @param longest the maximum pause
 * @param jitter the random part of a pause, from 0 to 1
 * @stability stable
 */
public record RetryPolicy(int maxAttempts, Duration first, Duration longest, double jitter) {
    /** The maximum pause. Sums of longer times could overflow. */
    static final Duration LONGEST = Duration.ofDays(365);

    /** Five attempts, after pauses of about 30 s, 1, 2 and 4 minutes. */
    public static final RetryPolicy USUAL = new RetryPolicy(5, Duration.ofSeconds(30), Duration.ofHours(1), 0.25);

    private static final SettingDefinition<Integer> ATTEMPTS = SettingDefinition.number(
                    "retry_attempts", 1, "attempts, after which a technical failure is final")
            .withDefault(USUAL.maxAttempts());

    private static final SettingDefinition<Integer> PAUSE = seconds(
                    "retry_pause", "seconds before the second attempt; each further pause is twice as long")
            .withDefault((int) USUAL.first().toSeconds());

    private static final SettingDefinition<Integer> LONGEST_PAUSE = seconds(
                    "retry_longest_pause", "the maximum number of seconds between two attempts")
            .withDefault((int) USUAL.longest().toSeconds());

    private static final SettingDefinition<Integer> JITTER = SettingDefinition.number(
                    "retry_jitter", 0, 100, "the percentage of a pause that is random")
            .withDefault((int) Math.round(USUAL.jitter() * 100));

    /** The settings of a site that {@link #of} reads. Their defaults are {@link #USUAL}. */
    public static final List<SettingDefinition<?>> SETTINGS = List.of(ATTEMPTS, PAUSE, LONGEST_PAUSE, JITTER);

    public RetryPolicy {
        requireNonNull(first, "first");
        requireNonNull(longest, "longest");
        if (maxAttempts < 1) {
            throw new IllegalArgumentException("maxAttempts must be at least 1, not " + maxAttempts);
        }
        if (first.isNegative()
                || longest.isNegative()
                || longest.compareTo(LONGEST) > 0
                || first.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "first and longest must be from 0 to 365 days, were " + first + " and " + longest);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter must be from 0 to 1, not " + jitter);
        }
    }

    private static SettingDefinition<Integer> seconds(String name, String description) {
        return SettingDefinition.number(name, 0, (int) LONGEST.toSeconds(), description);
    }

    /**
     * Returns the policy in a site's {@link #SETTINGS}.
     *
     * @param others the policy that has the values of the settings that are not given
     * @throws dev.brain.error.ConfigurationException if one of them is invalid
     */
    public static RetryPolicy of(Settings settings, RetryPolicy others) {
        return new RetryPolicy(
                ATTEMPTS.find(settings).orElse(others.maxAttempts()),
                PAUSE.find(settings).map(Duration::ofSeconds).orElse(others.first()),
                LONGEST_PAUSE.find(settings).map(Duration::ofSeconds).orElse(others.longest()),
                JITTER.find(settings).map(percent -> percent / 100.0).orElse(others.jitter()));
    }

    /** Returns the pause after this number of failures, which is at least 1. */
    Duration pause(int failures, RandomGenerator random) {
        // 2^40 times any first pause is beyond every longest one
        int doublings = Math.min(40, Math.max(0, failures - 1));
        double wanted = Math.min((double) first.toMillis() * Math.pow(2, doublings), (double) longest.toMillis());
        return Duration.ofMillis(Math.round(wanted * (1 - jitter * random.nextDouble())));
    }
}
