package dev.brain.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of all exceptions of this library. The message says what went wrong, where, and what to do. {@link #siteId}
 * returns the site that it concerns.
 *
 * @stability stable
 */
public class BrainException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final @Nullable String siteId;

    public BrainException(String message) {
        this(null, message, null);
    }

    public BrainException(String message, @Nullable Throwable cause) {
        this(null, message, cause);
    }

    /**
     * Creates an exception about a site.
     *
     * @param siteId the site; null if it concerns none in particular
     * @param problem what went wrong and what to do, without the site
     */
    protected BrainException(@Nullable String siteId, String problem, @Nullable Throwable cause) {
        super(siteId == null ? problem : "site " + siteId + ": " + problem, cause);
        this.problem = problem;
        this.siteId = siteId;
    }

    /** Returns what went wrong and what to do, without the site. */
    public String problem() {
        return problem;
    }

    /** Returns the site that it concerns; null if it concerns none in particular. */
    public @Nullable String siteId() {
        return siteId;
    }
}
