package dev.brain.cycle;

import dev.brain.incident.Incident;
import java.util.List;

/**
 * An event in a cycle, or outside of it.
 *
 * @stability evolving
 */
public sealed interface BrainEvent {
    /** A cycle begins to serve these sites. */
    record CycleStarted(List<String> siteIds) implements BrainEvent {}

    /** A site went one batch on; the report is what was done for it so far. */
    record SiteProgressed(SiteReport report) implements BrainEvent {}

    /** A site is done for this cycle. */
    record SiteFinished(SiteReport report) implements BrainEvent {}

    /**
     * A cycle, or a worker on the same queue object, reported something that a person must look at.
     *
     * @param opened whether this report opened the incident; false if it repeats an open one
     */
    record IncidentReported(Incident.Report report, boolean opened) implements BrainEvent {}

    /** A cycle is done. */
    record CycleFinished(CycleReport report) implements BrainEvent {}
}
