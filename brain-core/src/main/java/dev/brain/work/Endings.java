package dev.brain.work;

import dev.brain.queue.Ending;
import dev.brain.queue.Failure;
import dev.brain.queue.Task;
import java.time.Clock;
import java.util.random.RandomGenerator;

/** Turns a handler's outcome into what becomes of its task. */
final class Endings {
    private final RetryPolicy policy;
    private final Clock clock;
    private final RandomGenerator random;

    Endings(RetryPolicy policy, Clock clock, RandomGenerator random) {
        this.policy = policy;
        this.clock = clock;
        this.random = random;
    }

    Ending of(Task task, TaskOutcome outcome) {
        if (outcome instanceof TaskOutcome.Done done) {
            return new Ending.Completed(
                    done.result() == null ? null : done.result().toString());
        }
        if (outcome instanceof TaskOutcome.Deferred deferred) {
            return new Ending.Deferred(deferred.until(), deferred.reason());
        }
        if (outcome instanceof TaskOutcome.BusinessFailure failure) {
            return new Ending.Failed(new Failure(Failure.Kind.BUSINESS, failure.code(), failure.message()));
        }
        TaskOutcome.TechnicalFailure technical = (TaskOutcome.TechnicalFailure) outcome;
        Failure failure = new Failure(Failure.Kind.TECHNICAL, technical.code(), technical.message());
        int failures = task.failures() + 1;
        return failures >= policy.maxAttempts()
                ? new Ending.Failed(failure)
                : new Ending.Retry(failure, clock.instant().plus(policy.pause(failures, random)));
    }

    /** What becomes of a task whose handler threw that before it submitted anything. */
    Ending of(Task task, Throwable thrown) {
        String type = thrown.getClass().getName();
        return of(task, TaskOutcome.technicalFailure(type.substring(type.lastIndexOf('.') + 1), text(thrown)));
    }

    /** The class and the first lines of the message. */
    static String text(Throwable thrown) {
        return Failure.summary(thrown.toString());
    }
}
