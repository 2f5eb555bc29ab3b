package dev.brain.cycle;

import java.util.Locale;

/**
 * What a cycle counts for a site.
 *
 * @stability evolving
 */
public enum SiteCounter {
    /** Resources that the source listed as free. */
    CANDIDATES,
    /** Candidates whose reference does not match. */
    REJECTED,
    /** Candidates that failed or were cancelled before and are not unblocked. */
    BLOCKED,
    /** Candidates that have an active task, or are already claimed for another one. */
    DUPLICATES,
    /** Tasks that were written before their claim. */
    RESERVED,
    /** Claims that were won. */
    CLAIMED,
    /** Claims that somebody else won, including another user of the claimant's name. */
    LOST,
    /** Claims whose outcome is unknown. */
    UNKNOWN,
    /** Reservations that were dropped because their claim was not sent, or was refused by the system of record. */
    NOT_CLAIMED,
    /** Tasks that became visible from what an earlier run or an unknown outcome left, or by adoption. */
    RECOVERED,
    /** All tasks that became visible. */
    ENQUEUED,
    /** Rows that can't be claimed, and whose incident was already open. */
    KNOWN,
    /** Errors, including rows that can't be claimed unless they are known. */
    ERRORS;

    /** Returns the name in JSON, for example {@code not_claimed}. */
    public String jsonName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
