package dev.brain.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brain.queue.Ending;
import dev.brain.queue.Failure;
import dev.brain.queue.Lease;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Note;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at a task, on one thread. */
final class RunningTask implements TaskContext {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final JsonMapper JSON = new JsonMapper();

    private final TaskQueue queue;
    private final Lease lease;
    private final JsonNode payload;
    private final Thread thread = Thread.currentThread();
    private volatile boolean lost;
    private volatile boolean submitting;
    private volatile boolean brokenOff;
    private boolean over;

    private RunningTask(TaskQueue queue, Lease lease, JsonNode payload) {
        this.queue = queue;
        this.lease = lease;
        this.payload = payload;
    }

    /**
     * An attempt on the current thread.
     *
     * @throws JsonProcessingException if the payload is no JSON
     */
    static RunningTask begin(TaskQueue queue, Lease lease) throws JsonProcessingException {
        String payload = lease.task().payload();
        return new RunningTask(queue, lease, JSON.readTree(payload == null ? "null" : payload));
    }

    Lease lease() {
        return lease;
    }

    /** Runs the handler; says how the task is to be handed back, null if it is no longer this worker's. */
    @Nullable
    Ending run(TaskHandler handler, Endings endings) {
        try {
            TaskOutcome outcome = handler.handle(this);
            return lost ? null : endings.of(lease.task(), outcome);
        } catch (Throwable e) {
            if (lost) {
                LOG.debug("task {}: its handler ended after the lease was lost", lease.taskId(), e);
                return null;
            }
            if (e instanceof VirtualMachineError error && !(e instanceof StackOverflowError)) {
                throw error;
            }
            LOG.debug("task {} failed", lease.taskId(), e);
            if (submitting) {
                return new Ending.Failed(new Failure(
                        Failure.Kind.TECHNICAL,
                        "LEASE_LOST_AFTER_SUBMIT",
                        "its worker failed after it began to submit, so it may have been filed: " + e));
            }
            if (brokenOff) {
                return new Ending.GivenBack();
            }
            return endings.of(
                    lease.task(),
                    TaskOutcome.technicalFailure(e.getClass().getSimpleName(), String.valueOf(e.getMessage())));
        } finally {
            synchronized (this) {
                over = true;
            }
            // an interrupt that was meant for the handler must not reach the next one
            Thread.interrupted();
        }
    }

    /** Tells the handler that the task is no longer this worker's. */
    synchronized void lose() {
        lost = true;
        if (!over) {
            thread.interrupt();
        }
    }

    /** Asks the handler to end early. */
    synchronized void breakOff() {
        brokenOff = true;
        if (!over) {
            thread.interrupt();
        }
    }

    @Override
    public Task task() {
        return lease.task();
    }

    @Override
    public JsonNode payload() {
        return payload;
    }

    @Override
    public boolean isLost() {
        return lost;
    }

    @Override
    public void progress(String text) {
        note(Note.PROGRESS, text);
    }

    @Override
    public void evidence(Path path) {
        note(Note.EVIDENCE, path.toString());
    }

    @Override
    public void submitting() {
        if (lost || !note(Note.SUBMITTING, "")) {
            throw new LeaseLostException(lease.taskId());
        }
        submitting = true;
    }

    private boolean note(Note note, String text) {
        boolean noted = queue.note(lease, note, text);
        if (!noted) {
            lost = true;
        }
        return noted;
    }
}
