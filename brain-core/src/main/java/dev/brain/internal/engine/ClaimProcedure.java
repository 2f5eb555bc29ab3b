package dev.brain.internal.engine;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimStrategy;
import dev.brain.queue.TaskQueue.Reservation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** How claims of a strategy are made and decided: by their answer, or by a read-back. */
interface ClaimProcedure {
    /** Chooses the procedure of a strategy. */
    static ClaimProcedure of(ClaimStrategy strategy) {
        return strategy.isReadBack() ? new DecidedByReadBack() : new DecidedByAnswer();
    }

    /** Returns outcomes of those reservations for which no claim may be sent. */
    Map<Reservation, ClaimOutcome> check(SiteContext context, List<Reservation> reservations);

    /** Claims resources. Returns an outcome for each of them. */
    Map<Reservation, ClaimOutcome> claim(SiteContext context, List<Reservation> reservations);

    /** Returns whether the first resource of a cycle is claimed alone, because a fault may affect every claim. */
    boolean isFirstClaimedAlone();

    /** Decides about claims that the read-back finds to be the claimant's. */
    Map<Reservation, Conclusion> concludeOurs(ClaimedTwice claimedTwice, List<Reservation> ours);

    /** Returns whether a claim may have taken another resource in place of its own. */
    boolean mayTakeAnother();

    /** Returns the latest time at which an earlier run may have made a claim, if that is later than its reservation. */
    Instant latestClaimOfEarlierRun(Instant now);

    /** Returns whether a release has had its effect. */
    boolean isReleased(boolean answer, BooleanSupplier readBack);

    /** Returns what a person must check if another queue uses the claimant's name; empty if nothing. */
    String doubtsWhenShared();
}
