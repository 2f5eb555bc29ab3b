package dev.brain.error;

import org.jspecify.annotations.Nullable;

/** The root of all exceptions of this library; the message says what went wrong, where, and what to do. */
public class BrainException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BrainException(String message) {
        super(message);
    }

    public BrainException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
