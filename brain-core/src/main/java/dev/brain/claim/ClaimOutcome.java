package dev.brain.claim;

import static java.util.Objects.requireNonNull;

import dev.brain.error.BrainException;
import org.jspecify.annotations.Nullable;

/**
 * What became of one claim.
 *
 * @param result what is known
 * @param detail the owner of a lost one, the reason of one that isn't known; null if there is nothing to tell
 * @param evidence the path of what was kept of a failure; null if nothing was
 * @param failure what keeps the whole site from being served in this cycle; null if nothing does
 */
public record ClaimOutcome(
        Result result,
        @Nullable String detail,
        @Nullable String evidence,
        @Nullable BrainException failure) {
    /** What can be known of a claim. */
    public enum Result {
        /** This claim took the resource. */
        WON,
        /** The resource is the claimant's, but this claim did not take it. It is never queued for this claim. */
        ALREADY_OURS,
        /** It isn't the claimant's: somebody else was faster, or it isn't free any more. */
        LOST,
        /** It was sent without a fault, but only the system of record can tell what came of it. */
        SENT,
        /** The claim was sent, and the answer says that somebody else has the resource. */
        DECLINED,
        /** The claim was sent, and the answer says that it was won. Only the system of record decides. */
        ACCEPTED,
        /** It was sent, and the answer says that nothing was done though it may be when it is sent again. */
        REFUSED,
        /** Nothing was sent, or the claim had no effect. */
        NOT_SENT,
        /** The system of record refuses the claim of this resource; nothing was changed. */
        FAILED,
        /** Nobody can say before it is read back. */
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

    /** Sent; what the answer seemed to say is a hint for people only. */
    public static ClaimOutcome sent(String hint) {
        return new ClaimOutcome(Result.SENT, hint);
    }

    /** Returns the outcome of a claim whose answer says that it was won; it is read back all the same. */
    public static ClaimOutcome accepted(String hint) {
        return new ClaimOutcome(Result.ACCEPTED, hint);
    }

    /** Returns the outcome of a claim whose answer says that somebody else has the resource; it is read back all the same. */
    public static ClaimOutcome declined(String hint) {
        return new ClaimOutcome(Result.DECLINED, hint);
    }

    public static ClaimOutcome refused(String reason) {
        return new ClaimOutcome(Result.REFUSED, reason);
    }

    public static ClaimOutcome notSent(String reason) {
        return new ClaimOutcome(Result.NOT_SENT, reason);
    }

    /** Not sent, for a reason that would keep every further claim of the site from being sent. */
    public static ClaimOutcome notSent(BrainException failure) {
        return new ClaimOutcome(Result.NOT_SENT, failure.getMessage(), null, failure);
    }

    /** Returns the outcome of a claim that the system of record refuses, and would refuse again. */
    public static ClaimOutcome failed(String reason) {
        return new ClaimOutcome(Result.FAILED, reason);
    }

    public static ClaimOutcome unknown(String reason) {
        return new ClaimOutcome(Result.UNKNOWN, reason);
    }

    /** This outcome, with the path of what was kept. */
    public ClaimOutcome withEvidence(@Nullable String path) {
        return new ClaimOutcome(result, detail, path, failure);
    }

    /** Whether the resource is the claimant's for certain. */
    public boolean isOurs() {
        return result == Result.WON || result == Result.ALREADY_OURS;
    }
}
