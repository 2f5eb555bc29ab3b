package dev.brain.claim;

import dev.brain.error.UnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * A claim strategy can't log in, or was logged in as somebody whom it doesn't expect.
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
