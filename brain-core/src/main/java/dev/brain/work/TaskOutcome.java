package dev.brain.work;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a task.
 *
 * @stability stable
 */
public sealed interface TaskOutcome {
    /** The task is completed. */
    record Done(@Nullable JsonNode result) implements TaskOutcome {}

    /** The case itself is at fault. The task fails and is not retried automatically. */
    record BusinessFailure(String code, String message) implements TaskOutcome {
        public BusinessFailure {
            requireNonNull(code, "code");
            requireNonNull(message, "message");
        }
    }

    /** The environment is at fault, and nothing was submitted. The task is retried later. */
    record TechnicalFailure(String code, String message) implements TaskOutcome {
        public TechnicalFailure {
            requireNonNull(code, "code");
            requireNonNull(message, "message");
        }
    }

    /** The task is postponed, which does not count as a failure. */
    record Deferred(Instant until, String reason) implements TaskOutcome {
        public Deferred {
            requireNonNull(until, "until");
            requireNonNull(reason, "reason");
        }
    }

    /** The task waits until a person approves it, which does not count as a failure. */
    record Hold(String reason) implements TaskOutcome {
        public Hold {
            requireNonNull(reason, "reason");
        }
    }

    static TaskOutcome done() {
        return new Done(null);
    }

    static TaskOutcome done(JsonNode result) {
        return new Done(requireNonNull(result, "result"));
    }

    static TaskOutcome businessFailure(String code, String message) {
        return new BusinessFailure(code, message);
    }

    static TaskOutcome technicalFailure(String code, String message) {
        return new TechnicalFailure(code, message);
    }

    static TaskOutcome defer(Instant until, String reason) {
        return new Deferred(until, reason);
    }

    /**
     * Returns the outcome of a task that needs a person's approval. A later attempt finds the approval in {@link
     * dev.brain.queue.Task#approval}.
     *
     * @param reason what people read; without personal data
     */
    static TaskOutcome hold(String reason) {
        return new Hold(reason);
    }
}
