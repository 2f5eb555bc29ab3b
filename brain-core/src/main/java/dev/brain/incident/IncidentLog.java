package dev.brain.incident;

import dev.brain.incident.Incident.Report;
import dev.brain.resource.ResourceId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The durable record of incidents. Thread-safe. */
public interface IncidentLog {
    /**
     * Opens an incident for each report or, where one of that site, resource and code is open, counts a repeat.
     *
     * @return the reports that opened one; the others were repeats
     */
    List<Report> report(List<Report> reports);

    /**
     * Tells a listener of every report that is recorded through this object, whoever makes it: a cycle, a worker, or a
     * sweep. It is told after the commit, on the thread that reported; what it throws is logged.
     *
     * @return ends that when it is closed
     */
    Subscription listen(Listener listener);

    /** Is told of recorded reports. */
    @FunctionalInterface
    interface Listener {
        /** Called once a report; {@code opened} is false if it repeats an incident that was open already. */
        void recorded(Report report, boolean opened);
    }

    /** Ends what a listener is told. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Returns those of these resources of a site on which an incident of that code is open. */
    Set<ResourceId> openOn(String siteId, IncidentCode code, Collection<ResourceId> resourceIds);

    /** Closes the open incidents of a site as a whole (those without a resource) that have one of these codes. */
    void settleSite(String siteId, Collection<IncidentCode> codes);

    /** Closes the open incidents of that code on these resources of a site. */
    void settle(String siteId, IncidentCode code, Collection<ResourceId> resourceIds);

    /**
     * The next open incidents of that code on resources of a site, in an order of their ids that stays the same; fewer
     * than {@code limit} only at the end.
     *
     * @param after the resource of the last one before; null starts from the beginning
     */
    List<Incident> open(String siteId, IncidentCode code, @Nullable ResourceId after, int limit);

    /** Returns the open incident of that code that concerns a site as a whole; empty if there is none. */
    Optional<Incident> openOfSite(String siteId, IncidentCode code);

    /** Closes one; false if there is no such open incident. */
    boolean resolve(long id);

    /**
     * Incidents, the one seen last first.
     *
     * @param siteIds only of these sites; empty means all
     * @param openOnly leaves out what was resolved
     * @param limit how many at the most
     */
    List<Incident> list(Set<String> siteIds, boolean openOnly, int limit);
}
