package dev.brain.internal.site;

import dev.brain.error.ConfigurationException;

/** Thrown if a site's reference pattern is invalid, or backtracks without end. */
public class PatternException extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    PatternException(String message, Throwable cause) {
        super(message, cause);
    }
}
