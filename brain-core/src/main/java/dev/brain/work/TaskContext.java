package dev.brain.work;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.queue.Task;
import java.nio.file.Path;

/** What a handler knows of its task, and may tell while it works. Thread-safe. */
public interface TaskContext {
    /** The task; its attempts include this one. */
    Task task();

    /** Returns the payload, with exact numbers. The handler may keep and change it. */
    JsonNode payload();

    /** Whether the task is no longer this worker's; the handler's thread is interrupted when that is noticed. */
    boolean isLost();

    /** Notes for a person how far it is. */
    void progress(String text);

    /** Notes where evidence was kept. */
    void evidence(Path path);

    /**
     * Says that what can't be taken back comes next. From here on a lost lease, a crash or an exception means that nobody
     * knows whether it was done: the task fails, and an incident tells a person to look.
     *
     * @throws LeaseLostException if the task is no longer this worker's; nothing must be submitted then
     */
    void submitting();
}
