package dev.brain.claim;

import static java.util.Objects.requireNonNull;

import dev.brain.error.BrainException;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one claim.
 *
 * @param result the known result
 * @param detail the owner of a lost resource, or the reason for an unknown result; null if there is none
 * @param evidence the path of the evidence of a failure; null if there is none
 * @param failure the failure that prevents the whole site from being served in this cycle; null if there is none
 * @stability evolving
 */
public record ClaimOutcome(
        Result result,
        @Nullable String detail,
        @Nullable String evidence,
        @Nullable BrainException failure) {
    /** The possible results of a claim. */
    public enum Result {
        /** This claim took the resource. */
        WON,
        /** The resource is the claimant's, but this claim did not take it. It is never queued for this claim. */
        ALREADY_OURS,
        /** The resource is not the claimant's: somebody else was faster, or it is no longer free. */
        LOST,
        /** The claim was sent without an error, but only a read-back can decide its result. */
        SENT,
        /** The claim was sent, and the answer says that somebody else has the resource. */
        DECLINED,
        /** The claim was sent, and the answer says that it was won. Only the system of record decides. */
        ACCEPTED,
        /** The claim was sent, and the answer says that it had no effect but may succeed if it is sent again. */
        REFUSED,
        /** Nothing was sent, or the claim had no effect. */
        NOT_SENT,
        /** The system of record refuses the claim of this resource; nothing was changed. */
        FAILED,
        /** Nothing was sent, because the resources of the batch that were tried were refused. */
        NOT_TRIED,
        /** The result is unknown until the resource is read back. */
        UNKNOWN
    }

    public ClaimOutcome {
        requireNonNull(result, "result");
    }

    private ClaimOutcome(Result result, @Nullable String detail) {
        this(result, detail, null, null);
    }

    public static ClaimOutcome won() {
        return new ClaimOutcome(Result.WON, null);
    }

    public static ClaimOutcome alreadyOurs() {
        return new ClaimOutcome(Result.ALREADY_OURS, null);
    }

    public static ClaimOutcome lost(@Nullable String owner) {
        return new ClaimOutcome(Result.LOST, owner);
    }

    /** Returns the outcome of a sent claim; the text of the answer is only a hint for people. */
    public static ClaimOutcome sent(String hint) {
        return new ClaimOutcome(Result.SENT, hint);
    }

    /** Returns the outcome of a claim whose answer says that it was won; it is read back all the same. */
    public static ClaimOutcome accepted(String hint) {
        return new ClaimOutcome(Result.ACCEPTED, hint);
    }

    /**
     * Returns the outcome of a claim whose answer says that somebody else has the resource; it is read back all the
     * same.
     */
    public static ClaimOutcome declined(String hint) {
        return new ClaimOutcome(Result.DECLINED, hint);
    }

    public static ClaimOutcome refused(String reason) {
        return new ClaimOutcome(Result.REFUSED, reason);
    }

    public static ClaimOutcome notSent(String reason) {
        return new ClaimOutcome(Result.NOT_SENT, reason);
    }

    /** Returns the outcome of a claim that was not sent, for a reason that prevents all further claims of the site. */
    public static ClaimOutcome notSent(BrainException failure) {
        return new ClaimOutcome(Result.NOT_SENT, failure.getMessage(), null, failure);
    }

    /** Returns the outcome of a claim that the system of record refuses, and would refuse again. */
    public static ClaimOutcome failed(String reason) {
        return new ClaimOutcome(Result.FAILED, reason);
    }

    /** Returns the outcome of a claim that was not sent because others of its batch were refused. */
    public static ClaimOutcome notTried(String reason) {
        return new ClaimOutcome(Result.NOT_TRIED, reason);
    }

    public static ClaimOutcome unknown(String reason) {
        return new ClaimOutcome(Result.UNKNOWN, reason);
    }

    /** Returns this outcome with the path of its evidence. */
    public ClaimOutcome withEvidence(@Nullable String path) {
        return new ClaimOutcome(result, detail, path, failure);
    }
}
