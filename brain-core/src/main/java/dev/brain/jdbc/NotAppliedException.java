package dev.brain.jdbc;

import dev.brain.error.UnavailableException;

/** Thrown if the system of record could not perform a request, and the request had no effect. */
public class NotAppliedException extends UnavailableException {
    private static final long serialVersionUID = 1L;

    public NotAppliedException(String message, Throwable cause) {
        super(message, cause);
    }
}
