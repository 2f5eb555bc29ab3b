package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import dev.brain.config.SettingDefinition;
import dev.brain.config.Settings;
import dev.brain.error.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The limits on the tasks of a site, counted over all workers of a queue.
 *
 * @param siteId the site
 * @param concurrent the maximum number of tasks in work at once, including those of other programs; null means no limit
 * @param rate the maximum number of tasks begun in a period; null means no limit
 * @param breaker when to pause a site that fails
 * @stability evolving
 */
public record SiteLimits(
        String siteId,
        @Nullable Integer concurrent,
        @Nullable Rate rate,
        Breaker breaker) {
    private static final SettingDefinition<Integer> CONCURRENT =
            SettingDefinition.number("max_concurrent", 1, "tasks that run at the same time; no limit without it");

    private static final SettingDefinition<Rate> RATE = SettingDefinition.parsed(
            "rate",
            "like \"30/h\" or \"5/10m\"",
            SiteLimits::rate,
            "tasks started in a period, in s, m, h or d; no limit without it");

    private static final SettingDefinition<Integer> BREAKER_FAILURES = SettingDefinition.number(
                    "breaker_failures", 0, "technical failures in a row that pause the site; 0 never pauses it")
            .withDefault(Breaker.USUAL.failures());

    private static final SettingDefinition<Duration> BREAKER_PAUSE = SettingDefinition.seconds(
                    "breaker_pause", "for how many seconds; then one task is tried")
            .withDefault(Breaker.USUAL.pause());

    /** The settings that {@link #of} reads. */
    public static final List<SettingDefinition<?>> SETTINGS =
            List.of(CONCURRENT, RATE, BREAKER_FAILURES, BREAKER_PAUSE);

    private static final Pattern RATE_TEXT = Pattern.compile("(\\d{1,9})\\s*/\\s*(\\d{0,6})\\s*([smhd])");

    public SiteLimits {
        requireNonNull(siteId, "siteId");
        requireNonNull(breaker, "breaker");
        if (concurrent != null && concurrent < 1) {
            throw ConfigurationException.ofSite(siteId, "max_concurrent must be at least 1, not " + concurrent);
        }
    }

    /** Returns no limits, with the usual breaker. */
    public static SiteLimits none(String siteId) {
        return new SiteLimits(siteId, null, null, Breaker.USUAL);
    }

    /**
     * Returns the limits in a site's {@link #SETTINGS}.
     *
     * @throws ConfigurationException if one of them is invalid
     */
    public static SiteLimits of(String siteId, Settings settings) {
        return new SiteLimits(
                siteId,
                CONCURRENT.find(settings).orElse(null),
                RATE.find(settings).orElse(null),
                new Breaker(BREAKER_FAILURES.get(settings), BREAKER_PAUSE.get(settings)));
    }

    private static Optional<Rate> rate(String text) {
        Matcher matcher = RATE_TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int tasks = Integer.parseInt(matcher.group(1));
        long units = matcher.group(2).isEmpty() ? 1 : Long.parseLong(matcher.group(2));
        Duration unit = switch (matcher.group(3)) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            default -> Duration.ofDays(1);
        };
        return tasks < 1 || units < 1 ? Optional.empty() : Optional.of(new Rate(tasks, unit.multipliedBy(units)));
    }

    /**
     * A limit on how many tasks are begun in a period.
     *
     * @param tasks how many
     * @param period in how long
     */
    public record Rate(int tasks, Duration period) {
        public Rate {
            if (tasks < 1 || period.isNegative() || period.isZero()) {
                throw new ConfigurationException(
                        "a rate is at least one task in some time, not " + tasks + " in " + period);
            }
        }
    }

    /**
     * When a site is paused automatically.
     *
     * @param failures the number of technical failures in a row that pauses a site; 0 means never
     * @param pause the length of the pause, after which one task is tried
     */
    public record Breaker(int failures, Duration pause) {
        /** Five in a row pause a site for five minutes. */
        public static final Breaker USUAL = new Breaker(5, Duration.ofMinutes(5));

        public Breaker {
            requireNonNull(pause, "pause");
            if (failures < 0 || pause.isNegative()) {
                throw new ConfigurationException(
                        "a breaker takes a number of failures and a pause, not " + failures + " and " + pause);
            }
        }
    }
}
