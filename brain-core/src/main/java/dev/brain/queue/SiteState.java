package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether workers take a site's tasks.
 *
 * @param siteId the site
 * @param paused whether a person paused it
 * @param failures technical failures in a row
 * @param openUntil until when its breaker keeps it paused; null if it doesn't
 */
public record SiteState(
        String siteId,
        boolean paused,
        int failures,
        @Nullable Instant openUntil) {
    public SiteState {
        requireNonNull(siteId, "siteId");
    }
}
