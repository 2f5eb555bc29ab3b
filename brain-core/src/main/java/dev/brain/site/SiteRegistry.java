package dev.brain.site;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The sites as they are configured now; asked anew at the start of every cycle. Thread-safe. */
public interface SiteRegistry {
    /**
     * All sites, inactive ones too, in the order of their ids.
     *
     * @throws dev.brain.error.BrainException if they can't be read
     */
    List<Site> sites();

    /** Notes that a cycle went through these sites without an error. */
    default void synced(Set<String> siteIds, Instant at) {}

    /** A registry that always has these sites. */
    static SiteRegistry of(List<Site> sites) {
        List<Site> fixed = List.copyOf(sites);
        return () -> fixed;
    }
}
