package dev.brain.incident;

import dev.brain.incident.Incident.Report;
import dev.brain.resource.ResourceId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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

    /** Closes one incident. Returns false if there is no such open incident. */
    boolean resolve(long id);

    /**
     * Returns incidents, the last seen first.
     *
     * @param siteIds only of these sites; empty means all
     * @param openOnly whether to omit resolved incidents
     * @param limit the maximum number
     */
    List<Incident> list(Set<String> siteIds, boolean openOnly, int limit);
}
