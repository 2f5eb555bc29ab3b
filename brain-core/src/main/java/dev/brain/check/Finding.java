package dev.brain.check;

import static java.util.Objects.requireNonNull;

/**
 * The result of one check.
 *
 * @param level how serious it is
 * @param subject what was checked, in a word or two
 * @param message what was found and, unless the level is OK, what to do
 * @stability stable
 */
public record Finding(Level level, String subject, String message) {
    /** How serious a finding is. */
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
