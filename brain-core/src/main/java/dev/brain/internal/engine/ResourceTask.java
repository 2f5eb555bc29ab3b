package dev.brain.internal.engine;

import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What claiming needs to know of a task.
 *
 * @param changedAt when it was last taken or ended, or else queued; null if that is unknown
 */
record ResourceTask(
        long id,
        String siteId,
        TaskStatus status,
        @Nullable String claimant,
        @Nullable String reference,
        @Nullable Instant changedAt,
        @Nullable Instant processedAt) {

    static ResourceTask of(Task task) {
        return new ResourceTask(
                task.id(),
                task.siteId(),
                task.status(),
                task.claimant(),
                task.reference(),
                task.processedAt() == null ? task.createdAt() : task.processedAt(),
                task.processedAt());
    }

    static ResourceTask of(Reservation reservation, TaskStatus status) {
        return new ResourceTask(
                reservation.id(),
                reservation.draft().siteId(),
                status,
                reservation.draft().claimant().name(),
                reservation.draft().resource().reference(),
                reservation.reservedAt(),
                null);
    }
}
