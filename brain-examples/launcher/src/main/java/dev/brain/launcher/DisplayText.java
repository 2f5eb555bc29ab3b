package dev.brain.launcher;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats numbers and times for a person. */
final class DisplayText {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private DisplayText() {}

    /** Returns {@code no tasks}, {@code 1 task} or {@code 2 tasks}. */
    static String count(long number, String noun) {
        String plural = noun.endsWith("s") ? noun + "es" : noun + "s";
        return number == 0 ? "no " + plural : number == 1 ? "1 " + noun : number + " " + plural;
    }

    static String capital(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** Returns the time in this machine's time zone, or an empty text for null. */
    static String time(@Nullable Instant time) {
        return time == null ? "" : TIME.format(time.atZone(ZoneId.systemDefault()));
    }

    /** Returns a task's status as it is stored in the queue. */
    static String status(String text) {
        return text.isEmpty() ? "(none)" : text;
    }

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
