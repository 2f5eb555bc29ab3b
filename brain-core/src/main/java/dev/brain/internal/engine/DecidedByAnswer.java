package dev.brain.internal.engine;

import dev.brain.claim.ClaimOutcome;
import dev.brain.queue.TaskQueue.Reservation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Claims whose answer says which resources they took, such as an SQL update. */
final class DecidedByAnswer implements ClaimProcedure {
    @Override
    public Map<Reservation, ClaimOutcome> check(SiteContext context, List<Reservation> reservations) {
        return Map.of();
    }

    @Override
    public Map<Reservation, ClaimOutcome> claim(SiteContext context, List<Reservation> reservations) {
        return ClaimSender.send(context, reservations);
    }

    @Override
    public boolean isFirstClaimedAlone() {
        return false;
    }

    /** Nothing was read before the claim, so another task may explain it. */
    @Override
    public Map<Reservation, Conclusion> concludeOurs(ClaimedTwice claimedTwice, List<Reservation> ours) {
        return claimedTwice.unlessCompleted(ours);
    }

    @Override
    public boolean mayTakeAnother() {
        return false;
    }

    @Override
    public Instant latestClaimOfEarlierRun(Instant now) {
        return Instant.MIN;
    }

    @Override
    public boolean isReleased(boolean answer, BooleanSupplier readBack) {
        return answer;
    }

    @Override
    public String doubtsWhenShared() {
        return "";
    }
}
