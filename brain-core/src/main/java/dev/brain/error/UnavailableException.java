package dev.brain.error;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a system that Brain depends on can't be reached or refuses work. Trying again later may help.
 *
 * @stability stable
 */
public class UnavailableException extends BrainException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
        super(message);
    }

    public UnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
