package dev.brain;

import dev.brain.claim.ClaimOutcome;
import dev.brain.error.BrainException;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.StopSignal;
import dev.brain.queue.Reservation;
import dev.brain.queue.Settlement;
import dev.brain.queue.Settlement.Verdict;
import dev.brain.queue.Task;
import dev.brain.queue.TaskDraft;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Ownership;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settles reservations by the state of their resources in the system of record, with repeated read-backs. */
final class ReadBack {
    private static final Logger LOG = LoggerFactory.getLogger(Brain.class);
    /** More than any resource has. */
    private static final int TASKS_OF_A_RESOURCE = 1_000;
    /** Times in the queue are whole seconds, and machines that share it have different clocks. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private final TaskQueue queue;
    private final Options options;
    private final Clock clock;
    private final StopSignal stop;
    private final Events events;
    private final SharedClaimants shared;

    ReadBack(TaskQueue queue, Options options, Clock clock, StopSignal stop, Events events, SharedClaimants shared) {
        this.queue = queue;
        this.options = options;
        this.clock = clock;
        this.stop = stop;
        this.events = events;
        this.shared = shared;
    }

    /** The end of a reservation. */
    enum End {
        /** The resource is the claimant's, and the task is visible. */
        OURS,
        /** The resource is, or may be, the claimant's through another task, so that nothing must be done twice. */
        DUPLICATE,
        /** The resource is the claimant's, but this claim did not take it. */
        NOT_TAKEN,
        /** Somebody else holds the resource, or it is gone. */
        OTHERS,
        /** The resource is still free, so the claim had no effect. */
        FREE
    }

    /** Decides about reservations whose resources are the claimant's. Gets all those that one read-back finds. */
    interface WhenOurs {
        /** Returns the decision for each; omitted reservations are read back again. */
        Map<Reservation, End> ends(List<Reservation> ours);

        /**
         * To be told of those that somebody else has or that are gone, before they are dropped. They stay reserved, and are
         * looked at again, if this throws.
         *
         * @param isAnyOurs whether the same look finds others that are the claimant's
         */
        default void others(List<Reservation> others, boolean isAnyOurs) {}
    }

    /**
     * The result of settling.
     *
     * @param confirmed tasks that became visible
     * @param ended the settled reservations
     * @param left the reservations whose outcome is still unknown
     * @param reason why it is unknown; null if none is left
     */
    record Result(
            int confirmed,
            Map<Reservation, End> ended,
            List<Reservation> left,
            @Nullable String reason) {
        List<Reservation> ended(End end) {
            return ended.entrySet().stream()
                    .filter(entry -> entry.getValue() == end)
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    /**
     * Settles reservations.
     *
     * @param claimedAt when the last of them may have been claimed, if that is later than its reservation
     * @param whenOurs decides about those whose resource is the claimant's
     */
    Result settle(
            Site site, ResourceSource source, List<Reservation> reservations, Instant claimedAt, WhenOurs whenOurs) {
        List<Reservation> left = reservations;
        int confirmed = 0;
        Map<Reservation, End> ended = new LinkedHashMap<>();
        String reason = null;
        for (int look = 0; ; look++) {
            Map<Reservation, End> told = new LinkedHashMap<>();
            try {
                told = told(site, source, left, claimedAt, whenOurs);
                reason = "the system of record still shows them free";
            } catch (BrainException e) {
                reason = e.getMessage();
            }
            confirmed += queue.settle(told.entrySet().stream()
                    .map(entry -> new Settlement(
                            entry.getKey(), entry.getValue() == End.OURS ? Verdict.CONFIRM : Verdict.DROP))
                    .toList());
            ended.putAll(told);
            left = left.stream()
                    .filter(reservation -> !ended.containsKey(reservation))
                    .toList();
            if (left.isEmpty()
                    || look == options.readBackDelays().size()
                    || stop.await(options.readBackDelays().get(look))) {
                return new Result(confirmed, ended, left, left.isEmpty() ? null : reason);
            }
        }
    }

    private Map<Reservation, End> told(
            Site site, ResourceSource source, List<Reservation> reservations, Instant claimedAt, WhenOurs whenOurs) {
        List<Reservation> ours = new ArrayList<>();
        Map<Claimant, List<Reservation>> byClaimant = reservations.stream()
                .collect(
                        Collectors.groupingBy(reservation -> reservation.draft().claimant()));
        Map<Reservation, End> told = new LinkedHashMap<>();
        byClaimant.forEach((claimant, claimed) -> {
            Map<ResourceId, Ownership> ownership = source.ownership(
                    site,
                    claimant,
                    claimed.stream().map(Reservation::resourceId).toList());
            Instant now = clock.instant();
            for (Reservation reservation : claimed) {
                Ownership owned = ownership.getOrDefault(reservation.resourceId(), Ownership.of(Ownership.State.GONE));
                Instant since = claimedAt.isAfter(reservation.reservedAt()) ? claimedAt : reservation.reservedAt();
                Duration age = Duration.between(since, now);
                switch (owned.state()) {
                    case OURS -> ours.add(reservation);
                    case OTHERS, GONE -> told.put(reservation, End.OTHERS);
                    case FREE -> {
                        if (age.compareTo(options.settlingTime()) >= 0) {
                            told.put(reservation, End.FREE);
                        }
                    }
                }
            }
        });
        List<Reservation> others = told.entrySet().stream()
                .filter(entry -> entry.getValue() == End.OTHERS)
                .map(Map.Entry::getKey)
                .toList();
        if (!others.isEmpty()) {
            whenOurs.others(others, !ours.isEmpty());
        }
        if (!ours.isEmpty()) {
            told.putAll(whenOurs.ends(ours));
        }
        return told;
    }

    /**
     * Returns the outcomes, completed from the system of record for claims that took nothing. A resource that somebody
     * else holds by now is not a failure, but may explain the outcome.
     */
    Map<ResourceId, ClaimOutcome> explained(
            ServedSite served, Claimant claimant, Map<ResourceId, ClaimOutcome> outcomes) {
        List<ResourceId> passedOver = outcomes.entrySet().stream()
                .filter(entry -> isPassedOver(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (passedOver.isEmpty()) {
            return outcomes;
        }
        Map<ResourceId, ClaimOutcome> explained = new LinkedHashMap<>(outcomes);
        try {
            served.source().ownership(served.site(), claimant, passedOver).forEach((id, owned) -> {
                switch (owned.state()) {
                    case FREE -> explained.computeIfPresent(id, (free, outcome) -> free(outcome));
                    // nothing was sent, so this claim did not make it ours
                    case OURS -> explained.put(id, ClaimOutcome.alreadyOurs());
                    case OTHERS, GONE -> explained.put(id, ClaimOutcome.lost(owned.owner()));
                }
            });
        } catch (BrainException e) {
            LOG.debug(
                    "site {}: the resources of claims that were not sent can't be read",
                    served.site().id(),
                    e);
        }
        return explained;
    }

    /** Lost quietly, it would come to the same in every cycle, and nobody would know. */
    private static ClaimOutcome free(ClaimOutcome outcome) {
        return outcome.result() == ClaimOutcome.Result.LOST
                ? ClaimOutcome.notSent("the claim finds that somebody has it, but the system of record shows it free")
                        .withEvidence(outcome.evidence())
                : outcome;
    }

    private static boolean isPassedOver(ClaimOutcome outcome) {
        return outcome.result() == ClaimOutcome.Result.LOST
                || (outcome.result() == ClaimOutcome.Result.NOT_SENT && outcome.failure() == null);
    }

    /** Queues all: nothing else can have made their resources the claimant's. */
    static Map<Reservation, End> allOurs(List<Reservation> ours) {
        Map<Reservation, End> ends = new LinkedHashMap<>();
        ours.forEach(reservation -> ends.put(reservation, End.OURS));
        return ends;
    }

    /** Queues what an earlier run reserved, unless there is a sign that another queue claims under that name. */
    Map<Reservation, End> unlessShared(Site site, List<Reservation> ours) {
        List<Reservation> doubtful = ours.stream()
                .filter(reservation ->
                        shared.sign(site, reservation.draft().claimant()).isPresent())
                .toList();
        Map<Reservation, End> ends = new LinkedHashMap<>(untold(doubtful));
        ends.putAll(unlessCompleted(ours.stream()
                .filter(reservation -> !doubtful.contains(reservation))
                .toList()));
        return ends;
    }

    /** Queues nothing that is the claimant's through another task. If that task is completed, a person decides. */
    Map<Reservation, End> unlessCompleted(List<Reservation> ours) {
        Map<Reservation, End> ends = new LinkedHashMap<>();
        for (Reservation reservation : ours) {
            TaskDraft draft = reservation.draft();
            Optional<Task> other = anotherTask(draft);
            if (other.isEmpty()) {
                ends.put(reservation, End.OURS);
            } else if (other.get().status() != TaskStatus.COMPLETED) {
                ends.put(reservation, End.DUPLICATE);
            } else if (isTold(
                    draft,
                    "it is " + draft.claimant().name() + "'s, but the answer to its claim was lost, and task "
                            + other.get().id()
                            + " for it is completed: if the case was reopened, release it by hand, so that it is"
                            + " claimed again; otherwise there is nothing left to do for it")) {
                ends.put(reservation, End.DUPLICATE);
            }
        }
        return ends;
    }

    /** Queues nothing: it is unknown which queue claimed them, so a person decides. */
    Map<Reservation, End> untold(List<Reservation> ours) {
        Map<Reservation, End> ends = new LinkedHashMap<>();
        for (Reservation reservation : ours) {
            TaskDraft draft = reservation.draft();
            if (isTold(
                    draft,
                    "it is " + draft.claimant().name()
                            + "'s, but another queue claims under that name, and it is unknown"
                            + " which of the two took it: if the other queue has no task for it, queue it with 'sync'"
                            + " once the incident " + IncidentCode.CLAIMANT_SHARED + " is resolved")) {
                ends.put(reservation, End.DUPLICATE);
            }
        }
        return ends;
    }

    /**
     * Opens an incident, because filing a case twice can't be undone and a person must decide. Called before the
     * reservation is dropped, so that a crash in between does not leave a case claimed and forgotten. Returns false if
     * the incident can't be recorded now.
     */
    private boolean isTold(TaskDraft draft, String message) {
        return events.report(List.of(new Report(
                        IncidentCode.ORPHAN_CLAIM,
                        draft.siteId(),
                        draft.resource().id(),
                        message)
                .withOwner(draft.claimant().name())));
    }

    /**
     * Returns whether this queue's own tasks explain that a resource is the claimant's, although it was listed as free
     * at that time and the reservation's claim did not take it. They do if another process on this queue, or another of
     * its sites, has claimed the resource since. A task that ended earlier explains nothing.
     */
    boolean isExplained(Reservation reservation, Instant listedAt) {
        Instant since = listedAt.minus(CLOCKS_DIFFER);
        TaskDraft draft = reservation.draft();
        return tasks(draft).stream()
                .filter(task -> task.id() != reservation.id())
                .filter(task -> task.siteId().equals(draft.siteId()) || isOfAnotherSite(task, draft))
                .anyMatch(task -> {
                    Instant last = task.processedAt() == null ? task.createdAt() : task.processedAt();
                    return task.status().isActive() || last == null || !last.isBefore(since);
                });
    }

    /**
     * The task for which a resource may be the claimant's already: one that was completed since the resource was listed as
     * free, or one of another site that lists it too.
     */
    Optional<Task> anotherTask(TaskDraft draft) {
        return tasks(draft).stream()
                .filter(task -> task.siteId().equals(draft.siteId())
                        ? task.status() == TaskStatus.COMPLETED
                        : isOfAnotherSite(task, draft))
                .findFirst();
    }

    /** Returns whether this queue has no task for a resource, not even an ended one. */
    boolean isUnknown(TaskDraft draft) {
        return tasks(draft).stream().noneMatch(task -> task.siteId().equals(draft.siteId()));
    }

    /** Returns whether a resource is the claimant's through a task of another site that selects it too. */
    boolean hasTaskOfAnotherSite(Site site, Claimant claimant, Resource resource) {
        return tasks(resource).stream().anyMatch(task -> isOfAnotherSite(task, site.id(), claimant, resource));
    }

    private List<Task> tasks(TaskDraft draft) {
        return tasks(draft.resource());
    }

    private List<Task> tasks(Resource resource) {
        return queue.list(new TaskFilter(Set.of(), Set.of(), resource.id(), TASKS_OF_A_RESOURCE));
    }

    private static boolean isOfAnotherSite(Task task, TaskDraft draft) {
        return isOfAnotherSite(task, draft.siteId(), draft.claimant(), draft.resource());
    }

    private static boolean isOfAnotherSite(Task task, String siteId, Claimant claimant, Resource resource) {
        return !task.siteId().equals(siteId)
                && claimant.matches(task.claimant())
                && Objects.equals(task.reference(), resource.reference());
    }
}
