package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import dev.brain.config.Settings;
import dev.brain.error.ConfigurationException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much of a site's work may be done; counted over all workers of a queue.
 *
 * @param siteId the site
 * @param concurrent tasks in work at once, other programs' too; null means no limit
 * @param rate tasks begun in a period; null means no limit
 * @param breaker when to pause a site that fails
 */
public record SiteLimits(
        String siteId,
        @Nullable Integer concurrent,
        @Nullable Rate rate,
        Breaker breaker) {
    /** The names of the settings that {@link #of} reads. */
    public static final Set<String> SETTINGS = Set.of("max_concurrent", "rate", "breaker_failures", "breaker_pause");

    private static final Pattern RATE = Pattern.compile("(\\d{1,9})\\s*/\\s*(\\d{0,6})\\s*([smhd])");

    public SiteLimits {
        requireNonNull(siteId, "siteId");
        requireNonNull(breaker, "breaker");
        if (concurrent != null && concurrent < 1) {
            throw ConfigurationException.ofSite(siteId, "max_concurrent must be at least 1, not " + concurrent);
        }
    }

    /** No limit, and the usual breaker. */
    public static SiteLimits none(String siteId) {
        return new SiteLimits(siteId, null, null, Breaker.USUAL);
    }

    /**
     * The limits that a site's settings name: {@code max_concurrent} (a number), {@code rate} ({@code "30/h"}, {@code
     * "5/10m"}), {@code breaker_failures} (a number; 0 switches it off) and {@code breaker_pause} (seconds).
     *
     * @throws ConfigurationException if one isn't what it must be
     */
    public static SiteLimits of(String siteId, Settings settings) {
        Breaker breaker = new Breaker(
                settings.integer("breaker_failures").orElse(Breaker.USUAL.failures()),
                settings.integer("breaker_pause").map(Duration::ofSeconds).orElse(Breaker.USUAL.pause()));
        return new SiteLimits(
                siteId,
                settings.integer("max_concurrent").orElse(null),
                settings.text("rate").map(text -> rate(siteId, text)).orElse(null),
                breaker);
    }

    private static Rate rate(String siteId, String text) {
        Matcher matcher = RATE.matcher(text);
        if (!matcher.matches()) {
            throw ConfigurationException.ofSite(
                    siteId, "rate must be like \"30/h\" or \"5/10m\", not \"" + text + "\"");
        }
        long units = matcher.group(2).isEmpty() ? 1 : Long.parseLong(matcher.group(2));
        Duration unit = switch (matcher.group(3)) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            case "h" -> Duration.ofHours(1);
            default -> Duration.ofDays(1);
        };
        return new Rate(Integer.parseInt(matcher.group(1)), unit.multipliedBy(units));
    }

    /**
     * A limit on beginnings.
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
     * When a site is paused by itself.
     *
     * @param failures technical failures without a success between them; 0 means never
     * @param pause for how long; then one task is tried
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
