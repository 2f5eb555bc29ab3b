package dev.brain.work;

import dev.brain.error.BrainException;

/**
 * The task is no longer this worker's: it must not do anything more for it.
 *
 * @stability stable
 */
public class LeaseLostException extends BrainException {
    private static final long serialVersionUID = 1L;

    LeaseLostException(long taskId) {
        super("the lease on task " + taskId + " is lost: leave it alone, another worker may have it");
    }
}
