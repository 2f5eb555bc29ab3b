package dev.brain.work;

import dev.brain.queue.Failure;
import dev.brain.queue.Task;
import dev.brain.queue.TaskResult;
import java.time.Clock;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Turns the outcome of a handler into the result of its task. */
final class TaskResults {
    private final Function<String, RetryPolicy> policies;
    private final Clock clock;
    private final RandomGenerator random;

    /** @param policies returns the retry policy of a site */
    TaskResults(Function<String, RetryPolicy> policies, Clock clock, RandomGenerator random) {
        this.policies = policies;
        this.clock = clock;
        this.random = random;
    }

    TaskResult of(Task task, TaskOutcome outcome) {
        if (outcome instanceof TaskOutcome.Done done) {
            return new TaskResult.Completed(
                    done.result() == null ? null : done.result().toString());
        }
        if (outcome instanceof TaskOutcome.Deferred deferred) {
            return new TaskResult.Deferred(deferred.until(), deferred.reason());
        }
        if (outcome instanceof TaskOutcome.Hold hold) {
            return new TaskResult.Held(hold.reason());
        }
        if (outcome instanceof TaskOutcome.BusinessFailure failure) {
            return new TaskResult.Failed(new Failure(Failure.Kind.BUSINESS, failure.code(), failure.message()));
        }
        TaskOutcome.TechnicalFailure technical = (TaskOutcome.TechnicalFailure) outcome;
        Failure failure = new Failure(Failure.Kind.TECHNICAL, technical.code(), technical.message());
        RetryPolicy policy = policies.apply(task.siteId());
        int failures = task.failures() + 1;
        return failures >= policy.maxAttempts()
                ? new TaskResult.Failed(failure)
                : new TaskResult.Retry(failure, clock.instant().plus(policy.pause(failures, random)));
    }

    /** Returns the result of a task whose handler threw an exception before it submitted anything. */
    TaskResult of(Task task, Throwable thrown) {
        String type = thrown.getClass().getName();
        return of(task, TaskOutcome.technicalFailure(type.substring(type.lastIndexOf('.') + 1), text(thrown)));
    }

    /** Returns the class and the first lines of the message. */
    static String text(Throwable thrown) {
        return Failure.summary(thrown.toString());
    }
}
