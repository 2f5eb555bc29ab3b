package dev.brain.jdbc;

import dev.brain.payload.PayloadException;
import dev.brain.text.Folding;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Optional;

/** Reads the time of a deadline from the value of a column. */
final class DeadlineValue {
    /** Databases have values such as {@code infinity}, which mean that there is no deadline. */
    private static final int LAST_YEAR = 9999;

    private DeadlineValue() {}

    /**
     * Returns the time at which a deadline ends; empty if it never ends. A date ends with its day. A time without an
     * offset is one that the clocks of the zone show, the first one if they show it twice.
     *
     * @throws PayloadException if the value is neither a date nor a time
     */
    static Optional<Instant> read(String column, Object value, ZoneId zone) {
        TemporalAccessor time = value instanceof TemporalAccessor temporal ? temporal : parse(column, value);
        if (time instanceof LocalDate date) {
            return date.getYear() > LAST_YEAR
                    ? Optional.empty()
                    : Optional.of(date.plusDays(1).atStartOfDay(zone).toInstant());
        }
        if (time instanceof LocalDateTime local) {
            return local.getYear() > LAST_YEAR
                    ? Optional.empty()
                    : Optional.of(local.atZone(zone).toInstant());
        }
        if (time instanceof OffsetDateTime offset) {
            return offset.getYear() > LAST_YEAR ? Optional.empty() : Optional.of(offset.toInstant());
        }
        if (time instanceof ZonedDateTime zoned) {
            return Optional.of(zoned.toInstant());
        }
        if (time instanceof Instant instant) {
            return Optional.of(instant);
        }
        throw wrong(column, value);
    }

    private static TemporalAccessor parse(String column, Object value) {
        if (!(value instanceof String given)) {
            throw wrong(column, value);
        }
        String text = Folding.trim(given).replace(' ', 'T');
        try {
            return text.indexOf('T') < 0
                    ? LocalDate.parse(text)
                    : DateTimeFormatter.ISO_DATE_TIME.parseBest(
                            text, ZonedDateTime::from, OffsetDateTime::from, LocalDateTime::from);
        } catch (DateTimeException e) {
            throw wrong(column, value);
        }
    }

    private static PayloadException wrong(String column, Object value) {
        return new PayloadException("the deadline " + IdType.shown(value) + " in " + column
                + " is neither a date like 2026-03-01 nor a time like 2026-03-01 14:00:00");
    }
}
