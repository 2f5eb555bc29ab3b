package dev.brain.store;

import dev.brain.incident.IncidentCode;
import java.util.Set;

/** The incidents on a resource that close with a change of one of its tasks. */
final class ClosedIncidents {
    /** A won claim answers these. */
    static final Set<IncidentCode> OF_CONFIRMED = Set.of(
            IncidentCode.PAYLOAD_INVALID,
            IncidentCode.CLAIM_FAILED,
            IncidentCode.CLAIM_UNKNOWN,
            IncidentCode.ORPHAN_CLAIM);

    static final Set<IncidentCode> OF_DROPPED = Set.of(IncidentCode.CLAIM_UNKNOWN);

    /** They belong to a task that has failed, and close when none of the resource is failed any more. */
    static final Set<IncidentCode> OF_NO_LONGER_FAILED = IncidentCode.OF_FAILED_TASKS;

    private ClosedIncidents() {}
}
