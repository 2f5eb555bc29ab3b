package dev.brain;

import dev.brain.ReadBack.End;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimOutcome.Result;
import dev.brain.queue.Reservation;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells what a site's claim won from what became the claimant's through somebody else of that name, which is never
 * queued.
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

    /** Returns whether there was a sign of another queue, so that the site is left alone. */
    boolean areSeen() {
        return seen;
    }

    /**
     * Counts reservations whose resource is the claimant's and was not taken by their claim: a duplicate, if this queue's
     * own tasks explain it; else another queue's, for which the incident is opened. Call it before the reservations are
     * dropped, so that no crash between the two makes a later run take the resources for its own.
     */
    void tell(List<Reservation> notTaken) {
        List<ResourceId> taken = notTaken.stream()
                .filter(reservation -> !readBack.isExplained(reservation, listedAt))
                .map(Reservation::resourceId)
                .toList();
        tally.duplicates += notTaken.size() - taken.size();
        tally.lost += taken.size();
        if (!taken.isEmpty()) {
            seen = true;
            tally.error(shared.tell(
                    served.site(), claimant, taken, served.strategy().isReadBack()));
        }
    }

    /** How claims end that are found ours when they are read back. */
    ReadBack.WhenOurs whenOurs(Map<ResourceId, ClaimOutcome> outcomes) {
        // what is decided by the read-back was looked at a moment before it was sent
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

    /** Another process on this queue may have seen them first. */
    private boolean isShared() {
        if (!seen) {
            shared.sign(served.site().id()).ifPresent(sign -> {
                seen = true;
                tally.error(sign);
            });
        }
        return seen;
    }
}
