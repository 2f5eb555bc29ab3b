package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import dev.brain.config.SettingDefinition;
import dev.brain.config.Settings;
import dev.brain.error.ConfigurationException;
import dev.brain.site.Site;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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
 * @param hours when tasks may be begun; null means always
 * @stability evolving
 */
public record SiteLimits(
        String siteId,
        @Nullable Integer concurrent,
        @Nullable Rate rate,
        Breaker breaker,
        @Nullable WorkingHours hours) {
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

    private static final SettingDefinition<List<WorkingHours.Range>> HOURS = SettingDefinition.parsed(
            "hours",
            "like \"Mon-Fri 08:00-20:00, Sat 09:00-14:00\"",
            WorkingHours::ranges,
            "when resources are claimed and tasks are started, in the site's time zone; always without it");

    /** The settings that {@link #of} reads, besides the site's time zone. */
    public static final List<SettingDefinition<?>> SETTINGS =
            List.of(CONCURRENT, RATE, BREAKER_FAILURES, BREAKER_PAUSE, HOURS);

    private static final Pattern RATE_TEXT = Pattern.compile("(\\d{1,9})\\s*/\\s*(\\d{0,6})\\s*([smhd])");

    public SiteLimits {
        requireNonNull(siteId, "siteId");
        requireNonNull(breaker, "breaker");
        if (concurrent != null && concurrent < 1) {
            throw ConfigurationException.ofSite(siteId, "max_concurrent must be at least 1, not " + concurrent);
        }
    }

    /** Creates limits of a site that has no working hours. */
    public SiteLimits(String siteId, @Nullable Integer concurrent, @Nullable Rate rate, Breaker breaker) {
        this(siteId, concurrent, rate, breaker, null);
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
                new Breaker(BREAKER_FAILURES.get(settings), BREAKER_PAUSE.get(settings)),
                WorkingHours.of(settings).orElse(null));
    }

    /** Returns whether the site's working hours allow that a task is begun. */
    public boolean isOpen(Instant time) {
        return hours == null || hours.isOpen(time);
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

    /**
     * When work for a site may begin: every time at which the clocks of a zone show a time in one of the ranges. When
     * clocks are set forward, a skipped part of a range is left out; when they are set back, a repeated part counts twice.
     *
     * @param ranges the times of the week
     * @param zone whose clocks show them
     */
    public record WorkingHours(List<Range> ranges, ZoneId zone) {
        private static final int DAY = 24 * 60;
        /** An opening may be skipped once because clocks are set forward, but not in the week after. */
        private static final int LONGEST_DAYS = 15;

        private static final Pattern RANGE = Pattern.compile(
                "(?:(?<first>[a-z]{3})(?:\\s*-\\s*(?<last>[a-z]{3}))?\\s+)?(?<from>\\d\\d:\\d\\d)\\s*-\\s*(?<to>\\d\\d:\\d\\d)",
                Pattern.CASE_INSENSITIVE);

        /**
         * A range of times on some days of the week.
         *
         * @param days the days on which it begins
         * @param from its first minute, counted from midnight
         * @param to the minute after its last one; more than 24 hours if it ends on the next day
         */
        public record Range(Set<DayOfWeek> days, int from, int to) {
            public Range {
                days = Set.copyOf(days);
                if (days.isEmpty() || from < 0 || from >= DAY || to <= from || to > from + DAY) {
                    throw new ConfigurationException(
                            "a range of hours begins on a day and lasts at most a day, not from" + " minute " + from
                                    + " to " + to + " on " + days);
                }
            }

            private boolean contains(DayOfWeek day, int minute) {
                return (days.contains(day) && minute >= from && minute < to)
                        || (days.contains(day.minus(1)) && minute + DAY < to);
            }
        }

        public WorkingHours {
            ranges = List.copyOf(ranges);
            requireNonNull(zone, "zone");
        }

        /**
         * Returns the working hours in a site's settings; empty if it has none.
         *
         * @throws ConfigurationException if they or the time zone are invalid
         */
        public static Optional<WorkingHours> of(Settings settings) {
            return HOURS.find(settings).map(ranges -> new WorkingHours(ranges, Site.timeZone(settings)));
        }

        /** Returns whether work may begin at that time. */
        public boolean isOpen(Instant time) {
            LocalDateTime shown = LocalDateTime.ofInstant(time, zone);
            int minute = shown.getHour() * 60 + shown.getMinute();
            return ranges.stream().anyMatch(range -> range.contains(shown.getDayOfWeek(), minute));
        }

        /** Returns the next time from that one on at which work may begin; that time itself if it is one. */
        public Instant nextOpening(Instant time) {
            if (isOpen(time)) {
                return time;
            }
            LocalDate today = LocalDate.ofInstant(time, zone);
            TreeSet<Instant> candidates = new TreeSet<>();
            for (int days = 0; days <= LONGEST_DAYS; days++) {
                LocalDate date = today.plusDays(days);
                ranges.stream()
                        .filter(range -> range.days().contains(date.getDayOfWeek()))
                        .map(range -> date.atTime(LocalTime.MIDNIGHT).plusMinutes(range.from()))
                        .forEach(shown -> candidates.addAll(instants(shown)));
            }
            // when clocks are changed, the first time that they show may already be within a range
            ZoneOffsetTransition change = zone.getRules().nextTransition(time);
            if (change != null) {
                candidates.add(change.getInstant());
            }
            return candidates.tailSet(time).stream()
                    .filter(this::isOpen)
                    .findFirst()
                    .orElseThrow(() -> new ConfigurationException("the working hours never begin"));
        }

        /** Returns when the zone's clocks show that time: twice, once, or never. */
        private List<Instant> instants(LocalDateTime shown) {
            return zone.getRules().getValidOffsets(shown).stream()
                    .map(shown::toInstant)
                    .toList();
        }

        private static Optional<List<Range>> ranges(String text) {
            List<Range> ranges = new ArrayList<>();
            for (String part : text.split(",", -1)) {
                Matcher matcher = RANGE.matcher(part.strip());
                Optional<Range> range = matcher.matches() ? range(matcher) : Optional.empty();
                if (range.isEmpty()) {
                    return Optional.empty();
                }
                ranges.add(range.get());
            }
            return Optional.of(ranges);
        }

        private static Optional<Range> range(Matcher matcher) {
            Optional<Set<DayOfWeek>> days = days(matcher.group("first"), matcher.group("last"));
            int from = minute(matcher.group("from"));
            int to = minute(matcher.group("to"));
            if (days.isEmpty() || from < 0 || from == DAY || to < 0 || to == from) {
                return Optional.empty();
            }
            return Optional.of(new Range(days.get(), from, to > from ? to : to + DAY));
        }

        private static Optional<Set<DayOfWeek>> days(@Nullable String first, @Nullable String last) {
            if (first == null) {
                return Optional.of(EnumSet.allOf(DayOfWeek.class));
            }
            Optional<DayOfWeek> from = day(first);
            Optional<DayOfWeek> to = last == null ? from : day(last);
            if (from.isEmpty() || to.isEmpty()) {
                return Optional.empty();
            }
            Set<DayOfWeek> days = EnumSet.of(from.get());
            for (DayOfWeek day = from.get(); day != to.get(); day = day.plus(1)) {
                days.add(day.plus(1));
            }
            return Optional.of(days);
        }

        private static Optional<DayOfWeek> day(String name) {
            return EnumSet.allOf(DayOfWeek.class).stream()
                    .filter(day -> day.name().startsWith(name.toUpperCase(Locale.ROOT)))
                    .findFirst();
        }

        /** Returns a time of day in minutes; -1 if there is no such time. */
        private static int minute(String text) {
            int hour = Integer.parseInt(text.substring(0, 2));
            int minute = Integer.parseInt(text.substring(3));
            return minute > 59 || hour * 60 + minute > DAY ? -1 : hour * 60 + minute;
        }
    }
}
