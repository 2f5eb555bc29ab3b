package dev.brain.claim;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What became of one claim.
 *
 * @param result what is known
 * @param detail the owner of a lost one, the reason of an unknown one; null if there is nothing to tell
 */
public record ClaimOutcome(Result result, @Nullable String detail) {
    /** What can be known of a claim. */
    public enum Result {
        /** This claim took the resource. */
        WON,
        /** The claimant had it before. */
        ALREADY_OURS,
        /** It isn't the claimant's: somebody else was faster, or it isn't free any more. */
        LOST,
        /** Nobody can say before it is read back. */
        UNKNOWN
    }

    public ClaimOutcome {
        requireNonNull(result, "result");
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

    public static ClaimOutcome unknown(String reason) {
        return new ClaimOutcome(Result.UNKNOWN, reason);
    }

    /** Whether the resource is the claimant's for certain. */
    public boolean isOurs() {
        return result == Result.WON || result == Result.ALREADY_OURS;
    }
}
