package dev.brain.sqlite;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import org.jspecify.annotations.Nullable;

/** Times as {@code CURRENT_TIMESTAMP} writes them, which other programs sort as text. */
final class Times {
    private static final DateTimeFormatter TEXT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter LENIENT = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter();

    private Times() {}

    static String text(Instant instant) {
        return TEXT.format(instant);
    }

    /** Reads a time, also with a T or a fraction as other programs write it. Returns null if it is not a time. */
    static @Nullable Instant parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String plain = text.strip().replace('T', ' ');
        try {
            return LocalDateTime.parse(plain.endsWith("Z") ? plain.substring(0, plain.length() - 1) : plain, LENIENT)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
