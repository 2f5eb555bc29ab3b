package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether workers take a site's tasks, and cycles claim for it.
 *
 * @param siteId the site
 * @param paused whether a person paused it
 * @param failures the number of technical failures in a row
 * @param failedAt when the last of them was; null if there is none
 * @stability evolving
 */
public record SiteState(
        String siteId,
        boolean paused,
        int failures,
        @Nullable Instant failedAt) {
    public SiteState {
        requireNonNull(siteId, "siteId");
    }
}
