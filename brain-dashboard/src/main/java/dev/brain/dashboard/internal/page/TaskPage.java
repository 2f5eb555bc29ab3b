package dev.brain.dashboard.internal.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.dashboard.internal.web.HttpException;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.error.BrainException;
import dev.brain.history.History;
import dev.brain.internal.monitor.HistorySearch;
import dev.brain.internal.monitor.Page;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue.Step;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One task: what happened to it, what it holds, and what can be done with it. */
public final class TaskPage {
    private static final int ENTRIES = 200;
    private static final String MASK = "•••";
    private static final JsonMapper JSON = new JsonMapper();

    private final PageContext context;

    TaskPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/tasks/{id}", this::show);
        router.page("/tasks/{id}/{action}", this::ask);
        router.action("/tasks/{id}/{action}", this::act);
    }

    /**
     * What the page shows.
     *
     * @param payload what the worker reads; its values are masked unless the viewer asked for them. Null if it was deleted
     * @param isShown whether the values are shown
     * @param timeline what happened, the oldest first
     * @param isCut whether there is more that happened before
     * @param evidence its screenshot; null if there is none
     */
    public record Model(
            Task task,
            List<TaskAction> actions,
            @Nullable String payload,
            boolean isShown,
            List<History.Entry> timeline,
            boolean isCut,
            List<Step> steps,
            @Nullable Evidence evidence,
            Instant now) {}

    /** A question before an action on a task. */
    public record Question(Task task, TaskAction action, boolean asksForSubmission) {
        public boolean asksForNote() {
            return action == TaskAction.HOLD || action == TaskAction.APPROVE;
        }
    }

    private Task find(Request request) {
        return context.store().operations().find(request.number("id")).orElseThrow(HttpException::notFound);
    }

    private Response show(Request request) {
        Task task = find(request);
        boolean isShown = request.query().text("show").filter("payload"::equals).isPresent();
        Page<History.Entry> history =
                context.monitor().history(new HistorySearch(null, task.id(), null, null, null, ENTRIES));
        List<History.Entry> timeline = new ArrayList<>(history.rows());
        Collections.reverse(timeline);
        String screenshot = task.screenshotPath();
        Optional<Path> file = screenshot == null ? Optional.empty() : EvidencePage.find(context.evidence(), screenshot);
        return request.page(
                "task",
                new Model(
                        task,
                        Arrays.stream(TaskAction.values())
                                .filter(action -> action.fits(task, context))
                                .toList(),
                        task.payload() == null || task.isPruned() ? null : payload(task.payload(), isShown),
                        isShown,
                        timeline,
                        history.next() != null,
                        context.store().queue().steps(task.id()),
                        screenshot == null ? null : Evidence.of(screenshot, file.isPresent()),
                        context.clock().instant()));
    }

    private static String payload(String json, boolean isShown) {
        try {
            JsonNode payload = JSON.readTree(json);
            return (isShown ? payload : masked(payload)).toPrettyString();
        } catch (JsonProcessingException e) {
            return isShown ? json : MASK;
        }
    }

    /** Returns JSON with its names, but without its values. */
    private static JsonNode masked(JsonNode node) {
        if (node.isObject()) {
            ObjectNode masked = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(field -> masked.set(field.getKey(), masked(field.getValue())));
            return masked;
        }
        if (node.isArray()) {
            ArrayNode masked = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> masked.add(masked(element)));
            return masked;
        }
        return JsonNodeFactory.instance.textNode(MASK);
    }

    private static TaskAction action(Request request) {
        return TaskAction.of(request.variable("action")).orElseThrow(HttpException::notFound);
    }

    private Response ask(Request request) {
        Task task = find(request);
        TaskAction action = action(request);
        return action.fits(task, context)
                ? request.page("task-question", new Question(task, action, action.asksForSubmission(task)))
                : request.redirect(
                        request.link("/tasks/{}", task.id()),
                        "action.unfit",
                        request.messages().text("status." + task.status().code()));
    }

    private Response act(Request request) {
        Task task = find(request);
        TaskAction action = action(request);
        TaskAction.Input input = new TaskAction.Input(
                request.form().text("note").orElse(""),
                request.form().text("notSubmitted").isPresent());
        Optional<String> refusal;
        try {
            refusal = action.apply(context, request.messages(), request.actor(), task, input);
        } catch (BrainException e) {
            refusal = Optional.of(String.valueOf(e.getMessage()));
        }
        context.live().publish();
        String link = request.link("/tasks/{}", task.id());
        return refusal.isPresent()
                ? request.redirect(link, "action.notDone", refusal.get())
                : request.redirect(link, "action.done." + action.code(), String.valueOf(task.id()));
    }
}
