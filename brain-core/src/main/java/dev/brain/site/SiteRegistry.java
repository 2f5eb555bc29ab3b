package dev.brain.site;

import dev.brain.check.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * The current configuration of the sites, read at the start of every cycle. Thread-safe.
 *
 * @stability stable
 */
public interface SiteRegistry {
    /**
     * Returns all sites, including inactive ones, in the order of their ids. Sites that {@link #check} reports as
     * unreadable are omitted.
     *
     * @throws dev.brain.error.BrainException if they can't be read
     */
    List<Site> sites();

    /** Returns an error for each entry that can't be read as a site, with the site's id as its subject if there is one. */
    default List<Finding> check() {
        return List.of();
    }

    /** Records that a cycle served these sites without an error. */
    default void synced(Set<String> siteIds, Instant at) {}

    /** Returns a registry with exactly these sites. */
    static SiteRegistry of(List<Site> sites) {
        List<Site> fixed = List.copyOf(sites);
        return () -> fixed;
    }
}
