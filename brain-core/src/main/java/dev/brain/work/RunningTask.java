package dev.brain.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.brain.error.BrainException;
import dev.brain.error.UnavailableException;
import dev.brain.json.ExactJson;
import dev.brain.queue.Failure;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.queue.TaskQueue.Step;
import dev.brain.queue.TaskResult;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at a task, on the thread that created this object. */
final class RunningTask implements TaskContext {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final JsonMapper JSON = ExactJson.builder().build();

    /** The pause before a result is stored again in a queue that was unavailable. */
    private static final Duration STORE_AGAIN = Duration.ofMillis(200);

    private final TimedQueue queue;
    private final Lease lease;
    private final Thread thread = Thread.currentThread();
    private JsonNode payload = NullNode.getInstance();
    private volatile Instant until;
    private volatile boolean lost;
    private volatile boolean submitting;

    /** Whether a submission has begun whose receipt is not stored. */
    private volatile boolean withoutReceipt;

    private volatile boolean brokenOff;
    private final RecordedSteps steps;
    private final CountDownLatch signalledLoss = new CountDownLatch(1);
    private boolean over;

    RunningTask(TaskQueue queue, Lease lease, WorkerEvents events) {
        this.queue = new TimedQueue(queue, events);
        this.lease = lease;
        this.steps = new RecordedSteps(queue, this);
        this.until = lease.until();
    }

    Lease lease() {
        return lease;
    }

    /** Returns whether it is unknown whether the task was submitted. */
    boolean isSubmitting() {
        return submitting || withoutReceipt;
    }

    /** Returns the end of the lease, as known to this worker. */
    Instant until() {
        return until;
    }

    void renewed(Instant longer) {
        until = longer;
    }

    /** Runs the handler. Returns how the attempt ended, or null if the lease was lost. */
    @Nullable
    TaskResult run(TaskHandler handler, TaskResults results) {
        TaskResult result = outcome(handler, results);
        synchronized (this) {
            over = true;
        }
        // an interrupt that was meant for the handler must not reach the next one
        boolean interrupted = Thread.interrupted();
        if (lost) {
            LOG.warn(
                    "task {} of site {} no longer belonged to this worker when its handler ended: \"{}\" is not recorded{}",
                    lease.taskId(),
                    task().siteId(),
                    result.summary(),
                    interrupted ? " (it had been interrupted)" : "");
            return null;
        }
        return result;
    }

    /**
     * An {@link Error} also counts as the task's failure: otherwise it would end the thread, and the worker would
     * silently have one thread less.
     */
    private TaskResult outcome(TaskHandler handler, TaskResults results) {
        try {
            String text = task().payload();
            payload = JSON.readTree(text == null ? "null" : text);
        } catch (JsonProcessingException e) {
            // without the parser's own words, which quote the payload
            return new TaskResult.Failed(
                    new Failure(Failure.Kind.BUSINESS, "PAYLOAD_UNREADABLE", "its payload is not JSON"));
        }
        try {
            TaskOutcome outcome = handler.handle(this);
            if (outcome == null) {
                throw new IllegalStateException("its handler returned null");
            }
            return ifNotSubmitted(results.of(task(), outcome));
        } catch (Throwable e) {
            if (lost || brokenOff) {
                // the handler was asked to end, and handlers end with an exception
                LOG.debug("task {} of site {}: its handler was interrupted", lease.taskId(), task().siteId(), e);
            } else {
                LOG.warn("task {} of site {}: its handler failed", lease.taskId(), task().siteId(), e);
            }
            if (submitting) {
                return new TaskResult.Unknown("its handler failed after it began to submit: " + TaskResults.text(e));
            }
            return brokenOff ? new TaskResult.Returned() : results.of(task(), e);
        }
    }

    /** A task without the receipt of its submission may have been filed, so no later attempt may file it again. */
    private TaskResult ifNotSubmitted(TaskResult result) {
        boolean again = !(result instanceof TaskResult.Completed || result instanceof TaskResult.Failed);
        return withoutReceipt && again
                ? new TaskResult.Unknown("its handler ended a submission without its receipt: " + result.summary())
                : result;
    }

    /** Signals the handler that the lease was lost. */
    synchronized void lose() {
        lost = true;
        signalledLoss.countDown();
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
        tell(Note.PROGRESS, text);
    }

    @Override
    public void evidence(Path path) {
        tell(Note.EVIDENCE, path.toString());
    }

    @Override
    public void submitting() {
        if (lost || !note(Note.SUBMITTING, "")) {
            throw new LeaseLostException(lease.taskId());
        }
        submitting = true;
    }

    @Override
    public JsonNode step(String name, Callable<?> action) throws Exception {
        return steps.step(name, action);
    }

    @Override
    public JsonNode submit(String name, Callable<?> action) throws Exception {
        return steps.submit(name, action);
    }

    /** Notes that the task is being submitted, unless it is already. */
    void beginSubmission(String name) {
        if (submitting) {
            throw new IllegalStateException("task " + lease.taskId() + " is being submitted already: submit '" + name
                    + "' in an attempt of its own, or call submit instead of submitting");
        }
        if (lost || !note(Note.SUBMITTING, name)) {
            throw new LeaseLostException(lease.taskId());
        }
        submitting = true;
        withoutReceipt = true;
    }

    /**
     * Stores the result of a step. Tries again while the queue is unavailable and the lease may be held.
     *
     * @throws LeaseLostException if the lease was lost
     */
    void store(Step step) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (lost || !queue.record(lease, step)) {
                        lost = true;
                        throw new LeaseLostException(lease.taskId());
                    }
                    submitting &= !step.submission();
                    withoutReceipt &= !step.submission();
                    return;
                } catch (UnavailableException e) {
                    LOG.warn(
                            "task {}: the result of its step '{}' can't be stored just now, trying again: {}",
                            lease.taskId(),
                            step.name(),
                            e.getMessage());
                }
                try {
                    signalledLoss.await(STORE_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    // an interrupt must not make the worker lose the result; a lost lease ends this
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                thread.interrupt();
            }
        }
    }

    /** A note that can't be stored must not interrupt the work. */
    private void tell(Note note, String text) {
        try {
            note(note, text);
        } catch (BrainException e) {
            // without the text, which may contain personal data
            LOG.warn("task {}: its {} note can't be stored: {}", lease.taskId(), note, e.getMessage());
        }
    }

    private boolean note(Note note, String text) {
        boolean noted = queue.note(lease, note, text);
        if (!noted) {
            lost = true;
        }
        return noted;
    }
}
