package dev.brain.internal.monitor;

import static java.util.Objects.requireNonNull;

import dev.brain.error.BrainException;
import dev.brain.history.Actor;
import dev.brain.queue.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An action of a person on many tasks, one after the other. Each task is changed in a transaction of its own, so that workers
 * and other programs go on meanwhile. Thread-safe; runs once.
 */
public final class BulkRun implements Runnable {
    /** How many tasks one run changes at the most. */
    public static final int MOST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(BulkRun.class);

    private final String name;
    private final Actor actor;
    private final Instant startedAt;
    private final Function<@Nullable Cursor, Page<Task>> tasks;
    private final Action action;
    private final List<Result> results = new ArrayList<>();
    private State state = State.RUNNING;
    private @Nullable String problem;

    /**
     * Creates a run.
     *
     * @param name what it does, for people and logs: "retry"
     * @param tasks returns the tasks after a cursor, a page at a time
     */
    public BulkRun(
            String name, Actor actor, Instant startedAt, Function<@Nullable Cursor, Page<Task>> tasks, Action action) {
        this.name = requireNonNull(name, "name");
        this.actor = requireNonNull(actor, "actor");
        this.startedAt = requireNonNull(startedAt, "startedAt");
        this.tasks = requireNonNull(tasks, "tasks");
        this.action = requireNonNull(action, "action");
    }

    /** What is done with each task. */
    @FunctionalInterface
    public interface Action {
        /**
         * Changes one task. Returns why it was not changed; empty if it was.
         *
         * @throws BrainException if it was not changed; the message says why
         */
        Optional<String> apply(Actor actor, Task task);
    }

    /**
     * What became of a task.
     *
     * @param refusal why it was not changed; null if it was
     */
    public record Result(
            long taskId,
            String siteId,
            @Nullable String reference,
            @Nullable String refusal) {}

    /** How far a run is. */
    public enum State {
        RUNNING,
        /** It has gone through all tasks. */
        DONE,
        /** It has changed as many tasks as one run may, and there are more. */
        FULL,
        /** A person, or the end of the process, has stopped it. */
        STOPPED,
        /** The tasks could not be read. */
        BROKEN
    }

    /**
     * How far a run is.
     *
     * @param results what became of each task so far, in their order
     * @param problem why it is broken; null if it is not
     */
    public record Progress(
            State state, List<Result> results, @Nullable String problem) {
        public Progress {
            results = List.copyOf(results);
        }

        public long done() {
            return results.stream().filter(result -> result.refusal() == null).count();
        }

        public long refused() {
            return results.size() - done();
        }
    }

    public String name() {
        return name;
    }

    public Actor actor() {
        return actor;
    }

    public Instant startedAt() {
        return startedAt;
    }

    public synchronized Progress progress() {
        return new Progress(state, results, problem);
    }

    /** Makes the run end after the current task. */
    public synchronized void stop() {
        if (state == State.RUNNING) {
            state = State.STOPPED;
        }
    }

    @Override
    public void run() {
        try {
            Cursor after = null;
            do {
                Page<Task> page = tasks.apply(after);
                for (Task task : page.rows()) {
                    if (!isRunning()) {
                        return;
                    }
                    add(new Result(task.id(), task.siteId(), task.reference(), refusal(task)));
                }
                after = page.next();
            } while (after != null && isRunning());
            end(State.DONE, null);
        } catch (RuntimeException e) {
            LOG.warn("{}'s action '{}' on many tasks ended early: {}", actor.name(), name, e.toString());
            end(State.BROKEN, e instanceof BrainException ? String.valueOf(e.getMessage()) : e.toString());
        }
    }

    private @Nullable String refusal(Task task) {
        try {
            return action.apply(actor, task).orElse(null);
        } catch (BrainException e) {
            return e.getMessage();
        }
    }

    private synchronized boolean isRunning() {
        if (state == State.RUNNING && results.size() >= MOST) {
            state = State.FULL;
        }
        return state == State.RUNNING;
    }

    private synchronized void add(Result result) {
        results.add(result);
    }

    private synchronized void end(State end, @Nullable String why) {
        if (state == State.RUNNING) {
            state = end;
            problem = why;
            LOG.info("{}'s action '{}' is done with {} tasks", actor.name(), name, results.size());
        }
    }
}
