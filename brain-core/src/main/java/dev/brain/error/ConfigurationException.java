package dev.brain.error;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a setting, a site or a profile is wrong. Trying again without a change does not help.
 *
 * @stability stable
 */
public class ConfigurationException extends BrainException {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }

    public ConfigurationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    private ConfigurationException(String siteId, String problem, @Nullable Throwable cause) {
        super(siteId, problem, cause);
    }

    /** Returns an exception about a site; the problem does not name the site. */
    public static ConfigurationException ofSite(String siteId, String problem) {
        return new ConfigurationException(siteId, problem, null);
    }

    /** Returns an exception about a site, with its cause; the problem does not name the site. */
    public static ConfigurationException ofSite(String siteId, String problem, @Nullable Throwable cause) {
        return new ConfigurationException(siteId, problem, cause);
    }
}
