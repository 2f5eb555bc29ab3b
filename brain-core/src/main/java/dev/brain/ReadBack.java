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
import dev.brain.resource.Holding;
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

/** Settles reservations by what the system of record says of their resources, looking again until it can be believed. */
final class ReadBack {
    private static final Logger LOG = LoggerFactory.getLogger(Brain.class);
    /** More than any resource has. */
    private static final int TASKS_OF_A_RESOURCE = 1_000;
    /** Times in the queue are in whole seconds, and machines that share it have clocks of their own. */
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

    /** How a reservation ended. */
    enum End {
        /** Its resource is the claimant's: the task is visible. */
        OURS,
        /** Its resource is the claimant's for another task, or may be so: nothing is to be done once more. */
        DUPLICATE,
        /** Its resource is the claimant's, but its claim did not take it. */
        NOT_TAKEN,
        /** Somebody else holds its resource, or it is gone. */
        OTHERS,
        /** Its resource still shows free, so the claim came to nothing. */
        FREE
    }

    /** Decides how reservations end whose resources are the claimant's; is given all that one look finds. */
    interface WhenOurs {
        /** Returns the end of each; those that are left out are looked at again. */
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
     * What came of it.
     *
     * @param confirmed tasks that became visible
     * @param ended those that were settled
     * @param left those whose outcome still can't be told
     * @param reason why not; null if none is left
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
            Map<ResourceId, Holding> holdings = source.holdings(
                    site,
                    claimant,
                    claimed.stream().map(Reservation::resourceId).toList());
            Instant now = clock.instant();
            for (Reservation reservation : claimed) {
                Holding holding = holdings.getOrDefault(reservation.resourceId(), Holding.of(Holding.State.GONE));
                Instant since = claimedAt.isAfter(reservation.reservedAt()) ? claimedAt : reservation.reservedAt();
                Duration age = Duration.between(since, now);
                switch (holding.state()) {
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
     * Returns outcomes with what the system of record says of those whose claim took nothing: that somebody else holds a
     * resource by now is no failure, and may be why.
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
            served.source().holdings(served.site(), claimant, passedOver).forEach((id, holding) -> {
                switch (holding.state()) {
                    case FREE -> explained.computeIfPresent(id, (free, outcome) -> free(outcome));
                    // nothing was sent, so it isn't this claim that made it ours
                    case OURS -> explained.put(id, ClaimOutcome.alreadyOurs());
                    case OTHERS, GONE -> explained.put(id, ClaimOutcome.lost(holding.owner()));
                }
            });
        } catch (BrainException e) {
            LOG.debug(
                    "site {}: nobody can say why claims were not sent",
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

    /** All are queued: nothing else can have made their resources the claimant's. */
    static Map<Reservation, End> allOurs(List<Reservation> ours) {
        Map<Reservation, End> ends = new LinkedHashMap<>();
        ours.forEach(reservation -> ends.put(reservation, End.OURS));
        return ends;
    }

    /** What an earlier run reserved is its own, unless there is a sign that another queue claims under that name. */
    Map<Reservation, End> unlessShared(Site site, List<Reservation> ours) {
        return shared.sign(site.id()).isPresent() ? untold(ours) : unlessCompleted(ours);
    }

    /** Queues nothing that is the claimant's for another task; a person decides if that one is completed. */
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
                            + " for it is completed: if the case was reopened, give it back by hand, so that it is"
                            + " claimed anew; else there is nothing left to do for it")) {
                ends.put(reservation, End.DUPLICATE);
            }
        }
        return ends;
    }

    /** Queues nothing: which queue claimed them can't be told, so a person decides. */
    Map<Reservation, End> untold(List<Reservation> ours) {
        Map<Reservation, End> ends = new LinkedHashMap<>();
        for (Reservation reservation : ours) {
            TaskDraft draft = reservation.draft();
            if (isTold(
                    draft,
                    "it is " + draft.claimant().name()
                            + "'s, but another queue claims under that name, and nobody can say"
                            + " which of the two took it: if the other queue has no task for it, queue it with 'sync'"
                            + " once the incident " + IncidentCode.CLAIMANT_SHARED + " is resolved")) {
                ends.put(reservation, End.DUPLICATE);
            }
        }
        return ends;
    }

    /**
     * Filing a case twice can't be undone, so a person decides; told before the reservation goes, so that no crash between
     * the two leaves a case that is claimed and forgotten. False if that can't be told just now.
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
     * Returns whether this queue's own tasks explain that a resource is the claimant's though it was listed as free at
     * that time and the reservation's claim did not take it: another process on this queue, or another site of it, claimed
     * the resource since. A task that ended before explains nothing.
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

    /** Returns whether this queue has no task for a resource, not even one that ended. */
    boolean isUnknown(TaskDraft draft) {
        return tasks(draft).stream().noneMatch(task -> task.siteId().equals(draft.siteId()));
    }

    private List<Task> tasks(TaskDraft draft) {
        return queue.list(new TaskFilter(Set.of(), Set.of(), draft.resource().id(), TASKS_OF_A_RESOURCE));
    }

    private static boolean isOfAnotherSite(Task task, TaskDraft draft) {
        return !task.siteId().equals(draft.siteId())
                && draft.claimant().matches(task.claimant())
                && Objects.equals(task.reference(), draft.resource().reference());
    }
}
