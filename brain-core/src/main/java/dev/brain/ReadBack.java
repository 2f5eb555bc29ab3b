package dev.brain;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Settles reservations by what the system of record says of their resources, looking again until it can be believed. */
final class ReadBack {
    /** More than any resource has. */
    private static final int TASKS_OF_A_RESOURCE = 1_000;

    private final TaskQueue queue;
    private final Options options;
    private final Clock clock;
    private final StopSignal stop;
    private final Events events;

    ReadBack(TaskQueue queue, Options options, Clock clock, StopSignal stop, Events events) {
        this.queue = queue;
        this.options = options;
        this.clock = clock;
        this.stop = stop;
        this.events = events;
    }

    /** How a reservation ended. */
    enum End {
        /** Its resource is the claimant's: the task is visible. */
        OURS,
        /** Its resource is the claimant's for another task, or may be so: nothing is to be done once more. */
        DUPLICATE,
        /** Somebody else holds its resource, or it is gone. */
        OTHERS,
        /** Its resource still shows free, so the claim came to nothing. */
        FREE
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
     * @param wereNotOurs whether none of the resources was the claimant's when it had been reserved, or those that are so
     *     for another task were left out: one that is ours now is so for its reservation
     */
    Result settle(
            Site site, ResourceSource source, List<Reservation> reservations, Instant claimedAt, boolean wereNotOurs) {
        List<Reservation> left = reservations;
        int confirmed = 0;
        Map<Reservation, End> ended = new LinkedHashMap<>();
        String reason = null;
        for (int look = 0; ; look++) {
            Map<Reservation, End> told = new LinkedHashMap<>();
            try {
                told = told(site, source, left, claimedAt, wereNotOurs);
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
            Site site, ResourceSource source, List<Reservation> reservations, Instant claimedAt, boolean wereNotOurs) {
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
                    case OURS -> ours(reservation, wereNotOurs).ifPresent(end -> told.put(reservation, end));
                    case OTHERS, GONE -> told.put(reservation, End.OTHERS);
                    case FREE -> {
                        if (age.compareTo(options.settlingTime()) >= 0) {
                            told.put(reservation, End.FREE);
                        }
                    }
                }
            }
        });
        return told;
    }

    /** Empty if a person must be told first, and can't be just now. */
    private Optional<End> ours(Reservation reservation, boolean wasNotOurs) {
        TaskDraft draft = reservation.draft();
        Optional<Task> other = wasNotOurs ? Optional.empty() : anotherTask(draft);
        if (other.isEmpty()) {
            return Optional.of(End.OURS);
        }
        Task task = other.get();
        if (task.status() != TaskStatus.COMPLETED) {
            return Optional.of(End.DUPLICATE);
        }
        // Filing a case twice can't be undone, so a person decides; told before the reservation goes, so that no crash
        // between the two leaves a case that is claimed and forgotten.
        boolean isTold = events.report(List.of(new Report(
                        IncidentCode.ORPHAN_CLAIM,
                        draft.siteId(),
                        draft.resource().id(),
                        "it is " + draft.claimant().name() + "'s, but the answer to its claim was lost, and task "
                                + task.id()
                                + " for it is completed: if the case was reopened, give it back by hand, so that it is claimed"
                                + " anew; else there is nothing left to do for it")
                .withOwner(draft.claimant().name())));
        return isTold ? Optional.of(End.DUPLICATE) : Optional.empty();
    }

    /**
     * The task for which a resource may be the claimant's already: one that was completed since the resource was listed as
     * free, or one of another site that lists it too.
     */
    Optional<Task> anotherTask(TaskDraft draft) {
        return queue.list(new TaskFilter(Set.of(), Set.of(), draft.resource().id(), TASKS_OF_A_RESOURCE)).stream()
                .filter(task -> task.siteId().equals(draft.siteId())
                        ? task.status() == TaskStatus.COMPLETED
                        : draft.claimant().matches(task.claimant())
                                && Objects.equals(
                                        task.reference(), draft.resource().reference()))
                .findFirst();
    }
}
