package dev.brain.store;

import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Summarizes the tasks of a resource.
 *
 * @param active whether a task has not ended
 * @param blocking whether a task ended without success and nobody has unblocked it
 * @param lastId the number of the latest task
 * @param lastStatus the status of the latest task; null if there is none
 */
record TaskSummary(
        boolean active,
        boolean blocking,
        long lastId,
        @Nullable TaskStatus lastStatus) {
    static final TaskSummary NONE = new TaskSummary(false, false, 0, null);

    /** Summarizes the tasks of one status. */
    static TaskSummary of(@Nullable String statusText, boolean isNotUnblocked, long lastId) {
        TaskStatus status = statusText == null ? TaskStatus.OTHER : TaskStatus.ofText(statusText);
        boolean isWithoutSuccess = status == TaskStatus.FAILED || status == TaskStatus.CANCELLED;
        return new TaskSummary(status.isActive(), isWithoutSuccess && isNotUnblocked, lastId, status);
    }

    TaskSummary and(TaskSummary others) {
        TaskSummary later = others.lastId > lastId ? others : this;
        return new TaskSummary(active || others.active, blocking || others.blocking, later.lastId, later.lastStatus);
    }

    Optional<QueueState> standing() {
        if (active) {
            return Optional.of(QueueState.ACTIVE);
        }
        if (blocking) {
            return Optional.of(QueueState.BLOCKED);
        }
        return lastStatus == TaskStatus.COMPLETED ? Optional.of(QueueState.COMPLETED) : Optional.empty();
    }
}
