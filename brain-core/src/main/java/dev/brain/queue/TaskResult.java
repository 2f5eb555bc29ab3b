package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The end of an attempt at a task.
 *
 * @stability evolving
 */
public sealed interface TaskResult {
    /** Returns a short description of the outcome, without the handler's texts, which may contain personal data. */
    String summary();

    /**
     * The task is completed.
     *
     * @param result JSON text to store with it; null if there is none
     */
    record Completed(@Nullable String result) implements TaskResult {
        @Override
        public String summary() {
            return "completed";
        }
    }

    /** The attempt failed, and the task is ready again at that time; the failure counts. */
    record Retry(Failure failure, Instant at) implements TaskResult {
        public Retry {
            requireNonNull(failure, "failure");
            requireNonNull(at, "at");
        }

        @Override
        public String summary() {
            return "failed with " + failure.code() + " and is tried again at " + at;
        }
    }

    /** The task failed permanently; its resource is blocked, and an incident is opened. */
    record Failed(Failure failure) implements TaskResult {
        public Failed {
            requireNonNull(failure, "failure");
        }

        @Override
        public String summary() {
            return "failed for good with " + failure.code();
        }
    }

    /**
     * The attempt failed after it began to submit, so that it is unknown whether the task was submitted. Its resource
     * is blocked, and an incident asks a person to check.
     */
    record Unknown(String message) implements TaskResult {
        public Unknown {
            requireNonNull(message, "message");
        }

        @Override
        public String summary() {
            return "failed after it began to submit: it may have been submitted";
        }
    }

    /** The task is deferred to that time; no failure counts. */
    record Deferred(Instant at, String reason) implements TaskResult {
        public Deferred {
            requireNonNull(at, "at");
            requireNonNull(reason, "reason");
        }

        @Override
        public String summary() {
            return "deferred until " + at;
        }
    }

    /** The task waits until a person approves it; no failure counts. */
    record Held(String reason) implements TaskResult {
        public Held {
            requireNonNull(reason, "reason");
        }

        @Override
        public String summary() {
            return "held for approval";
        }
    }

    /**
     * The attempt was not started, or was interrupted before it had an effect. The task is ready at once; no failure
     * counts.
     */
    record Returned() implements TaskResult {
        @Override
        public String summary() {
            return "returned";
        }
    }
}
