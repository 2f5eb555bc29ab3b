package dev.brain.store;

import dev.brain.incident.IncidentCode;
import java.util.Set;

/** Lists the incidents of a resource that close when one of its tasks changes. */
final class ClosedIncidents {
    /** These close when a claim is won. */
    static final Set<IncidentCode> OF_CONFIRMED = Set.of(
            IncidentCode.PAYLOAD_INVALID,
            IncidentCode.CLAIM_FAILED,
            IncidentCode.CLAIM_UNKNOWN,
            IncidentCode.ORPHAN_CLAIM);

    static final Set<IncidentCode> OF_DROPPED = Set.of(IncidentCode.CLAIM_UNKNOWN);

    /** These belong to a failed task. They close when no task of the resource is failed any more. */
    static final Set<IncidentCode> OF_NO_LONGER_FAILED = IncidentCode.OF_FAILED_TASKS;

    private ClosedIncidents() {}
}
