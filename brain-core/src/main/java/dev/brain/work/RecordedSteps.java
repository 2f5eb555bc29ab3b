package dev.brain.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brain.error.BrainException;
import dev.brain.json.ExactJson;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Step;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The steps of one task with their stored results. Thread-safe: one step runs at a time. */
final class RecordedSteps {
    /** The maximum size of a result. */
    static final int MOST_BYTES = 64 * 1024;

    private static final int LONGEST_NAME = 100;
    private static final JsonMapper JSON = ExactJson.builder().build();

    private final TaskQueue queue;
    private final RunningTask task;
    /** Only the holder of the lease records steps, so they are read once. */
    private @Nullable Map<String, Step> recorded;

    RecordedSteps(TaskQueue queue, RunningTask task) {
        this.queue = queue;
        this.task = task;
    }

    synchronized JsonNode step(String name, Callable<?> action) throws Exception {
        Step known = known(name, false);
        return parsed(known == null ? record(name, action.call(), false) : known);
    }

    synchronized JsonNode submit(String name, Callable<?> action) throws Exception {
        Step known = known(name, true);
        if (known != null) {
            return parsed(known);
        }
        task.beginSubmission(name);
        return parsed(record(name, action.call(), true));
    }

    private @Nullable Step known(String name, boolean submission) {
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("the name of a step must have 1 to " + LONGEST_NAME + " characters");
        }
        Step known = recorded().get(name);
        if (known != null && known.submission() != submission) {
            throw new IllegalStateException("'" + name + "' names both a step and a submission; give them two names");
        }
        return known;
    }

    private Map<String, Step> recorded() {
        Map<String, Step> steps = recorded;
        if (steps == null) {
            steps = new HashMap<>();
            for (Step step : queue.steps(task.lease().taskId())) {
                steps.put(step.name(), step);
            }
            recorded = steps;
        }
        return steps;
    }

    private Step record(String name, @Nullable Object result, boolean submission) {
        Step step = new Step(name, written(name, result), submission);
        task.store(step);
        recorded().put(name, step);
        return step;
    }

    private String written(String name, @Nullable Object result) {
        String what =
                "the result of step '" + name + "' of task " + task.lease().taskId();
        String json;
        try {
            json = JSON.writeValueAsString(result);
        } catch (JsonProcessingException e) {
            // without the writer's own words, which may quote the result
            throw new BrainException(
                    what + " can't be written as JSON: return what Jackson can write, such as a text or a map", e);
        }
        int bytes = json.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_BYTES) {
            throw new BrainException(what + " has " + bytes + " bytes of JSON, and at most " + MOST_BYTES
                    + " are stored: return less, such as the path of a file");
        }
        return json;
    }

    private static JsonNode parsed(Step step) {
        try {
            return JSON.readTree(step.result());
        } catch (JsonProcessingException e) {
            throw new BrainException("the stored result of step '" + step.name() + "' is not JSON", e);
        }
    }
}
