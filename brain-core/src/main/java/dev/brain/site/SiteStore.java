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

    /**
     * Replaces a site, unless somebody has changed it in the meantime.
     *
     * @param actor who changes it, for the history
     * @param before the site as the change was made from it
     * @param after the site as it will be; whether it is active does not change
     * @param detail what is changed, for the history
     * @return false if the stored site is not, or no longer, as before; nothing has changed then
     * @throws dev.brain.error.ConfigurationException if the site can't be stored
     */
    boolean change(Actor actor, Site before, Site after, String detail);

    /** Activates or deactivates a site. Returns false if there is no such site. */
    boolean setActive(Actor actor, String id, boolean active);
}
