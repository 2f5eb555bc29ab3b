package dev.brain.work;

/**
 * Performs tasks. Must be thread-safe, because a worker runs one handler on many threads.
 *
 * <p>A task may be handled more than once, because its worker may die at any moment. A handler that submits something should
 * do so within {@link TaskContext#submit}. Otherwise it must first find out whether an earlier attempt has submitted it, and
 * must call {@link TaskContext#submitting} just before it submits.
 *
 * @stability stable
 */
@FunctionalInterface
public interface TaskHandler {
    /**
     * Performs a task.
     *
     * @return the outcome
     * @throws Exception is a technical failure before {@link TaskContext#submitting}; after it, the outcome is unknown, and
     *     an incident asks a person to check
     */
    TaskOutcome handle(TaskContext context) throws Exception;

    /** Creates handlers; found with {@link java.util.ServiceLoader}. */
    interface Provider extends dev.brain.plugin.Provider<TaskHandler> {}
}
