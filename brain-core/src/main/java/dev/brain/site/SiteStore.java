package dev.brain.site;

import dev.brain.history.Actor;
import java.util.List;
import java.util.Optional;

/**
 * Sites that are stored beside a queue, and that people change. Thread-safe.
 *
 * @stability evolving
 */
public interface SiteStore extends SiteRegistry {
    /**
     * Returns the site with this id; empty if there is none.
     *
     * @throws dev.brain.error.ConfigurationException if it can't be read as a site
     */
    Optional<Site> find(String id);

    /**
     * Adds sites and replaces those with the same ids, in one transaction. Other sites are not changed.
     *
     * @param actor who saves them, for the history
     * @param changeActive whether existing sites become active or inactive too
     * @throws dev.brain.error.ConfigurationException if a site can't be stored; nothing has changed then
     */
    void save(Actor actor, List<Site> sites, boolean changeActive);

    /** Activates or deactivates a site. Returns false if there is no such site. */
    boolean setActive(Actor actor, String id, boolean active);
}
