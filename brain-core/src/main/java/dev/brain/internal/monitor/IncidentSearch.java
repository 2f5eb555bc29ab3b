package dev.brain.internal.monitor;

import dev.brain.incident.IncidentCode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which incidents to list, a page at a time, the last seen first.
 *
 * @param openOnly whether to omit resolved incidents
 * @param siteIds only of these sites; empty means all
 * @param codes only of these codes; empty means all
 * @param assignee only those of this person, without regard to case; empty for those of nobody, null for all
 * @param after where the page begins; null means at the beginning
 * @param limit how many at the most
 */
public record IncidentSearch(
        boolean openOnly,
        Set<String> siteIds,
        Set<IncidentCode> codes,
        @Nullable String assignee,
        @Nullable Cursor after,
        int limit) {
    public IncidentSearch {
        siteIds = Set.copyOf(siteIds);
        codes = Set.copyOf(codes);
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, was " + limit);
        }
    }
}
