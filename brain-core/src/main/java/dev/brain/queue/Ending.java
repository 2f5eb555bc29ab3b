package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How a worker hands a task back. */
public sealed interface Ending {
    /** Returns a short description of the outcome, without the handler's texts, which may contain personal data. */
    String summary();

    /**
     * It is done.
     *
     * @param result JSON text to keep with it; null if there is nothing to tell
     */
    record Completed(@Nullable String result) implements Ending {
        @Override
        public String summary() {
            return "completed";
        }
    }

    /** It failed and is ready again at that time; the failure counts. */
    record Retry(Failure failure, Instant at) implements Ending {
        public Retry {
            requireNonNull(failure, "failure");
            requireNonNull(at, "at");
        }

        @Override
        public String summary() {
            return "failed with " + failure.code() + " and is tried again at " + at;
        }
    }

    /** It failed for good; its resource is blocked, and an incident is opened. */
    record Failed(Failure failure) implements Ending {
        public Failed {
            requireNonNull(failure, "failure");
        }

        @Override
        public String summary() {
            return "failed for good with " + failure.code();
        }
    }

    /** It went wrong after it began to submit, and nobody can say whether it was done; its resource is blocked, and an
     * incident tells a person to look. */
    record Unknown(String message) implements Ending {
        public Unknown {
            requireNonNull(message, "message");
        }

        @Override
        public String summary() {
            return "failed after it began to submit: it may have been submitted";
        }
    }

    /** It is to be done at that time; nothing counts. */
    record Deferred(Instant at, String reason) implements Ending {
        public Deferred {
            requireNonNull(at, "at");
            requireNonNull(reason, "reason");
        }

        @Override
        public String summary() {
            return "deferred until " + at;
        }
    }

    /** It wasn't begun, or was broken off before it had any effect, and is ready for anybody at once; nothing counts. */
    record GivenBack() implements Ending {
        @Override
        public String summary() {
            return "given back";
        }
    }
}
