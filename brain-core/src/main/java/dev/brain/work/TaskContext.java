package dev.brain.work;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.queue.Task;
import java.nio.file.Path;

/**
 * A handler's access to its task. Thread-safe.
 *
 * @stability stable
 */
public interface TaskContext {
    /** Returns the task; its attempts include this one. */
    Task task();

    /** Returns the payload, with exact numbers. The handler may keep and change it. */
    JsonNode payload();

    /** Returns whether the lease was lost; the handler's thread is interrupted when the loss is noticed. */
    boolean isLost();

    /** Records the progress for people. */
    void progress(String text);

    /** Records the path of evidence. */
    void evidence(Path path);

    /**
     * Declares that the next action can't be undone. From here on, a lost lease, a crash or an exception means that it
     * is unknown whether the task was submitted: the task fails, and an incident asks a person to check.
     *
     * @throws LeaseLostException if the lease was lost; nothing must be submitted then
     */
    void submitting();
}
