package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Why an attempt failed.
 *
 * @param kind the cause
 * @param code a short name to count and search by
 * @param message for a person; without personal data
 * @stability stable
 */
public record Failure(Kind kind, String code, String message) {
    /** The cause of a failure. */
    public enum Kind {
        /** The case itself; trying again does not help. */
        BUSINESS,
        /** Something else; trying again may help. */
        TECHNICAL
    }

    private static final int LINES = 3;
    private static final int LENGTH = 1_000;

    /**
     * Returns the most informative part of a failure's text in one line: its first lines, or the last line of a Python
     * stack trace.
     */
    public static String summary(String text) {
        List<String> lines =
                text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        boolean pythonTrace = lines.stream().anyMatch(line -> line.startsWith("Traceback (most recent call last)"));
        String summary = pythonTrace
                ? lines.get(lines.size() - 1)
                : lines.stream().limit(LINES).collect(Collectors.joining(" "));
        return summary.length() <= LENGTH ? summary : summary.substring(0, LENGTH) + "…";
    }

    public Failure {
        requireNonNull(kind, "kind");
        requireNonNull(code, "code");
        requireNonNull(message, "message");
    }
}
