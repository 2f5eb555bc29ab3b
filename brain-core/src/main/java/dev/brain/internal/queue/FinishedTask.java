package dev.brain.internal.queue;

import static java.util.Objects.requireNonNull;

/**
 * A task that a worker hands back.
 *
 * @param lease its right to the task
 * @param result what has become of it
 */
public record FinishedTask(Lease lease, TaskResult result) {
    public FinishedTask {
        requireNonNull(lease, "lease");
        requireNonNull(result, "result");
    }
}
