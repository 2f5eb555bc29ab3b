package dev.brain.incident;

import java.util.Set;

/**
 * The reason for an incident.
 *
 * @stability evolving
 */
public enum IncidentCode {
    /** References of a site don't match its pattern; one incident counts them. */
    REFERENCE_REJECTED,
    /** The payload of a resource can't be built, or that of all resources of a site. They are not claimed. */
    PAYLOAD_INVALID,
    /**
     * A resource can't be claimed: the system of record refuses it, or its id is unusable. It is skipped until the
     * incident is resolved.
     */
    CLAIM_FAILED,
    /**
     * The answer to a claim and the system of record contradict each other. The site is stopped until the incident is
     * resolved.
     */
    CLAIM_CONTRADICTED,
    /** The outcome of a claim was unknown for too long. */
    CLAIM_UNKNOWN,
    /** Another queue claims under the same name. The site is stopped until the incident is resolved. */
    CLAIMANT_SHARED,
    /** A resource is the claimant's, but has no task. */
    ORPHAN_CLAIM,
    /** The login of a claim strategy failed. */
    LOGIN_FAILED,
    /** The system of record can't be read or written. */
    SOURCE_UNREACHABLE,
    /** The configuration of a site, its profile, a plug-in or the connection is wrong. The site waits for its correction. */
    CONFIGURATION_INVALID,
    /** A site's reference pattern is broken or backtracks without end. */
    PATTERN_INVALID,
    /** A task failed technically as often as it may. */
    RETRIES_EXHAUSTED,
    /** A case itself is at fault. */
    BUSINESS_FAILURE,
    /** A task failed after its worker began to submit: it may have been filed. */
    SUBMIT_UNKNOWN,
    /** The queue was restored from a backup. No site claims anything until a person has approved it. */
    RESTORED,
    /**
     * The queue was restored from a backup, and the site's claims have not been read since. Those without a task may have
     * been made and filed after the backup, so they are held or reported, never queued as ready.
     */
    RESTORED_CLAIMS,
    /** Evidence of a failure was kept at a path. */
    EVIDENCE,
    /** The deadline of a resource is near, and its task has not ended or it is free. */
    DEADLINE_NEAR,
    /** The deadline of a resource has passed, and its task has not ended or it is free. */
    DEADLINE_MISSED;

    /** The codes of deadlines. Such an incident closes when the task of its resource ends, or its deadline is far again. */
    public static final Set<IncidentCode> OF_DEADLINES = Set.of(DEADLINE_NEAR, DEADLINE_MISSED);

    /** The codes of permanently failed tasks. Such an incident closes when its task is retried, unblocked or released. */
    public static final Set<IncidentCode> OF_FAILED_TASKS = Set.of(BUSINESS_FAILURE, RETRIES_EXHAUSTED, SUBMIT_UNKNOWN);
}
