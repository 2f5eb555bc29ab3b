package dev.brain.store;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The search for a text in a task. No index serves it. */
final class TextSearch {
    /** The condition that a task contains a text. It has one parameter, a {@link #pattern}. */
    static final String CONTAINS = Stream.of(
                    "resource_id", "reference", "payload", "progress", "result", "failure_code", "error_log")
            .map(column -> "coalesce(" + column + ", '')")
            .collect(Collectors.joining(" || ' ' || ", "lower(", ") LIKE ? ESCAPE '!'"));

    private static final Pattern SPECIAL = Pattern.compile("[!%_]");

    private TextSearch() {}

    static String pattern(String text) {
        return "%" + SPECIAL.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("!$0") + "%";
    }
}
