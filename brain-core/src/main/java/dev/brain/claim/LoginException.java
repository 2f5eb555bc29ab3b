package dev.brain.claim;

import dev.brain.error.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a claim strategy can't log in, or is logged in as an unexpected user.
 *
 * @stability evolving
 */
public class LoginException extends UnavailableException {
    private static final long serialVersionUID = 1L;

    public LoginException(String message) {
        super(message);
    }

    public LoginException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
