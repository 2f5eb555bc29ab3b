package dev.brain.internal.engine;

import dev.brain.incident.IncidentLog;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue.DueTask;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.SettledAndReserved;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.ResourceId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part of the queue that a cycle uses. {@link DryRunQueue} writes nothing. */
interface ClaimQueue {
    /** Returns the state of each of these resources of a site; unknown resources are omitted. */
    Map<ResourceId, QueueState> standings(String siteId, Collection<ResourceId> ids);

    /** Writes a task for each draft, before its claim. Resources that are active or blocked are omitted. */
    List<Reservation> reserve(List<TaskDraft> drafts);

    /** Settles reservations. Returns the number of tasks that became visible. */
    default int settle(List<Settlement> settlements) {
        return settleAndReserve(settlements, List.of()).confirmed();
    }

    /** Settles reservations and writes a task for each draft, with one commit. */
    SettledAndReserved settleAndReserve(List<Settlement> settlements, List<TaskDraft> drafts);

    /** Returns reservations that no run is working on. */
    List<Reservation> unsettled();

    /** Returns reservations that were made before that time by other runs that seem to be open. */
    List<Reservation> overdue(Instant before);

    /** Returns the tasks that can't be read as reservations any more. */
    List<Task> unreadable();

    /** Returns all tasks of a resource, of every site, the newest first. */
    List<ResourceTask> tasksOf(ResourceId id);

    /** Returns the tasks of these sites that have not ended and whose deadline is before a time, the earliest first. */
    List<DueTask> dueBefore(Map<String, Instant> until, @Nullable DueTask after, int limit);

    /** Returns the paused sites. */
    Set<String> pausedSites();

    /** Makes due tasks ready, and takes back tasks whose leases have run out. */
    void sweep();

    IncidentLog incidents();
}
