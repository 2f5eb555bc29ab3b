package dev.brain.internal.queue;

import dev.brain.error.ConfigurationException;
import dev.brain.queue.Store;
import dev.brain.queue.Task;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The durable queue of tasks, as claiming and working need it. Thread-safe, and safe beside other processes that use the same queue.
 *
 * <p>The effects of a method that has returned normally survive a crash. There are never two active tasks for one site
 * and resource.
 * Every method throws {@link dev.brain.error.UnavailableException} if the queue is unavailable, and has then
 * changed nothing.
 */
public interface TaskQueue extends Store {
    /**
     * Returns the queue of a store.
     *
     * @throws ConfigurationException if the store is none of Brain's own
     */
    static TaskQueue of(Store store) {
        if (store instanceof TaskQueue queue) {
            return queue;
        }
        if (store instanceof QueueStore ours) {
            return ours.queue();
        }
        throw new ConfigurationException(
                store.getClass().getName() + " is not a store of Brain: open one by its URL with Store.open");
    }

    /**
     * Begins another run on this queue, so that several can claim in one process without settling each other's
     * reservations. Closing the result ends only that run. Closing this queue ends it too.
     */
    TaskQueue newRun();

    /** Returns the queue status of each of these resources of a site; unknown resources are omitted. */
    Map<ResourceId, QueueState> standings(String siteId, Collection<ResourceId> ids);

    /**
     * Inserts the drafts as {@link TaskStatus#CLAIMING}, in one transaction. A resource that is {@link QueueState#ACTIVE}
     * or {@link QueueState#BLOCKED} is omitted from the result.
     */
    List<Reservation> reserve(List<TaskDraft> drafts);

    /**
     * Settles reservations, in one transaction.
     *
     * <p>Confirming is final and never loses a claim: if the reservation has been dropped meanwhile, the task is inserted
     * again, unless the resource has a later one. Dropping has an effect only while the reservation is unsettled. Settling
     * twice has no further effect.
     *
     * @return the tasks that became visible through this call
     */
    int settle(List<Settlement> settlements);

    /**
     * Returns reservations that no run is working on: those of ended runs, and this run's own ones whose claims have an
     * unknown outcome. Must be called only while this run claims nothing.
     */
    List<Reservation> unsettled();

    /**
     * Returns reservations that were made before that time by other runs that seem to be open. Such a run may be slow, or
     * its process may be stopped, so its claims may be confirmed but not dropped.
     */
    List<Reservation> overdue(Instant before);

    /** Returns the tasks that {@link #unsettled} omits because they can't be read as reservations any more. */
    default List<Task> unreadable() {
        return List.of();
    }

    /**
     * Leases tasks that are ready, by descending priority, then by age. Skips paused sites and tasks beyond a site's
     * limits. A task that has crashed before is leased by itself. Each lease counts as an attempt. Also performs {@link
     * #sweep} if the last one was at least a second ago.
     */
    List<Lease> take(TakeRequest request);

    /** Extends the leases to that time from now. Returns the numbers of the tasks whose leases were still valid. */
    Set<Long> renew(Collection<Lease> leases, Duration lease);

    /** Ends an attempt at a task. Returns false, without a change, if the lease is no longer valid. */
    default boolean finish(Lease lease, TaskResult result) {
        return !finish(List.of(new FinishedTask(lease, result)), null).held().isEmpty();
    }

    /**
     * Ends attempts and leases other tasks in one transaction, so that a busy worker needs only one commit.
     *
     * @param next the tasks to lease; null for none
     */
    Finished finish(List<FinishedTask> handed, @Nullable TakeRequest next);

    /**
     * The result of ending attempts and leasing tasks.
     *
     * @param held the numbers of the tasks whose leases were still valid; the others were not changed
     * @param next the leased tasks, whatever the other results
     */
    record Finished(Set<Long> held, List<Lease> next) {
        public Finished {
            held = Set.copyOf(held);
            next = List.copyOf(next);
        }
    }

    /**
     * Records a note on a leased task. Returns false, without a change, if the lease is no longer valid.
     *
     * <p>{@link Note#SUBMITTING} makes a lost lease final: the task then fails with an incident instead of being
     * retried, because it is unknown what its worker has done. {@link Note#EVIDENCE} is a path; the incident of a
     * failure contains the last one.
     */
    boolean note(Lease lease, Note note, String text);

    /** The notes of a worker on a leased task. */
    enum Note {
        PROGRESS,
        EVIDENCE,
        SUBMITTING
    }

    /**
     * Makes due scheduled tasks ready, and takes back tasks whose leases have run out. The latter are ready again and
     * count a crash, or fail if they have crashed too often or were being submitted.
     *
     * @return the number of changed tasks
     */
    int sweep();

    /** Returns the reservation of a task, with the resource as it was before its claim; empty if it is unknown. */
    Optional<Reservation> reservation(long taskId);

    /** Closes the queue and its {@link Store}. */
    @Override
    void close();
}
