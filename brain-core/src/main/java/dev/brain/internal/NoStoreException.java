package dev.brain.internal;

import dev.brain.error.ConfigurationException;

/** Thrown if there is no store at a URL, and none may be created. */
public final class NoStoreException extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public NoStoreException(String location) {
        super("there is no queue at " + location);
    }
}
