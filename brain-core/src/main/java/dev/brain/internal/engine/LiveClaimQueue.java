package dev.brain.internal.engine;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainEvent.QueueCalled.Operation;
import dev.brain.incident.IncidentLog;
import dev.brain.queue.SiteState;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.DueTask;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.SettledAndReserved;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskQueue.VisibleTask;
import dev.brain.resource.ResourceId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Passes all calls to the queue, and publishes events of them and of queued tasks.
 *
 * @param events receives an event for each queued task
 */
record LiveClaimQueue(TaskQueue queue, Events events) implements ClaimQueue {
    /** A limit that no resource reaches, for reading all tasks of a resource. */
    private static final int TASKS_OF_A_RESOURCE = 1_000;

    @Override
    public Map<ResourceId, QueueState> standings(String siteId, Collection<ResourceId> ids) {
        return events.timed(Operation.STANDINGS, () -> queue.standings(siteId, ids));
    }

    @Override
    public List<Reservation> reserve(List<TaskDraft> drafts) {
        List<TaskDraft> traced = traced(drafts);
        return events.timed(Operation.RESERVE, () -> queue.reserve(traced));
    }

    private List<TaskDraft> traced(List<TaskDraft> drafts) {
        String traceparent = drafts.isEmpty() ? null : events.traceparent();
        return traceparent == null
                ? drafts
                : drafts.stream()
                        .map(draft -> draft.withTraceparent(traceparent))
                        .toList();
    }

    @Override
    public SettledAndReserved settleAndReserve(List<Settlement> settlements, List<TaskDraft> drafts) {
        List<TaskDraft> traced = traced(drafts);
        SettledAndReserved done = events.timed(
                drafts.isEmpty() ? Operation.SETTLE : Operation.SETTLE_AND_RESERVE,
                () -> queue.settleAndReserve(settlements, traced));
        done.visible().stream().map(LiveClaimQueue::event).forEach(events::publish);
        return done;
    }

    private static BrainEvent event(VisibleTask task) {
        TaskDraft draft = task.reservation().draft();
        ResourceId resourceId = task.reservation().resourceId();
        String reference = draft.resource().reference();
        return task.held()
                ? new BrainEvent.TaskHeld(task.id(), draft.siteId(), resourceId, reference)
                : new BrainEvent.TaskQueued(task.id(), draft.siteId(), resourceId, reference);
    }

    @Override
    public List<Reservation> unsettled() {
        return events.timed(Operation.UNSETTLED, queue::unsettled);
    }

    @Override
    public List<Reservation> overdue(Instant before) {
        return events.timed(Operation.OVERDUE, () -> queue.overdue(before));
    }

    @Override
    public List<Task> unreadable() {
        return queue.unreadable();
    }

    @Override
    public List<ResourceTask> tasksOf(ResourceId id) {
        return queue.operations().list(new TaskFilter(Set.of(), Set.of(), id, TASKS_OF_A_RESOURCE)).stream()
                .map(ResourceTask::of)
                .toList();
    }

    @Override
    public List<DueTask> dueBefore(Map<String, Instant> until, @Nullable DueTask after, int limit) {
        return queue.dueBefore(until, after, limit);
    }

    @Override
    public Set<String> pausedSites() {
        return queue.operations().siteStates().stream()
                .filter(SiteState::paused)
                .map(SiteState::siteId)
                .collect(Collectors.toSet());
    }

    @Override
    public void sweep() {
        events.timed(Operation.SWEEP, queue::sweep);
    }

    @Override
    public IncidentLog incidents() {
        return queue.incidents();
    }
}
