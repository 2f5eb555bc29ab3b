package dev.brain.check;

import static java.util.Objects.requireNonNull;

/**
 * One thing that a check looked at.
 *
 * @param level how it stands
 * @param subject what was looked at, in a word or two
 * @param message what was found and, unless it is fine, what to do
 * @stability stable
 */
public record Finding(Level level, String subject, String message) {
    /** How a thing stands. */
    public enum Level {
        OK,
        WARNING,
        ERROR
    }

    public Finding {
        requireNonNull(level, "level");
        requireNonNull(subject, "subject");
        requireNonNull(message, "message");
    }

    public static Finding ok(String subject, String message) {
        return new Finding(Level.OK, subject, message);
    }

    public static Finding warning(String subject, String message) {
        return new Finding(Level.WARNING, subject, message);
    }

    public static Finding error(String subject, String message) {
        return new Finding(Level.ERROR, subject, message);
    }
}
