package dev.brain.micrometer;

import static java.util.Objects.requireNonNull;

import dev.brain.queue.Task;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * The context of the observation of a handler. An observation handler of the application can link the trace to that of the
 * reservation.
 *
 * @stability evolving
 */
public final class TaskObservationContext extends Observation.Context {
    private final Task task;

    TaskObservationContext(Task task, String handler) {
        this.task = requireNonNull(task, "task");
        addLowCardinalityKeyValue(KeyValue.of("site", task.siteId()));
        addLowCardinalityKeyValue(KeyValue.of("handler", handler));
        addHighCardinalityKeyValue(KeyValue.of("task", String.valueOf(task.id())));
        String traceparent = task.traceparent();
        if (traceparent != null) {
            addHighCardinalityKeyValue(KeyValue.of("traceparent", traceparent));
        }
    }

    /** Returns the task, as it was taken. */
    public Task task() {
        return task;
    }

    /** Returns the W3C trace context of the task's reservation; null if there was none. */
    public @Nullable String traceparent() {
        return task.traceparent();
    }
}
