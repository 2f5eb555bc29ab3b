package dev.brain.work;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.queue.Task;
import java.nio.file.Path;
import java.util.concurrent.Callable;

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

    /**
     * Runs a step once for the task. Its result is stored durably before this returns. A later attempt gets the stored
     * result, and the step does not run again. A crash before the result is stored makes a later attempt run it again.
     *
     * <p>The steps of a task run one after the other.
     *
     * @param name distinguishes the step from the others of its handler
     * @param action returns what Jackson writes as JSON, up to 64 KiB
     * @return the result as JSON, with exact numbers, the same in each attempt
     * @throws LeaseLostException if the lease was lost; nothing is stored then
     * @throws dev.brain.error.BrainException if the result is too large or can't be written as JSON
     * @throws Exception what the action throws; nothing is stored then
     */
    JsonNode step(String name, Callable<?> action) throws Exception;

    /**
     * Submits the case once for the task, and stores the receipt durably before this returns. A later attempt gets the
     * stored receipt and continues after the submission.
     *
     * <p>If the action throws, or the lease is lost or the process crashes while it runs, it is unknown whether the case was
     * submitted: the task fails, and an incident asks a person to check, also if the handler catches the exception and
     * asks for another attempt. The same applies to a receipt that can't be stored.
     *
     * @param name distinguishes the submission from the steps of its handler
     * @param action submits and returns the receipt, which Jackson writes as JSON, up to 64 KiB
     * @return the receipt as JSON, the same in each attempt
     * @throws LeaseLostException if the lease was lost. If it was lost before the action, nothing was submitted
     * @throws IllegalStateException if the attempt has begun to submit something else and has no receipt of it
     * @throws Exception what the action throws
     */
    JsonNode submit(String name, Callable<?> action) throws Exception;
}
