package dev.brain.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.json.ExactJson;
import dev.brain.queue.Task;
import dev.brain.queue.TaskStatus;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows tasks, to a person or to a program. */
public final class TaskPrinter {
    private static final JsonMapper JSON = ExactJson.builder().build();

    private TaskPrinter() {}

    /** Prints one row per task. */
    public static void table(List<Task> tasks, PrintWriter out) {
        boolean hasDeadlines = tasks.stream().anyMatch(task -> task.deadline() != null);
        List<String> titles = new ArrayList<>(List.of("TASK", "SITE", "RESOURCE", "REFERENCE", "STATUS", "CREATED"));
        if (hasDeadlines) {
            titles.add("DEADLINE");
        }
        Table table = Table.of(titles.toArray(String[]::new));
        for (Task task : tasks) {
            List<@Nullable Object> cells = new ArrayList<>(Arrays.asList(
                    task.id(),
                    task.siteId(),
                    task.resourceId(),
                    task.reference(),
                    DisplayText.status(task.statusText()),
                    DisplayText.time(task.createdAt())));
            if (hasDeadlines) {
                cells.add(DisplayText.time(task.deadline()));
            }
            table.row(cells.toArray())
                    .under(task.status() == TaskStatus.HELD ? "held: " + reason(task) : task.failure());
        }
        table.print(out);
    }

    private static @Nullable String reason(Task task) {
        return task.approval() == null ? null : task.approval().reason();
    }

    /** Returns everything about a task. */
    static ObjectNode json(Task task) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("id", task.id())
                .put("site_id", task.siteId())
                .put("resource_id", text(task.resourceId()))
                .put("reference", task.reference())
                .put("status", task.statusText())
                .put("priority", task.priority())
                .put("attempts", task.attempts())
                .put("failures", task.failures())
                .put("crashes", task.crashes())
                .put("protocol", task.protocol())
                .put("claimant", task.claimant())
                .put("created_at", text(task.createdAt()))
                .put("due_at", text(task.dueAt()))
                .put("deadline", text(task.deadline()))
                .put("processed_at", text(task.processedAt()))
                .put("worker", task.holder() == null ? null : task.holder().owner())
                .put(
                        "lease_until_at",
                        task.holder() == null ? null : task.holder().until().toString())
                .put("progress", task.progress())
                .put(
                        "failure_kind",
                        task.failureKind() == null
                                ? null
                                : task.failureKind().name().toLowerCase(Locale.ROOT))
                .put("failure_code", task.failureCode())
                .put("failure", task.failure())
                .put("screenshot_path", task.screenshotPath())
                .put("hold_reason", reason(task))
                .put(
                        "approved_by",
                        task.approval() == null ? null : task.approval().by())
                .put("traceparent", task.traceparent());
        object.set("payload", parsed(task.payload()));
        object.set("result", parsed(task.result()));
        return object;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    /** Returns the parsed JSON, or the text itself if another program wrote something else. */
    private static @Nullable JsonNode parsed(@Nullable String json) {
        if (json == null) {
            return null;
        }
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.textNode(json);
        }
    }
}
