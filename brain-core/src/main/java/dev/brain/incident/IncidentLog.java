package dev.brain.incident;

import dev.brain.history.Actor;
import dev.brain.incident.Incident.Report;
import dev.brain.resource.ResourceId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The durable record of incidents. Thread-safe.
 *
 * @stability evolving
 */
public interface IncidentLog {
    /**
     * Opens an incident for each report. If one of the same site, resource and code is open, counts a repeat instead.
     *
     * @return the reports that opened an incident; the others were repeats
     */
    List<Report> report(List<Report> reports);

    /**
     * Registers a listener for every report that is recorded, and every incident that is closed, through this object by a
     * cycle, a worker, a sweep or a person. The listener is called after the commit, on the thread that made the change. Its
     * exceptions are logged.
     *
     * @return removes the listener when it is closed
     */
    Subscription listen(Listener listener);

    /** Receives recorded reports and closed incidents. */
    @FunctionalInterface
    interface Listener {
        /** Receives one report; {@code opened} is false if it repeats an open incident. */
        void recorded(Report report, boolean opened);

        /** Receives an incident that was closed, by a person or because its cause is gone. Defaults to nothing. */
        default void closed(Incident incident) {}
    }

    /** Removes a listener. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Returns those of the given resources of a site that have an open incident of that code. */
    Set<ResourceId> openOn(String siteId, IncidentCode code, Collection<ResourceId> resourceIds);

    /** Returns those of the given resources of a site that have, or once had, an incident of that code. */
    Set<ResourceId> everOn(String siteId, IncidentCode code, Collection<ResourceId> resourceIds);

    /** Closes the open incidents of a site as a whole (those without a resource) that have one of these codes. */
    void closeOfSite(String siteId, Collection<IncidentCode> codes);

    /** Closes the open incidents of that code on these resources of a site. */
    void close(String siteId, IncidentCode code, Collection<ResourceId> resourceIds);

    /**
     * Returns the next open incidents of that code on resources of a site, in a stable order of their ids; fewer than
     * {@code limit} only at the end.
     *
     * @param after the resource of the last one before; null starts from the beginning
     */
    List<Incident> open(String siteId, IncidentCode code, @Nullable ResourceId after, int limit);

    /** Returns the codes of the open incidents of each site that has any. */
    Map<String, Set<IncidentCode>> openCodes();

    /** Returns the open incidents of that code about whole sites. */
    List<Incident> openOfSites(IncidentCode code);

    /**
     * Closes one incident.
     *
     * @param actor who does, for the history
     * @param note what was found or done; null if there is nothing to say
     * @return false if there is no such open incident
     */
    boolean resolve(Actor actor, long id, @Nullable String note);

    /** Closes one incident without a note. */
    default boolean resolve(Actor actor, long id) {
        return resolve(actor, id, null);
    }

    /**
     * Makes somebody responsible for an open incident.
     *
     * @param assignee a person's name; null for nobody
     * @return false if there is no such open incident
     */
    boolean assign(Actor actor, long id, @Nullable String assignee);

    /** Adds a note to an incident, open or closed. Returns false if there is no such incident. */
    boolean note(Actor actor, long id, String note);

    /** Returns the incident with this number; empty if there is none. */
    Optional<Incident> find(long id);

    /** Returns incidents, the last seen first. */
    List<Incident> list(Filter filter);

    /** Returns incidents of some sites, or of all if none is named, as {@link #list(Filter)} does. */
    default List<Incident> list(Set<String> siteIds, boolean openOnly, int limit) {
        return list(new Filter(siteIds, Set.of(), null, null, openOnly, limit));
    }

    /**
     * Which incidents to list.
     *
     * @param siteIds only of these sites; empty means all
     * @param codes only of these codes; empty means all
     * @param assignee only those of this person, without regard to case; empty for those of nobody, null for all
     * @param openedBefore only those that were opened before this time; null means all
     * @param openOnly whether to omit resolved incidents
     * @param limit how many at the most
     */
    record Filter(
            Set<String> siteIds,
            Set<IncidentCode> codes,
            @Nullable String assignee,
            @Nullable Instant openedBefore,
            boolean openOnly,
            int limit) {
        public Filter {
            siteIds = Set.copyOf(siteIds);
            codes = Set.copyOf(codes);
            if (limit < 1) {
                throw new IllegalArgumentException("limit must be at least 1, not " + limit);
            }
        }
    }
}
