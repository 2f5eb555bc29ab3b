package dev.brain.error;

import org.jspecify.annotations.Nullable;

/** A setting, a site or a profile is wrong: trying again without changing it won't help. */
public class ConfigurationException extends BrainException {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }

    public ConfigurationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
