package dev.brain.internal.queue;

/** Why the queue would leave a resource out. */
public enum QueueState {
    /** It has a task that isn't ended. */
    ACTIVE,
    /** Its task failed or was cancelled, and no person has unblocked it. */
    BLOCKED,
    /** Its last task was completed, and nothing stands in the way of another. */
    COMPLETED
}
