package dev.brain.launcher;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time: a date, a date with a time, both in this machine's time zone, or how long ago it was. */
final class TimeConverter implements ITypeConverter<Instant> {
    static final String FORMS = "like 2026-03-01, 2026-03-01T08:30, 30d or 12h (days or hours ago)";

    private static final Pattern AGE = Pattern.compile("(\\d{1,6})([dh])");

    @Override
    public Instant convert(String text) {
        Matcher age = AGE.matcher(text);
        if (age.matches()) {
            long number = Long.parseLong(age.group(1));
            return Instant.now().minus(age.group(2).equals("d") ? Duration.ofDays(number) : Duration.ofHours(number));
        }
        ZoneId zone = ZoneId.systemDefault();
        try {
            if (!text.contains("T")) {
                return LocalDate.parse(text).atStartOfDay(zone).toInstant();
            }
            return text.endsWith("Z")
                    ? ZonedDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException("a time is " + FORMS + ", not '" + text + "'");
        }
    }
}
