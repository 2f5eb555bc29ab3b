package dev.brain.work;

/**
 * The handler of a site.
 *
 * @param name the name of its provider, or {@link #CODE}
 */
record SiteHandler(String name, TaskHandler handler) {
    /** The name of handlers that were given to the builder. */
    static final String CODE = "code";
}
