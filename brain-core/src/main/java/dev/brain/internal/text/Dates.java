package dev.brain.internal.text;

import dev.brain.text.Folding;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;

/** Reads days from the values of columns. */
public final class Dates {
    /** {@code 11/12/2018} for the 11th of December, as Spanish forms want it. */
    public static final DateTimeFormatter DAY_FIRST =
            DateTimeFormatter.ofPattern("dd/MM/uuuu", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    private Dates() {}

    /**
     * Returns the day of a value; empty if it is not a date, or an ambiguous one.
     *
     * <table>
     * <caption>What is read</caption>
     * <tr><th>value</th><th>day</th></tr>
     * <tr><td>a {@link LocalDate}, {@link LocalDateTime}, {@link java.sql.Timestamp} or {@link java.sql.Date}</td>
     * <td>its day</td></tr>
     * <tr><td>an {@link OffsetDateTime}, {@code 2018-12-11T00:30+01:00}</td><td>{@code 2018-12-11}, the day where it was
     * written</td></tr>
     * <tr><td>{@code 2018-12-11}</td><td>{@code 2018-12-11}</td></tr>
     * <tr><td>{@code 2018-12-11 12:50:32.863}, {@code 2018-12-11T12:50:32}</td><td>{@code 2018-12-11}</td></tr>
     * <tr><td>{@code 11/12/2018}: the 11th of December, or the 12th of November?</td><td>none</td></tr>
     * <tr><td>{@code 2018-02-30}, {@code 2018-12-11 25:00:00}, {@code yesterday}</td><td>none</td></tr>
     * </table>
     */
    public static Optional<LocalDate> day(Object value) {
        if (value instanceof LocalDate date) {
            return Optional.of(date);
        }
        if (value instanceof LocalDateTime time) {
            return Optional.of(time.toLocalDate());
        }
        if (value instanceof OffsetDateTime time) {
            return Optional.of(time.toLocalDate());
        }
        if (value instanceof java.sql.Timestamp time) {
            return Optional.of(time.toLocalDateTime().toLocalDate());
        }
        if (value instanceof java.sql.Date date) {
            return Optional.of(date.toLocalDate());
        }
        String text = Folding.trim(value.toString()).replace(' ', 'T');
        try {
            return Optional.of(
                    text.indexOf('T') < 0
                            ? LocalDate.parse(text)
                            : DateTimeFormatter.ISO_DATE_TIME.parse(text, LocalDate::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
