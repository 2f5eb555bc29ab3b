package dev.brain.internal;

import dev.brain.error.ConfigurationException;

/** There is no store of the URL that was to be opened, and none may be created. */
public final class NoStoreException extends ConfigurationException {
    private static final long serialVersionUID = 1L;

    public NoStoreException(String location) {
        super("there is no queue at " + location);
    }
}
