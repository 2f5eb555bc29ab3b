package dev.brain.internal.monitor;

import org.jspecify.annotations.Nullable;

/**
 * Which changes to list, a page at a time, the newest first.
 *
 * @param siteId only of this site; null means all
 * @param taskId only of this task; null means all
 * @param incidentId only of this incident; null means all
 * @param person only those of the person with this name; null means those of everybody
 * @param after where the page begins; null means at the beginning
 * @param limit how many at the most
 */
public record HistorySearch(
        @Nullable String siteId,
        @Nullable Long taskId,
        @Nullable Long incidentId,
        @Nullable String person,
        @Nullable Cursor after,
        int limit) {
    public HistorySearch {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, was " + limit);
        }
    }
}
