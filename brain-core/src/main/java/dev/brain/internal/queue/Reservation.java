package dev.brain.internal.queue;

import static java.util.Objects.requireNonNull;

import dev.brain.resource.ResourceId;
import java.time.Instant;

/**
 * A task that was written before its resource is claimed.
 *
 * @param id the task's number
 * @param draft what was reserved
 * @param reservedAt when
 */
public record Reservation(long id, TaskDraft draft, Instant reservedAt) {
    public Reservation {
        requireNonNull(draft, "draft");
        requireNonNull(reservedAt, "reservedAt");
    }

    public ResourceId resourceId() {
        return draft.resource().id();
    }
}
