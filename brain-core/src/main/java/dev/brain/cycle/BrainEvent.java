package dev.brain.cycle;

import dev.brain.incident.Incident;
import dev.brain.queue.Task;
import dev.brain.queue.TaskResult;
import dev.brain.resource.ResourceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An event of a cycle, a worker, a task or an incident. An event of a task or an incident is sent after the commit that makes
 * it true, and at most once: a process that dies in between sends none. Deadlines are reported as incidents.
 *
 * <p>Events hold ids and references. A {@link Task} and the message of an incident may also hold personal data.
 *
 * @stability evolving
 */
public sealed interface BrainEvent {
    /** A cycle begins to serve these sites. */
    record CycleStarted(List<String> siteIds) implements BrainEvent {}

    /** A site went one batch on; the report is what was done for it so far. */
    record SiteProgressed(SiteReport report) implements BrainEvent {}

    /** A site is done for this cycle. */
    record SiteFinished(SiteReport report) implements BrainEvent {}

    /**
     * A cycle, or a worker on the same queue object, reported something that a person must look at.
     *
     * @param opened whether this report opened the incident; false if it repeats an open one
     */
    record IncidentReported(Incident.Report report, boolean opened) implements BrainEvent {}

    /** A person, a cycle or a worker on the same queue object closed an incident. */
    record IncidentClosed(Incident incident) implements BrainEvent {}

    /**
     * A cycle is done.
     *
     * @param dry whether it was a dry run, which has changed nothing
     */
    record CycleFinished(CycleReport report, boolean dry) implements BrainEvent {}

    /**
     * A cycle has sent claims to a claim strategy and got its answer. A dry run sends none.
     *
     * @param strategy the name of the claim strategy
     * @param resources the number of claims
     * @param took the duration of the call
     */
    record ClaimSent(String siteId, String strategy, int resources, Duration took) implements BrainEvent {}

    /**
     * A cycle or a worker of this process has called the queue. This event is sent often.
     *
     * @param took the duration of the call
     * @param failed whether the call threw an exception
     */
    record QueueCalled(Operation operation, Duration took, boolean failed) implements BrainEvent {
        /** The operations of {@link dev.brain.queue.TaskQueue} that are reported. */
        public enum Operation {
            STANDINGS,
            RESERVE,
            SETTLE,
            SETTLE_AND_RESERVE,
            UNSETTLED,
            OVERDUE,
            SWEEP,
            TAKE,
            RENEW,
            FINISH,
            NOTE,
            STEP
        }
    }

    /**
     * A claim was won, or found to be won, and its task waits for a worker. The event may be repeated for a task if a crash
     * or another run interfered with the settlement.
     */
    record TaskQueued(
            long taskId,
            String siteId,
            ResourceId resourceId,
            @Nullable String reference) implements BrainEvent {}

    /**
     * A task waits for a person's approval, because the payload of a won claim or a handler requires it. No event is sent
     * when a person holds a task.
     *
     * @param resourceId null only for a task that another program wrote without one
     */
    record TaskHeld(
            long taskId,
            String siteId,
            @Nullable ResourceId resourceId,
            @Nullable String reference) implements BrainEvent {}

    /**
     * A worker of this process recorded the end of an attempt that leaves the task waiting: a retry, a deferral, or a return
     * to the queue.
     *
     * @param task the task as it was when the attempt began
     */
    record AttemptEnded(Task task, TaskResult result) implements BrainEvent {}

    /**
     * A worker of this process recorded the end of a task: {@link TaskResult.Completed}, {@link TaskResult.Failed} or {@link
     * TaskResult.Unknown}. A failed task is also an incident.
     *
     * @param task the task as it was when its last attempt began
     */
    record TaskEnded(Task task, TaskResult result) implements BrainEvent {}

    /**
     * A worker of this process begins an attempt at a task. Sent on the thread that runs the handler, just before it.
     *
     * @param task the task as it was taken
     * @param handler the name of the handler's provider; {@code code} for a handler that was given to the builder
     */
    record HandlerStarted(Task task, String handler) implements BrainEvent {}

    /**
     * A handler has ended. Sent on the thread that ran it, before the result is recorded.
     *
     * @param task the task as it was taken
     * @param handler as in {@link HandlerStarted}
     * @param startedAt when it began
     * @param took its duration
     * @param result the result that the worker will record; null if it will record none, because the lease was lost or the
     *     machine has failed
     */
    record HandlerEnded(
            Task task,
            String handler,
            Instant startedAt,
            Duration took,
            @Nullable TaskResult result) implements BrainEvent {}

    /**
     * A worker of this process noticed that its lease of a task was lost, so that its result does not count.
     *
     * @param submitting whether the task was being submitted, so that it is unknown whether it was
     */
    record LeaseLost(Task task, boolean submitting) implements BrainEvent {}

    /**
     * A worker begins to take tasks of these sites.
     *
     * @param owner the name of the worker, which its leases have
     */
    record WorkerStarted(String owner, Set<String> siteIds, int threads) implements BrainEvent {}

    /** A worker has stopped: all its handlers have ended, or were abandoned when it was closed. */
    record WorkerStopped(String owner, int threads) implements BrainEvent {}
}
