package dev.brain.site;

import dev.brain.check.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** The sites as they are configured now; asked anew at the start of every cycle. Thread-safe. */
public interface SiteRegistry {
    /**
     * All sites, inactive ones too, in the order of their ids; those that {@link #check} finds unreadable are left out.
     *
     * @throws dev.brain.error.BrainException if they can't be read
     */
    List<Site> sites();

    /** An error for each entry that can't be read as a site: its subject is the site's id, as far as there is one. */
    default List<Finding> check() {
        return List.of();
    }

    /** Returns the names of settings that every site of this registry may have, whether used or not. */
    default Set<String> settingNames() {
        return Set.of();
    }

    /** Notes that a cycle went through these sites without an error. */
    default void synced(Set<String> siteIds, Instant at) {}

    /** A registry that always has these sites. */
    static SiteRegistry of(List<Site> sites) {
        List<Site> fixed = List.copyOf(sites);
        return () -> fixed;
    }
}
