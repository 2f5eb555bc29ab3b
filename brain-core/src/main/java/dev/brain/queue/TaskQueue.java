package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import dev.brain.history.Actor;
import dev.brain.incident.IncidentLog.Subscription;
import dev.brain.payload.Payload;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The durable queue of tasks, as claiming and working need it. Thread-safe, and safe beside other processes that use the same queue.
 *
 * <p>The effects of a method that has returned normally survive a crash. No site and resource ever has two active tasks. Every
 * method throws {@link dev.brain.error.UnavailableException} if the queue is unavailable. It has then changed
 * nothing, unless a connection broke during a commit: then the change may have been made, and the call can be repeated.
 *
 * @stability evolving
 */
public interface TaskQueue extends Store {
    /** Returns this queue. */
    @Override
    default TaskQueue queue() {
        return this;
    }

    /**
     * Begins another run on this queue, so that several can claim in one process without settling each other's
     * reservations. Closing the result ends only that run. Closing this queue ends it too.
     */
    TaskQueue newRun();

    /**
     * Returns this queue and run for what somebody asks for: the history names them instead of the run. Closing the result
     * closes nothing.
     */
    TaskQueue by(Actor actor);

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
     * <p>A confirmed task is ready, or {@linkplain TaskStatus#HELD held} if its payload {@linkplain Payload#held says so}.
     *
     * @return the tasks that were confirmed by this call
     */
    default int settle(List<Settlement> settlements) {
        return settleAndReserve(settlements, List.of()).confirmed();
    }

    /**
     * Settles reservations, and then inserts drafts, in one transaction, so that a run that claims one batch after the
     * other needs one commit less for each.
     */
    SettledAndReserved settleAndReserve(List<Settlement> settlements, List<TaskDraft> drafts);

    /**
     * The result of settling reservations and inserting drafts.
     *
     * @param visible the tasks that became visible to workers or to people by this call
     * @param reserved the drafts that were inserted
     */
    record SettledAndReserved(List<VisibleTask> visible, List<Reservation> reserved) {
        public SettledAndReserved {
            visible = List.copyOf(visible);
            reserved = List.copyOf(reserved);
        }

        /** Returns the number of tasks that were confirmed by this call. */
        public int confirmed() {
            return visible.size();
        }
    }

    /**
     * A task whose claim was confirmed.
     *
     * @param id its number, which is another than that of its reservation if that had been dropped
     * @param reservation what was confirmed
     * @param held whether it waits for a person's approval
     */
    record VisibleTask(long id, Reservation reservation, boolean held) {
        public VisibleTask {
            requireNonNull(reservation, "reservation");
        }
    }

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
     * Leases tasks that are ready, by descending priority, then by deadline, then by age; tasks without a deadline come
     * after those with one. Skips paused sites, sites outside their working hours, and tasks beyond a site's limits. A task
     * that has crashed before is leased by itself. Each lease counts as an attempt. Also performs {@link
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

    /** Returns the results that attempts at a task have recorded; they are {@code null} after it was pruned. */
    List<Step> steps(long taskId);

    /**
     * Records the result of a step of a leased task. The receipt of a submission also ends {@link Note#SUBMITTING}, in the
     * same transaction. Recording a name again keeps the first result.
     *
     * @return false, without a change, if the lease is no longer valid
     */
    boolean record(Lease lease, Step step);

    /**
     * The result of a step.
     *
     * @param name distinguishes it from the other steps of its task
     * @param result JSON text
     * @param submission whether it is the receipt of a submission
     */
    record Step(String name, String result, boolean submission) {
        public Step {
            requireNonNull(name, "name");
            requireNonNull(result, "result");
        }

        /** Leaves the result out: it may be personal data. */
        @Override
        public String toString() {
            return "Step[" + name + "]";
        }
    }

    /**
     * Makes due scheduled tasks ready, and takes back tasks whose leases have run out. The latter are ready again and
     * count a crash, or fail if they have crashed too often or were being submitted.
     *
     * @return the number of changed tasks
     */
    int sweep();

    /**
     * Registers a listener that is called when tasks may have become ready, in any process, with the sites of the tasks; an
     * empty set means any site. Calls may be late, missing or needless, so a worker polls as well.
     *
     * @return removes the listener when it is closed; empty if this queue cannot tell, so that workers only poll
     */
    default Optional<Subscription> listen(Consumer<Set<String>> listener) {
        return Optional.empty();
    }

    /**
     * Returns the tasks of these sites that have not ended and whose deadline is before a time, those with the earliest
     * deadline first.
     *
     * @param until the time, by site
     * @param after the last task before these, to continue a list; null begins with the earliest deadline
     */
    default List<DueTask> dueBefore(Map<String, Instant> until, @Nullable DueTask after, int limit) {
        return List.of();
    }

    /**
     * A task that has not ended.
     *
     * @param id its number
     * @param siteId its site
     * @param resourceId its resource
     * @param status its status
     * @param deadline the time by which its resource must be dealt with
     */
    record DueTask(long id, String siteId, ResourceId resourceId, TaskStatus status, Instant deadline) {
        public DueTask {
            requireNonNull(siteId, "siteId");
            requireNonNull(resourceId, "resourceId");
            requireNonNull(status, "status");
            requireNonNull(deadline, "deadline");
        }
    }

    /** Returns the reservation of a task, with the resource as it was before its claim; empty if it is unknown. */
    Optional<Reservation> reservation(long taskId);

    /** Closes the queue and its {@link Store}. */
    @Override
    void close();

    /**
     * A task to be.
     *
     * @param siteId its site
     * @param resource as it was read before the claim; kept with the task without its children
     * @param payload what the worker will read
     * @param claimant whom the resource is claimed for
     * @param priority tasks of a higher priority are taken first
     * @param deadline the time by which the resource must be dealt with; null if there is none
     * @param traceparent the W3C trace context in which it is reserved; null if there is none
     */
    record TaskDraft(
            String siteId,
            Resource resource,
            Payload payload,
            Claimant claimant,
            int priority,
            @Nullable Instant deadline,
            @Nullable String traceparent) {
        /** Creates a draft without a trace context. */
        public TaskDraft(
                String siteId,
                Resource resource,
                Payload payload,
                Claimant claimant,
                int priority,
                @Nullable Instant deadline) {
            this(siteId, resource, payload, claimant, priority, deadline, null);
        }

        /** Creates a draft without a deadline. */
        public TaskDraft(String siteId, Resource resource, Payload payload, Claimant claimant, int priority) {
            this(siteId, resource, payload, claimant, priority, null);
        }

        /** Returns the same draft for a task that is held until a person approves it. */
        public TaskDraft held(String reason) {
            return new TaskDraft(siteId, resource, payload.held(reason), claimant, priority, deadline, traceparent);
        }

        public TaskDraft {
            requireNonNull(siteId, "siteId");
            requireNonNull(resource, "resource");
            requireNonNull(payload, "payload");
            requireNonNull(claimant, "claimant");
        }

        /** Returns the draft with a W3C trace context. */
        public TaskDraft withTraceparent(String context) {
            return new TaskDraft(siteId, resource, payload, claimant, priority, deadline, context);
        }
    }

    /**
     * A task that was written before its resource is claimed.
     *
     * @param id the task's number
     * @param draft what was reserved
     * @param reservedAt when
     */
    record Reservation(long id, TaskDraft draft, Instant reservedAt) {
        public Reservation {
            requireNonNull(draft, "draft");
            requireNonNull(reservedAt, "reservedAt");
        }

        public ResourceId resourceId() {
            return draft.resource().id();
        }

        /** Returns a hash of the number, because that of all columns and of the payload takes long. */
        @Override
        public int hashCode() {
            return Long.hashCode(id);
        }
    }

    /**
     * What becomes of a reservation.
     *
     * @param reservation the one that is settled
     * @param verdict what becomes of it
     */
    record Settlement(Reservation reservation, Verdict verdict) {
        /** The two ends of a reservation. */
        public enum Verdict {
            /** The resource is the claimant's for certain: the task becomes visible to workers. */
            CONFIRM,
            /** The resource isn't the claimant's for certain: the reservation goes. */
            DROP
        }

        public Settlement {
            requireNonNull(reservation, "reservation");
            requireNonNull(verdict, "verdict");
        }
    }

    /** Why the queue would leave a resource out. */
    enum QueueState {
        /** It has a task that isn't ended. */
        ACTIVE,
        /** Its task failed or was cancelled, and no person has unblocked it. */
        BLOCKED,
        /** Its last task was completed, and nothing stands in the way of another. */
        COMPLETED
    }

    /**
     * A worker's time-limited right to a task.
     *
     * @param task as it was when it was taken; its attempts include this one
     * @param token tells this right from every other that anybody had or will have to the task
     * @param until when it runs out unless it is renewed
     */
    record Lease(Task task, long token, Instant until) {
        public Lease {
            requireNonNull(task, "task");
            requireNonNull(until, "until");
        }

        public long taskId() {
            return task.id();
        }
    }

    /**
     * What a worker asks for.
     *
     * @param owner who asks, for a person to read
     * @param most how many tasks at the most
     * @param lease how long the right to them lasts
     * @param sites of which sites, under which limits
     */
    record TakeRequest(String owner, int most, Duration lease, List<SiteLimits> sites) {
        public TakeRequest {
            requireNonNull(owner, "owner");
            requireNonNull(lease, "lease");
            sites = List.copyOf(sites);
            if (lease.toMillis() < 1) {
                throw new IllegalArgumentException("a lease must last, not " + lease);
            }
            if (most < 1) {
                throw new IllegalArgumentException("most must be at least 1, not " + most);
            }
        }
    }

    /**
     * A task that a worker hands back.
     *
     * @param lease its right to the task
     * @param result what has become of it
     */
    record FinishedTask(Lease lease, TaskResult result) {
        public FinishedTask {
            requireNonNull(lease, "lease");
            requireNonNull(result, "result");
        }
    }
}
