package dev.brain.internal.engine;

import static java.util.Objects.requireNonNull;

import dev.brain.cycle.SiteReport.Counter;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Task;
import dev.brain.queue.TaskOperations;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.resource.ResourceSource.Ownership;
import dev.brain.site.Site;
import dev.brain.text.Folding;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recovers what earlier runs left: reservations that were never settled, and claims that have no task. */
final class Recovery {
    /** The time between two searches for orphans, because each search reads everything that the claimant holds. */
    private static final Duration SEARCH_EVERY = Duration.ofHours(1);

    private final CycleContext context;
    private final ReadBack readBack;
    private final ClaimedTwice claimedTwice;

    Recovery(CycleContext context) {
        this.context = context;
        this.readBack = new ReadBack(context);
        this.claimedTwice = new ClaimedTwice(context.queue(), context.events(), context.shared());
    }

    /** Reads back a site's unsettled reservations, and settles those whose outcome is known. */
    void settle(Site site, ResourceSource source, List<Reservation> unsettled, SiteCounters counters) {
        ReadBack.Result result = readBack.settle(
                site,
                source,
                unsettled,
                procedure(site).latestClaimOfEarlierRun(context.clock().instant()),
                ours -> claimedTwice.unlessShared(site, ours));
        counters.add(Counter.RECOVERED, result.confirmed());
        counters.add(Counter.ENQUEUED, result.confirmed());
        if (result.left().isEmpty()) {
            return;
        }
        counters.add(Counter.UNKNOWN, result.left().size());
        Instant old = unknownBefore(context);
        int known = reportUnknown(
                site,
                result.left().stream()
                        .filter(reservation -> reservation.reservedAt().isBefore(old))
                        .toList(),
                String.valueOf(result.reason()),
                counters);
        if (result.left().size() > known) {
            counters.error((result.left().size() - known) + " claims of an earlier run can't be read back: "
                    + result.reason());
        }
    }

    /** Returns the time before which a reservation that is not settled is an incident. */
    static Instant unknownBefore(CycleContext context) {
        return context.clock().instant().minus(context.options().unknownAfter());
    }

    /**
     * Confirms what another run reserved long ago if it is the claimant's, and reports the rest. That run seems to be alive
     * and may only be slow, so nothing that it may still claim is dropped.
     */
    void overdue(Site site, ResourceSource source, List<Reservation> reservations, SiteCounters counters) {
        ReadBack.Result result =
                readBack.settleOurs(site, source, reservations, ours -> claimedTwice.unlessShared(site, ours));
        counters.add(Counter.RECOVERED, result.confirmed());
        counters.add(Counter.ENQUEUED, result.confirmed());
        counters.add(Counter.UNKNOWN, result.left().size());
        int known = reportUnknown(
                site,
                result.left(),
                "the process that reserved it seems to be running; if it hangs, end it, so that the claim can be"
                        + " settled",
                counters);
        if (result.left().size() > known) {
            counters.error((result.left().size() - known) + " claims of another process are not settled for "
                    + context.options().unknownAfter() + ": see whether that process hangs");
        }
    }

    /** Returns how many of the incidents were open before. */
    private int reportUnknown(Site site, List<Reservation> unknown, String reason, SiteCounters counters) {
        List<Report> reports = unknown.stream()
                .map(reservation -> new Report(
                        IncidentCode.CLAIM_UNKNOWN,
                        site.id(),
                        reservation.resourceId(),
                        "it is unknown since " + reservation.reservedAt() + " whether the claim for "
                                + reservation.draft().claimant().name() + " succeeded: " + reason))
                .toList();
        int known = reports.size() - context.events().opened(reports).size();
        counters.add(Counter.KNOWN, known);
        return known;
    }

    /** Claims are read back even if their strategy is missing; then they get the maximum time. */
    private ClaimProcedure procedure(Site site) {
        try {
            return ClaimProcedure.of(context.providers().claims().get(site.claim()));
        } catch (ConfigurationException e) {
            return new DecidedByReadBack();
        }
    }

    /** Reports reservations that can't be read: only a person can settle them. */
    void unreadable(String siteId, List<Task> reservations, SiteCounters counters) {
        new RowIncidents(siteId, context.events(), counters)
                .report(reservations.stream()
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
    void orphans(SiteContext site, SiteCycle cycle) {
        closeOrphans(site);
        Instant now = context.clock().instant();
        // resources of another claimant were never searched for
        String search = site.siteId() + " " + site.claimant().name();
        Instant last = context.memory().orphansSoughtAt().get(search);
        boolean isDue = last == null || Duration.between(last, now).abs().compareTo(SEARCH_EVERY) >= 0;
        boolean isUnread = context.open().has(site.siteId(), IncidentCode.RESTORED_CLAIMS);
        // adopting is how such a site gets its work, so it must not wait
        if (isDue || isUnread || site.site().adoptOrphans()) {
            boolean isReported = findOrphans(site, cycle);
            if (isReported && !context.stop().isStopped()) {
                context.memory().orphansSoughtAt().put(search, now);
                if (isUnread) {
                    site.incidents().closeOfSite(site.siteId(), Set.of(IncidentCode.RESTORED_CLAIMS));
                }
            }
        }
    }

    /**
     * Queues the claims without a task of a site that adopts them. A task is held if its case may have been filed: its claim was
     * made before the queue was restored, or a person has decided about it. Returns false if some could not be reported.
     */
    private boolean adopt(SiteContext site, SiteCycle cycle, List<Resource> orphans) {
        if (orphans.isEmpty()) {
            return true;
        }
        // reported while it was unknown who claimed them: a person decides
        Set<ResourceId> reported =
                site.incidents().openOn(site.siteId(), IncidentCode.ORPHAN_CLAIM, SiteContext.ids(orphans));
        site.counters().add(Counter.KNOWN, reported.size());
        List<Resource> found = orphans.stream()
                .filter(orphan -> !reported.contains(orphan.id()))
                .toList();
        if (!context.open().isRestored(site.siteId())) {
            Set<ResourceId> decided =
                    site.incidents().everOn(site.siteId(), IncidentCode.ORPHAN_CLAIM, SiteContext.ids(found));
            cycle.adopt(
                    found.stream()
                            .filter(orphan -> !decided.contains(orphan.id()))
                            .toList(),
                    null);
            cycle.adopt(
                    found.stream()
                            .filter(orphan -> decided.contains(orphan.id()))
                            .toList(),
                    "it was reported as " + IncidentCode.ORPHAN_CLAIM + " before");
            return true;
        }
        cycle.adopt(found, TaskOperations.RESTORED);
        Map<ResourceId, QueueState> standings = site.queue().standings(site.siteId(), SiteContext.ids(found));
        // for example, because its payload can't be built
        return report(
                site,
                found.stream()
                        .filter(orphan -> !standings.containsKey(orphan.id()))
                        .toList());
    }

    private static boolean report(SiteContext site, List<Resource> orphans) {
        return site.events()
                .report(orphans.stream()
                        .map(orphan -> new Report(
                                        IncidentCode.ORPHAN_CLAIM,
                                        site.siteId(),
                                        orphan.id(),
                                        "it is " + site.claimant().name()
                                                + "'s, but there is no task for it in this queue: make sure"
                                                + " that no other queue claims under that name, then queue it with"
                                                + " 'sync', or release it by hand")
                                .withOwner(site.claimant().name()))
                        .toList());
    }

    private void closeOrphans(SiteContext site) {
        if (!context.open().has(site.siteId(), IncidentCode.ORPHAN_CLAIM)) {
            return;
        }
        int pageSize = context.options().pageSize();
        ResourceId after = null;
        while (!context.stop().isStopped()) {
            Map<ResourceId, Incident> open = new LinkedHashMap<>();
            for (Incident incident : site.incidents().open(site.siteId(), IncidentCode.ORPHAN_CLAIM, after, pageSize)) {
                after = requireNonNull(incident.report().resourceId());
                open.put(after, incident);
            }
            if (open.isEmpty()) {
                return;
            }
            Map<ResourceId, Ownership> ownership = site.ownership(open.keySet());
            Map<ResourceId, QueueState> standings = site.queue().standings(site.siteId(), open.keySet());
            List<ResourceId> over = open.entrySet().stream()
                    .filter(entry -> !isHeld(entry.getValue(), ownership.get(entry.getKey()))
                            || hasTask(entry.getValue(), standings.get(entry.getKey())))
                    .map(Map.Entry::getKey)
                    .toList();
            site.incidents().close(site.siteId(), IncidentCode.ORPHAN_CLAIM, over);
            if (open.size() < pageSize) {
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
        return context.queue().tasksOf(requireNonNull(report.resourceId())).stream()
                .filter(task -> task.siteId().equals(report.siteId()))
                .findFirst()
                .map(ResourceTask::processedAt)
                .filter(processedAt -> processedAt.isAfter(orphan.lastSeenAt()))
                .isPresent();
    }

    /**
     * Finds resources that the claimant holds and that the queue does not know. Adopts them if the site is configured
     * to. Returns false if some could not be reported.
     */
    private boolean findOrphans(SiteContext site, SiteCycle cycle) {
        ResourcePages pages = new ResourcePages(
                site.siteId(),
                context.options().pageSize(),
                null,
                new RowIncidents(site.siteId(), site.events(), site.counters()),
                site::held);
        boolean isReported = true;
        while (!context.stop().isStopped() && !pages.isExhausted()) {
            List<Resource> held = pages.next();
            // the system of record is read before the queue: a reservation is always older than its claim
            Map<ResourceId, QueueState> standings = site.queue().standings(site.siteId(), SiteContext.ids(held));
            List<Resource> orphans = held.stream()
                    .filter(resource -> !standings.containsKey(resource.id()))
                    .toList();
            isReported &= site.site().adoptOrphans() ? adopt(site, cycle, orphans) : report(site, orphans);
        }
        return isReported;
    }
}
