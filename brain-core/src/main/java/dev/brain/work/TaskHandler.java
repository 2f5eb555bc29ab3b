package dev.brain.work;

/**
 * Does one task. Thread-safe: a worker runs one handler on many threads.
 *
 * <p>A task may be handled more than once (its worker may die at any moment): a handler that submits something calls
 * {@link TaskContext#submitting} just before, and finds out first whether an earlier attempt has done it already.
 *
 * @stability stable
 */
@FunctionalInterface
public interface TaskHandler {
    /**
     * Does the task.
     *
     * @return how it went
     * @throws Exception counts as a technical failure before {@link TaskContext#submitting}; after it, as an unknown
     *     outcome that a person must look at
     */
    TaskOutcome handle(TaskContext context) throws Exception;

    /** Creates handlers; found with {@link java.util.ServiceLoader}. */
    interface Provider extends dev.brain.plugin.Provider<TaskHandler> {}
}
