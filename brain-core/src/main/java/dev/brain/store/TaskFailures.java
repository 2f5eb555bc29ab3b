package dev.brain.store;

import dev.brain.incident.IncidentCode;
import dev.brain.queue.Failure;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a task whose worker was lost fails, and which incident a failed task opens.
 *
 * @param maxCrashes how often the worker of a task may die before the task fails
 * @param staleAfter how long another program may work on a task before it is taken back; null means without limit
 */
public record TaskFailures(int maxCrashes, @Nullable Duration staleAfter) {
    /** Ten crashes; tasks of other programs are left alone. */
    public static final TaskFailures DEFAULT = new TaskFailures(10, null);

    public TaskFailures {
        if (maxCrashes < 1) {
            throw new IllegalArgumentException("maxCrashes must be at least 1, not " + maxCrashes);
        }
    }

    /**
     * A task whose worker no longer holds it.
     *
     * @param owner the worker; null if it is another program
     * @param crashes how often the task was lost, this time included
     * @param submitting whether its worker had begun to submit
     */
    record Lost(long id, String siteId, @Nullable String owner, int crashes, boolean submitting) {
        String reason() {
            return owner == null
                    ? "another program took it and never ended it"
                    : "the lease of its worker " + owner + " ran out";
        }
    }

    /** Returns the failure of a lost task; empty if it is tried again. */
    Optional<Failure> ofLost(Lost task) {
        if (task.submitting()) {
            return Optional.of(unknown(task.reason() + " after it began to submit: it may have been filed"));
        }
        return task.crashes() < maxCrashes
                ? Optional.empty()
                : Optional.of(new Failure(
                        Failure.Kind.TECHNICAL,
                        "CRASHED",
                        task.reason() + "; this has happened " + task.crashes()
                                + (task.crashes() == 1 ? " time" : " times")));
    }

    /** Returns the failure of a task that may have been submitted. */
    static Failure unknown(String message) {
        return new Failure(Failure.Kind.TECHNICAL, IncidentCode.SUBMIT_UNKNOWN.name(), message);
    }

    static IncidentCode incident(Failure failure) {
        if (failure.kind() == Failure.Kind.BUSINESS) {
            return IncidentCode.BUSINESS_FAILURE;
        }
        return failure.code().equals(IncidentCode.SUBMIT_UNKNOWN.name())
                ? IncidentCode.SUBMIT_UNKNOWN
                : IncidentCode.RETRIES_EXHAUSTED;
    }
}
