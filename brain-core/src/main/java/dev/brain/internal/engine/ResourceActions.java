package dev.brain.internal.engine;

import dev.brain.claim.ClaimStrategy;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource.Ownership;
import dev.brain.site.Site;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The operators' actions on tasks that need the system of record. Thread-safe. */
public final class ResourceActions {
    private final EngineParts parts;
    private final TaskQueue queue;

    ResourceActions(EngineParts parts) {
        this.parts = parts;
        this.queue = parts.queue();
    }

    /**
     * Cancels a task and releases its resource in the system of record. Returns false if the resource is not, or no longer,
     * the claimant's.
     *
     * @throws BrainException if that fails; the message says so if the task was cancelled before
     */
    public boolean release(Actor actor, long taskId, boolean notSubmitted) {
        requireNotPruned(taskId);
        Reservation reservation = queue.reservation(taskId)
                .orElseThrow(() -> new ConfigurationException("task " + taskId
                        + " can't be released: it does not exist, or its resource was not recorded by Brain"));
        Site site = parts.site(reservation.draft().siteId());
        Resource resource = reservation.draft().resource();
        requireReleasable(taskId, notSubmitted);
        ClaimStrategy strategy = parts.providers().claims().get(site.claim());
        // what makes a release impossible is found before the task is cancelled
        if (!isActive(taskId)) {
            requireNoLaterTask(taskId, site, resource);
        }
        strategy.release(site, reservation.draft().claimant(), List.of());
        ownership(site, reservation);
        boolean cancelled = queue.operations().cancel(actor, taskId);
        if (!cancelled && isActive(taskId)) {
            throw new ConfigurationException("task " + taskId + " is in work: wait until it has ended");
        }
        requireNoLaterTask(taskId, site, resource);
        try {
            boolean released = release(site, strategy, reservation);
            if (released) {
                queue.operations().released(actor, taskId);
            }
            return released;
        } catch (BrainException e) {
            if (!cancelled) {
                throw e;
            }
            throw new BrainException(
                    "task " + taskId + " is cancelled, but its resource " + resource.id() + " was not released: "
                            + e.getMessage() + "; release it again, or release it by hand",
                    e);
        }
    }

    private boolean isActive(long taskId) {
        return queue.operations()
                .find(taskId)
                .filter(task -> task.status().isActive())
                .isPresent();
    }

    /** Requires that the resource of an ended task has no other task that is active. */
    private void requireNoLaterTask(long taskId, Site site, Resource resource) {
        if (queue.standings(site.id(), List.of(resource.id())).get(resource.id()) == QueueState.ACTIVE) {
            throw new ConfigurationException("task " + taskId + " can't be released: its resource " + resource.id()
                    + " has a later task that has not ended; release that one");
        }
    }

    private boolean release(Site site, ClaimStrategy strategy, Reservation reservation) {
        Resource resource = reservation.draft().resource();
        boolean answer =
                Boolean.TRUE.equals(strategy.release(site, reservation.draft().claimant(), List.of(resource))
                        .get(resource.id()));
        return ClaimProcedure.of(strategy).isReleased(answer, () -> isNoLongerOurs(site, reservation));
    }

    private void requireNotPruned(long taskId) {
        queue.operations().find(taskId).filter(Task::isPruned).ifPresent(task -> {
            throw new ConfigurationException("task " + taskId + " was pruned, so what a retry or a release needs is"
                    + " deleted: either unblock its resource " + task.resourceId() + " and sync it, which queues it"
                    + " again, or release it by hand in the system of record");
        });
    }

    private void requireReleasable(long taskId, boolean notSubmitted) {
        Optional<Task> known = queue.operations().find(taskId);
        if (known.filter(task -> task.status() == TaskStatus.COMPLETED).isPresent()) {
            throw new ConfigurationException("task " + taskId + " is completed; if its resource were free, the"
                    + " case would be filed again: if it must be free, release it by hand");
        }
        known.ifPresent(task -> requireNotSubmitted(task, notSubmitted));
        if (!notSubmitted && queue.steps(taskId).stream().anyMatch(TaskQueue.Step::submission)) {
            throw new BrainException(
                    "task " + taskId + " was submitted, and its receipt is stored; if its resource were"
                            + " free, the case would be filed again: retry the task, which goes on behind the submission, or"
                            + " repeat the call and confirm that it was not submitted");
        }
        if (known.filter(task -> task.status() == TaskStatus.OTHER).isPresent()) {
            throw new ConfigurationException("task " + taskId + " has the status '"
                    + known.get().statusText()
                    + "', which another program gave it: check that nobody works on it, then"
                    + " release its resource by hand");
        }
    }

    /** Refuses a task that may have been submitted until a person has confirmed that it was not. */
    private static void requireNotSubmitted(Task task, boolean notSubmitted) {
        if (task.mayBeSubmitted() && !notSubmitted) {
            throw new BrainException("task " + task.id() + " may have been submitted: " + task.failure()
                    + "; check on site " + task.siteId() + " whether "
                    + (task.reference() == null ? "it" : task.reference())
                    + " was submitted; if it was not, repeat the call and confirm that it was not submitted");
        }
    }

    private boolean isNoLongerOurs(Site site, Reservation reservation) {
        List<Duration> delays = parts.options().readBackDelays();
        for (int look = 0; ; look++) {
            if (ownership(site, reservation).state() != Ownership.State.OURS) {
                return true;
            }
            if (look == delays.size() || parts.stop().await(delays.get(look))) {
                return false;
            }
        }
    }

    private Ownership ownership(Site site, Reservation reservation) {
        ResourceId id = reservation.resourceId();
        return parts.providers()
                .sources()
                .get(site.source())
                .ownership(site, reservation.draft().claimant(), List.of(id))
                .getOrDefault(id, Ownership.of(Ownership.State.GONE));
    }

    /** Makes a failed or cancelled task pending again, if its resource is still the claimant's. */
    public boolean retry(Actor actor, long taskId, boolean notSubmitted) {
        Optional<Task> known = queue.operations().find(taskId);
        requireNotPruned(taskId);
        known.ifPresent(task -> requireNotSubmitted(task, notSubmitted));
        boolean ended = known.filter(task -> !task.status().isActive()).isPresent();
        Optional<Reservation> reservation = ended ? queue.reservation(taskId) : Optional.empty();
        reservation.ifPresent(reserved -> {
            Site site = parts.site(reserved.draft().siteId());
            if (ownership(site, reserved).state() != Ownership.State.OURS) {
                throw new BrainException("task " + taskId + " can't be retried: its resource "
                        + reserved.resourceId() + " isn't "
                        + reserved.draft().claimant().name()
                        + "'s any more; unblock it, so that it is claimed again when it is free");
            }
        });
        return queue.operations().retry(actor, taskId, notSubmitted);
    }
}
