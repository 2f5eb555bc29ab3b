package dev.brain.internal.engine;

import dev.brain.cycle.SiteReport.Counter;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.resource.ResourceId;
import java.time.Instant;
import java.util.List;

/**
 * Distinguishes resources that a site's claim won from those that somebody else took under the claimant's name. The
 * latter are never queued.
 */
final class ForeignClaims {
    private final SiteContext context;
    private final ClaimedTwice claimedTwice;
    private final Instant listedAt;

    private boolean seen;

    /** @param listedAt a time before the site's resources were listed as free */
    ForeignClaims(SiteContext context, ClaimedTwice claimedTwice, Instant listedAt) {
        this.context = context;
        this.claimedTwice = claimedTwice;
        this.listedAt = listedAt;
    }

    /** Returns whether there was a sign of another queue; the site is then skipped. */
    boolean areSeen() {
        return seen;
    }

    /** Returns false, and reports it, if another site of the claimant has seen a sign in this cycle. */
    boolean mayClaim() {
        if (!seen && context.cycle().shared().isReported(context.site(), context.claimant())) {
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
    void report(List<Reservation> notTaken) {
        List<ResourceId> taken = notTaken.stream()
                .filter(reservation -> !claimedTwice.isExplained(reservation, listedAt))
                .map(Reservation::resourceId)
                .toList();
        context.counters().add(Counter.DUPLICATES, notTaken.size() - taken.size());
        context.counters().add(Counter.LOST, taken.size());
        if (!taken.isEmpty()) {
            seen = true;
            context.counters()
                    .error(context.cycle()
                            .shared()
                            .report(
                                    context.site(),
                                    context.claimant(),
                                    taken,
                                    context.resolved().procedure().doubtsWhenShared()));
        }
    }

    /** Returns whether the claimant is shared. Another process on this queue may have found it first. */
    boolean isShared() {
        if (!seen) {
            context.cycle().shared().sign(context.site(), context.claimant()).ifPresent(sign -> {
                seen = true;
                context.counters().error(sign);
            });
        }
        return seen;
    }
}
