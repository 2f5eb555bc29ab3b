package dev.brain.internal.queue;

import static java.util.Objects.requireNonNull;

import dev.brain.queue.Task;
import java.time.Instant;

/**
 * A worker's time-limited right to a task.
 *
 * @param task as it was when it was taken; its attempts include this one
 * @param token tells this right from every other that anybody had or will have to the task
 * @param until when it runs out unless it is renewed
 */
public record Lease(Task task, long token, Instant until) {
    public Lease {
        requireNonNull(task, "task");
        requireNonNull(until, "until");
    }

    public long taskId() {
        return task.id();
    }
}
