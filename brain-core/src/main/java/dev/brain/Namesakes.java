package dev.brain;

import dev.brain.ReadBack.End;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimOutcome.Result;
import dev.brain.cycle.SiteCounter;
import dev.brain.queue.Reservation;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Distinguishes resources that a site's claim won from those that somebody else took under the claimant's name. The
 * latter are never queued.
 */
final class Namesakes {
    private final ServedSite served;
    private final Claimant claimant;
    private final ReadBack readBack;
    private final SharedClaimants shared;
    private final Tally tally;
    private final Instant listedAt;

    private boolean seen;

    /** @param listedAt a time before the site's resources were listed as free */
    Namesakes(
            ServedSite served,
            Claimant claimant,
            ReadBack readBack,
            SharedClaimants shared,
            Tally tally,
            Instant listedAt) {
        this.served = served;
        this.claimant = claimant;
        this.readBack = readBack;
        this.shared = shared;
        this.tally = tally;
        this.listedAt = listedAt;
    }

    /** Returns whether there was a sign of another queue; the site is then skipped. */
    boolean areSeen() {
        return seen;
    }

    /** Returns false, and reports it, if another site of the claimant has seen a sign in this cycle. */
    boolean mayClaim() {
        if (!seen && shared.isTold(served.site(), claimant)) {
            isShared();
        }
        return !seen;
    }

    /**
     * Counts reservations whose resource is the claimant's and was not taken by their claim. If this queue's own tasks
     * explain that, they are duplicates. Otherwise another queue has taken them, and the incident is opened. Must be
     * called before the reservations are dropped; after a crash in between, a later run would take the resources for
     * its own.
     */
    void tell(List<Reservation> notTaken) {
        List<ResourceId> taken = notTaken.stream()
                .filter(reservation -> !readBack.isExplained(reservation, listedAt))
                .map(Reservation::resourceId)
                .toList();
        tally.add(SiteCounter.DUPLICATES, notTaken.size() - taken.size());
        tally.add(SiteCounter.LOST, taken.size());
        if (!taken.isEmpty()) {
            seen = true;
            tally.error(shared.tell(
                    served.site(), claimant, taken, served.strategy().isReadBack()));
        }
    }

    /** Decides about claims that are the claimant's when they are read back. */
    ReadBack.WhenOurs whenOurs(Map<ResourceId, ClaimOutcome> outcomes) {
        // claims decided by read-back were checked just before they were sent
        boolean wereNotOurs = served.strategy().isReadBack();
        return ours -> {
            Map<Reservation, End> ends = new LinkedHashMap<>();
            List<Reservation> declined = new ArrayList<>();
            List<Reservation> others = new ArrayList<>();
            for (Reservation reservation : ours) {
                ClaimOutcome outcome = outcomes.get(reservation.resourceId());
                // a refusal may hide that the claim was made: a session that ends behind it shows the login just so
                boolean isDeclined = outcome != null && outcome.result() == Result.DECLINED;
                (isDeclined ? declined : others).add(reservation);
            }
            tell(declined);
            declined.forEach(reservation -> ends.put(reservation, End.NOT_TAKEN));
            if (isShared()) {
                ends.putAll(readBack.untold(others));
            } else if (wereNotOurs) {
                others.forEach(reservation -> ends.put(reservation, End.OURS));
            } else {
                ends.putAll(readBack.unlessCompleted(others));
            }
            return ends;
        };
    }

    /** Another process on this queue may have found them first. */
    private boolean isShared() {
        if (!seen) {
            shared.sign(served.site(), claimant).ifPresent(sign -> {
                seen = true;
                tally.error(sign);
            });
        }
        return seen;
    }
}
