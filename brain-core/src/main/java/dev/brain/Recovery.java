package dev.brain;

import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.StopSignal;
import dev.brain.queue.Reservation;
import dev.brain.queue.Standing;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts right what earlier runs left: reservations that were never settled, and claims that have no task. */
final class Recovery {
    private final TaskQueue queue;
    private final ReadBack readBack;
    private final Options options;
    private final Clock clock;
    private final Events events;

    Recovery(TaskQueue queue, ReadBack readBack, Options options, Clock clock, Events events) {
        this.queue = queue;
        this.readBack = readBack;
        this.options = options;
        this.clock = clock;
        this.events = events;
    }

    /** Reads back a site's unsettled reservations, and settles those that can be told. */
    void settle(Site site, ResourceSource source, boolean showsLate, List<Reservation> unsettled, Tally tally) {
        // a claim of the earlier run may be as young as this one
        Instant claimedAt = showsLate ? clock.instant() : Instant.MIN;
        ReadBack.Result result = readBack.settle(site, source, unsettled, claimedAt, false);
        tally.recovered += result.confirmed();
        tally.enqueued += result.confirmed();
        if (result.left().isEmpty()) {
            return;
        }
        tally.unknown += result.left().size();
        tally.error(result.left().size() + " claims of an earlier run can't be read back: " + result.reason());
        Instant old = clock.instant().minus(options.unknownAfter());
        events.report(result.left().stream()
                .filter(reservation -> reservation.reservedAt().isBefore(old))
                .map(reservation -> new Report(
                        IncidentCode.CLAIM_UNKNOWN,
                        site.id(),
                        reservation.resourceId(),
                        "nobody can say since " + reservation.reservedAt() + " whether the claim for "
                                + reservation.draft().claimant().name() + " succeeded: " + result.reason()))
                .toList());
    }

    /** Finds resources that the claimant holds and the queue has nothing on: adopts them if the site says so. */
    void orphans(ServedSite served, Claimant claimant, SitePass pass, StopSignal stop) {
        Site site = served.site();
        ResourceId after = null;
        while (!stop.isStopped()) {
            @Nullable ResourceId from = after;
            List<Resource> held =
                    SitePass.fromSource(() -> served.source().held(site, claimant, from, options.pageSize()));
            // read first, looked up second: a claim's reservation is always older than the claim
            Map<ResourceId, Standing> standings = queue.standings(site.id(), SitePass.ids(held));
            List<Resource> orphans = held.stream()
                    .filter(resource -> !standings.containsKey(resource.id()))
                    .toList();
            if (site.adoptOrphans()) {
                pass.adopt(orphans);
            } else {
                events.report(orphans.stream()
                        .map(
                                orphan -> new Report(
                                        IncidentCode.ORPHAN_CLAIM,
                                        site.id(),
                                        orphan.id(),
                                        "it is " + claimant.name()
                                                + "'s, but there is no task for it: queue it with 'sync', or give it back by hand"))
                        .toList());
            }
            if (held.size() < options.pageSize()) {
                return;
            }
            after = held.get(held.size() - 1).id();
        }
    }
}
