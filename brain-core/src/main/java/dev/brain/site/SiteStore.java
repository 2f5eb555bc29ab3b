package dev.brain.site;

import java.util.List;
import java.util.Optional;

/** Sites that are stored beside a queue, and that people change. Thread-safe. */
public interface SiteStore extends SiteRegistry {
    /**
     * Returns one site; empty if there is none of that id.
     *
     * @throws dev.brain.error.ConfigurationException if it can't be read as a site
     */
    Optional<Site> find(String id);

    /**
     * Adds sites, and changes those of the same ids, all in one transaction; others stay.
     *
     * @param changeActive whether existing sites become active or inactive too
     * @throws dev.brain.error.ConfigurationException if a site can't be stored; nothing has changed then
     */
    void save(List<Site> sites, boolean changeActive);

    /** Makes cycles look for a site's work, or no longer. Returns false if there is no such site. */
    boolean setActive(String id, boolean active);
}
