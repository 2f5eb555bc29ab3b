package dev.brain;

import static java.util.Objects.requireNonNull;

import dev.brain.cycle.SiteCounter;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.StopSignal;
import dev.brain.queue.QueueState;
import dev.brain.queue.Reservation;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.Ownership;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import dev.brain.text.Folding;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recovers what earlier runs left: reservations that were never settled, and claims that have no task. */
final class Recovery {
    /** A search for orphans reads everything that the claimant holds, which is too much for every cycle. */
    private static final Duration SEARCH_EVERY = Duration.ofHours(1);

    private final TaskQueue queue;
    private final ReadBack readBack;
    private final Options options;
    private final Clock clock;
    private final Events events;
    private final Map<String, Instant> searchedAt;

    /** @param searchedAt when orphans of each site were last searched for; shared by later cycles */
    Recovery(
            TaskQueue queue,
            ReadBack readBack,
            Options options,
            Clock clock,
            Events events,
            Map<String, Instant> searchedAt) {
        this.queue = queue;
        this.readBack = readBack;
        this.options = options;
        this.clock = clock;
        this.events = events;
        this.searchedAt = searchedAt;
    }

    /** Reads back a site's unsettled reservations, and settles those whose outcome is known. */
    void settle(Site site, ResourceSource source, boolean showsLate, List<Reservation> unsettled, Tally tally) {
        // a claim of the earlier run may be as young as this one
        Instant claimedAt = showsLate ? clock.instant() : Instant.MIN;
        ReadBack.Result result =
                readBack.settle(site, source, unsettled, claimedAt, ours -> readBack.unlessShared(site, ours));
        tally.add(SiteCounter.RECOVERED, result.confirmed());
        tally.add(SiteCounter.ENQUEUED, result.confirmed());
        if (result.left().isEmpty()) {
            return;
        }
        tally.add(SiteCounter.UNKNOWN, result.left().size());
        Instant old = clock.instant().minus(options.unknownAfter());
        List<Report> reports = result.left().stream()
                .filter(reservation -> reservation.reservedAt().isBefore(old))
                .map(reservation -> new Report(
                        IncidentCode.CLAIM_UNKNOWN,
                        site.id(),
                        reservation.resourceId(),
                        "nobody can say since " + reservation.reservedAt() + " whether the claim for "
                                + reservation.draft().claimant().name() + " succeeded: " + result.reason()))
                .toList();
        int known = reports.size() - events.opened(reports).size();
        tally.add(SiteCounter.KNOWN, known);
        if (result.left().size() > known) {
            tally.error((result.left().size() - known) + " claims of an earlier run can't be read back: "
                    + result.reason());
        }
    }

    /** Reports reservations that can't be read: only a person can settle them. */
    void unreadable(String siteId, List<Task> reservations, Tally tally) {
        new RowFaults(siteId, events, tally)
                .tell(reservations.stream()
                        .map(task -> new Report(
                                IncidentCode.CLAIM_UNKNOWN,
                                siteId,
                                task.resourceId(),
                                "task " + task.id()
                                        + (task.resourceId() == null ? "" : " of resource " + task.resourceId())
                                        + " can't be read as a reservation, so its claim can't be settled:"
                                        + " find out who holds the resource, and end the task by hand"))
                        .toList());
    }

    /** Closes incidents of claims without a task whose cause is gone; then searches for new ones. */
    void orphans(ServedSite served, Claimant claimant, SitePass pass, StopSignal stop, Tally tally) {
        closeOrphans(served, claimant, stop);
        Site site = served.site();
        Instant now = clock.instant();
        // another claimant's were never looked for
        String search = site.id() + " " + claimant.name();
        Instant last = searchedAt.get(search);
        boolean isDue = last == null || Duration.between(last, now).abs().compareTo(SEARCH_EVERY) >= 0;
        // adopting is how such a site gets its work, so it must not wait
        if (isDue || site.adoptOrphans()) {
            boolean isTold = findOrphans(served, claimant, pass, stop, tally);
            if (isTold && !stop.isStopped()) {
                searchedAt.put(search, now);
            }
        }
    }

    private void closeOrphans(ServedSite served, Claimant claimant, StopSignal stop) {
        Site site = served.site();
        ResourceId after = null;
        while (!stop.isStopped()) {
            Map<ResourceId, Incident> open = new LinkedHashMap<>();
            for (Incident incident :
                    events.incidents().open(site.id(), IncidentCode.ORPHAN_CLAIM, after, options.pageSize())) {
                after = requireNonNull(incident.report().resourceId());
                open.put(after, incident);
            }
            if (open.isEmpty()) {
                return;
            }
            Map<ResourceId, Ownership> ownership =
                    SitePass.fromSource(() -> served.source().ownership(site, claimant, open.keySet()));
            Map<ResourceId, QueueState> standings = queue.standings(site.id(), open.keySet());
            List<ResourceId> over = open.entrySet().stream()
                    .filter(entry -> !isHeld(entry.getValue(), ownership.get(entry.getKey()))
                            || hasTask(entry.getValue(), standings.get(entry.getKey())))
                    .map(Map.Entry::getKey)
                    .toList();
            events.incidents().settle(site.id(), IncidentCode.ORPHAN_CLAIM, over);
            if (open.size() < options.pageSize()) {
                return;
            }
        }
    }

    /** Returns whether it is still held as reported: by the claimant, or under an earlier name of the claimant. */
    private static boolean isHeld(Incident orphan, @Nullable Ownership owned) {
        if (owned == null) {
            return false;
        }
        return switch (owned.state()) {
            case OURS -> true;
            case OTHERS ->
                owned.owner() != null
                        && Folding.fold(owned.owner())
                                .equals(Folding.fold(orphan.report().owner()));
            case FREE, GONE -> false;
        };
    }

    /** A task that was completed before the claim was reported belongs to another claim. */
    private boolean hasTask(Incident orphan, @Nullable QueueState standing) {
        if (standing != QueueState.COMPLETED) {
            return standing != null;
        }
        Report report = orphan.report();
        TaskFilter latest = new TaskFilter(Set.of(report.siteId()), Set.of(), report.resourceId(), 1);
        return queue.list(latest).stream()
                .anyMatch(
                        task -> task.processedAt() != null && task.processedAt().isAfter(orphan.lastSeenAt()));
    }

    /**
     * Finds resources that the claimant holds and that the queue does not know. Adopts them if the site is configured
     * to. Returns false if some could not be reported.
     */
    private boolean findOrphans(ServedSite served, Claimant claimant, SitePass pass, StopSignal stop, Tally tally) {
        Site site = served.site();
        Pages pages = new Pages(
                site.id(),
                options.pageSize(),
                new RowFaults(site.id(), events, tally),
                (after, size) -> served.source().held(site, claimant, after, size));
        boolean isTold = true;
        while (!stop.isStopped() && !pages.isExhausted()) {
            List<Resource> held = pages.next();
            // read first, looked up second: a claim's reservation is always older than the claim
            Map<ResourceId, QueueState> standings = queue.standings(site.id(), SitePass.ids(held));
            List<Resource> orphans = held.stream()
                    .filter(resource -> !standings.containsKey(resource.id()))
                    .toList();
            if (site.adoptOrphans()) {
                // reported while it was unknown who claimed them: a person decides
                Set<ResourceId> reported =
                        events.incidents().openOn(site.id(), IncidentCode.ORPHAN_CLAIM, SitePass.ids(orphans));
                tally.add(SiteCounter.KNOWN, reported.size());
                pass.adopt(orphans.stream()
                        .filter(orphan -> !reported.contains(orphan.id()))
                        .toList());
            } else {
                isTold &= events.report(orphans.stream()
                        .map(orphan -> new Report(
                                        IncidentCode.ORPHAN_CLAIM,
                                        site.id(),
                                        orphan.id(),
                                        "it is " + claimant.name()
                                                + "'s, but there is no task for it in this queue: see"
                                                + " that no other queue claims under that name, then queue it with"
                                                + " 'sync', or give it back by hand")
                                .withOwner(claimant.name()))
                        .toList());
            }
        }
        return isTold;
    }
}
