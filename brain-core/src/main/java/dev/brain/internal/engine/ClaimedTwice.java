package dev.brain.internal.engine;

import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Keeps a resource from being queued twice. Looks for other tasks that explain why the claimant holds it. */
final class ClaimedTwice {
    /** Times in the queue are whole seconds, and machines that share it have different clocks. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private final ClaimQueue queue;
    private final Events events;
    private final SharedClaimants shared;

    ClaimedTwice(ClaimQueue queue, Events events, SharedClaimants shared) {
        this.queue = queue;
        this.events = events;
        this.shared = shared;
    }

    /** Queues what an earlier run reserved, unless there is a sign that another queue claims under that name. */
    Map<Reservation, Conclusion> unlessShared(Site site, List<Reservation> ours) {
        List<Reservation> doubtful = ours.stream()
                .filter(reservation ->
                        shared.sign(site, reservation.draft().claimant()).isPresent())
                .toList();
        Map<Reservation, Conclusion> conclusions = new LinkedHashMap<>(leaveToPerson(doubtful));
        conclusions.putAll(unlessCompleted(ours.stream()
                .filter(reservation -> !doubtful.contains(reservation))
                .toList()));
        return conclusions;
    }

    /** Queues nothing that is the claimant's through another task. If that task is completed, a person decides. */
    Map<Reservation, Conclusion> unlessCompleted(List<Reservation> ours) {
        Map<Reservation, Conclusion> conclusions = new LinkedHashMap<>();
        for (Reservation reservation : ours) {
            TaskDraft draft = reservation.draft();
            Optional<ResourceTask> other = anotherTask(draft);
            if (other.isEmpty()) {
                conclusions.put(reservation, Conclusion.OURS);
            } else if (other.get().status() != TaskStatus.COMPLETED) {
                conclusions.put(reservation, Conclusion.DUPLICATE);
            } else if (isReported(
                    draft,
                    "it is " + draft.claimant().name() + "'s, but the answer to its claim was lost, and task "
                            + other.get().id()
                            + " for it is completed: if the case was reopened, release it by hand, so that it is"
                            + " claimed again; otherwise there is nothing left to do for it")) {
                conclusions.put(reservation, Conclusion.DUPLICATE);
            }
        }
        return conclusions;
    }

    /** Queues nothing: it is unknown which queue claimed them, so a person decides. */
    Map<Reservation, Conclusion> leaveToPerson(List<Reservation> ours) {
        Map<Reservation, Conclusion> conclusions = new LinkedHashMap<>();
        for (Reservation reservation : ours) {
            TaskDraft draft = reservation.draft();
            if (isReported(
                    draft,
                    "it is " + draft.claimant().name()
                            + "'s, but another queue claims under that name, and it is unknown"
                            + " which of the two took it: if the other queue has no task for it, queue it with 'sync'"
                            + " once the incident " + IncidentCode.CLAIMANT_SHARED + " is resolved")) {
                conclusions.put(reservation, Conclusion.DUPLICATE);
            }
        }
        return conclusions;
    }

    /**
     * Opens an incident, because filing a case twice can't be undone and a person must decide. Called before the
     * reservation is dropped, so that a crash in between does not leave a case claimed and forgotten. Returns false if
     * the incident can't be recorded now.
     */
    private boolean isReported(TaskDraft draft, String message) {
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
        return tasks(draft.resource().id()).stream()
                .filter(task -> task.id() != reservation.id())
                .filter(task -> task.siteId().equals(draft.siteId())
                        || isOfAnotherSite(task, draft.siteId(), draft.claimant(), draft.resource()))
                .anyMatch(task -> task.status().isActive()
                        || task.changedAt() == null
                        || !task.changedAt().isBefore(since));
    }

    /**
     * Returns the task for which a resource may be the claimant's already: one that was completed since the resource was
     * listed as free, or one of another site that lists it too.
     */
    Optional<ResourceTask> anotherTask(TaskDraft draft) {
        return tasks(draft.resource().id()).stream()
                .filter(task -> task.siteId().equals(draft.siteId())
                        ? task.status() == TaskStatus.COMPLETED
                        : isOfAnotherSite(task, draft.siteId(), draft.claimant(), draft.resource()))
                .findFirst();
    }

    /** Returns whether a resource is the claimant's through a task of another site that selects it too. */
    boolean hasTaskOfAnotherSite(String siteId, Claimant claimant, Resource resource) {
        return tasks(resource.id()).stream().anyMatch(task -> isOfAnotherSite(task, siteId, claimant, resource));
    }

    /** Returns whether this queue has no task for a resource, not even an ended one. */
    boolean isUnknown(TaskDraft draft) {
        return tasks(draft.resource().id()).stream()
                .noneMatch(task -> task.siteId().equals(draft.siteId()));
    }

    private List<ResourceTask> tasks(ResourceId id) {
        return queue.tasksOf(id);
    }

    private static boolean isOfAnotherSite(ResourceTask task, String siteId, Claimant claimant, Resource resource) {
        return !task.siteId().equals(siteId)
                && claimant.matches(task.claimant())
                && Objects.equals(task.reference(), resource.reference());
    }
}
