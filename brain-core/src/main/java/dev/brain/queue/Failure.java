package dev.brain.queue;

import static java.util.Objects.requireNonNull;

/**
 * Why an attempt failed.
 *
 * @param kind whose fault it is
 * @param code a short name to count and search by
 * @param message for a person; without personal data
 */
public record Failure(Kind kind, String code, String message) {
    /** Whose fault a failure is. */
    public enum Kind {
        /** The case's: trying again won't help. */
        BUSINESS,
        /** The world's: trying again may help. */
        TECHNICAL
    }

    public Failure {
        requireNonNull(kind, "kind");
        requireNonNull(code, "code");
        requireNonNull(message, "message");
    }
}
