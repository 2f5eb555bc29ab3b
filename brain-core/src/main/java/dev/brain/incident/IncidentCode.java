package dev.brain.incident;

import java.util.Set;

/** Why a person must look. */
public enum IncidentCode {
    /** References of a site don't match its pattern; one incident counts them. */
    REFERENCE_REJECTED,
    /** A resource's payload can't be built, or none of a site's; it is not claimed. */
    PAYLOAD_INVALID,
    /**
     * A resource can't be claimed: the system of record refuses it, or its id can't be used. It is left out until the
     * incident is resolved.
     */
    CLAIM_FAILED,
    /**
     * What a claim was answered and what the system of record shows contradict each other; the site is stopped until the
     * incident is resolved.
     */
    CLAIM_CONTRADICTED,
    /** For too long nobody could say whether a claim succeeded. */
    CLAIM_UNKNOWN,
    /** Another queue claims under the same name; the site is stopped until the incident is resolved. */
    CLAIMANT_SHARED,
    /** A resource is the claimant's and there is no task for it. */
    ORPHAN_CLAIM,
    /** A web session can't be had. */
    LOGIN_FAILED,
    /** The system of record can't be read or written. */
    SOURCE_UNREACHABLE,
    /** A site, its profile, a plug-in or the connection is configured wrongly; the site waits until it is corrected. */
    CONFIGURATION_INVALID,
    /** A site's reference pattern is broken or backtracks without end. */
    PATTERN_INVALID,
    /** A task failed technically as often as it may. */
    RETRIES_EXHAUSTED,
    /** A case itself is at fault. */
    BUSINESS_FAILURE,
    /** A task failed after its worker began to submit: it may have been filed. */
    SUBMIT_UNKNOWN,
    /** Evidence of a failure was kept at a path. */
    EVIDENCE;

    /** The codes of tasks that failed for good; such an incident ends when its task is retried, unblocked or released. */
    public static final Set<IncidentCode> OF_FAILED_TASKS = Set.of(BUSINESS_FAILURE, RETRIES_EXHAUSTED, SUBMIT_UNKNOWN);
}
