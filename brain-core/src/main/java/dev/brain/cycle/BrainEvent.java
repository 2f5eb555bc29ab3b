package dev.brain.cycle;

import dev.brain.incident.Incident;
import dev.brain.queue.Task;
import dev.brain.queue.TaskResult;
import dev.brain.resource.ResourceId;
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

    /** A cycle is done. */
    record CycleFinished(CycleReport report) implements BrainEvent {}

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
     * A worker begins to take tasks of these sites.
     *
     * @param owner the name of the worker, which its leases have
     */
    record WorkerStarted(String owner, Set<String> siteIds, int threads) implements BrainEvent {}

    /** A worker has stopped: all its handlers have ended, or were abandoned when it was closed. */
    record WorkerStopped(String owner) implements BrainEvent {}
}
