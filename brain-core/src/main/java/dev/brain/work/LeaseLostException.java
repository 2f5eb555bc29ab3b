package dev.brain.work;

import dev.brain.error.BrainException;

/**
 * Thrown if this worker no longer holds the lease of a task. It must do nothing more for the task.
 *
 * @stability stable
 */
public class LeaseLostException extends BrainException {
    private static final long serialVersionUID = 1L;

    LeaseLostException(long taskId) {
        super("the lease on task " + taskId + " is lost: leave it alone, another worker may have it");
    }
}
