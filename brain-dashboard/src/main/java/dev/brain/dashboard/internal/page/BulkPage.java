package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.HttpException;
import dev.brain.dashboard.internal.web.Messages;
import dev.brain.dashboard.internal.web.Parameters;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.history.Actor;
import dev.brain.internal.monitor.BulkRun;
import dev.brain.internal.monitor.Cursor;
import dev.brain.internal.monitor.Page;
import dev.brain.internal.monitor.TaskSearch;
import dev.brain.queue.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Actions on several tasks: the question before, and the progress. */
public final class BulkPage implements AutoCloseable {
    private static final int KEPT = 20;
    private static final int SHOWN = 500;
    private static final int RUNNING = 3;

    private final PageContext context;
    private final Map<Long, BulkRun> runs = new LinkedHashMap<>();
    private long last;

    BulkPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/tasks/bulk", this::ask);
        router.action("/tasks/bulk", this::start);
        router.page("/tasks/bulk/{number}", this::show);
        router.action("/tasks/bulk/{number}/stop", this::stop);
    }

    /**
     * The question before an action.
     *
     * @param tasks the numbers of the chosen tasks; empty if all that match are meant
     * @param first the first tasks that match, if all are meant
     * @param fields what the form sends
     */
    public record Question(TaskAction action, List<String> tasks, Page<Task> first, List<Field> fields) {
        public boolean isAll() {
            return tasks.isEmpty();
        }
    }

    /** A hidden field. */
    public record Field(String name, String value) {}

    /** A run and how far it is. */
    public record Model(long number, BulkRun run, BulkRun.Progress progress) {
        /** Returns the refusals, and then what was done, up to a limit. */
        public List<BulkRun.Result> shown() {
            return progress.results().stream()
                    .sorted(Comparator.comparing(result -> result.refusal() == null))
                    .limit(SHOWN)
                    .toList();
        }
    }

    private static TaskAction action(Parameters parameters) {
        return parameters
                .choice("action", TaskAction.class)
                .filter(TaskAction::isBulk)
                .orElseThrow(HttpException::badRequest);
    }

    private static boolean isAll(Parameters parameters) {
        return parameters.text("all").isPresent();
    }

    private Response ask(Request request) {
        Parameters query = request.query();
        TaskAction action = action(query);
        List<String> tasks = isAll(query) ? List.of() : query.all("task");
        if (!isAll(query) && tasks.isEmpty()) {
            return request.redirect(
                    request.link("/tasks") + query.without("action").without("all"), "bulk.nothingChosen");
        }
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("action", action.code()));
        tasks.forEach(task -> fields.add(new Field("task", task)));
        if (isAll(query)) {
            fields.add(new Field("all", "1"));
            fields.addAll(TasksPage.filters(query));
        }
        TaskSearch search = TasksPage.search(request, query).withAfter(null);
        Page<Task> first = isAll(query) ? context.monitor().tasks(search) : new Page<>(List.of(), null);
        return request.page("bulk-question", new Question(action, tasks, first, fields));
    }

    private Response start(Request request) {
        TaskAction action = action(request.form());
        Messages messages = request.messages();
        TaskAction.Input input = new TaskAction.Input("", false);
        BulkRun run = new BulkRun(
                action.code(),
                request.actor(),
                context.clock().instant(),
                tasks(request),
                (Actor actor, Task task) -> action.apply(context, messages, actor, task, input));
        long number = begin(run);
        return request.redirect(request.link("/tasks/bulk/{}", number));
    }

    private Function<@Nullable Cursor, Page<Task>> tasks(Request request) {
        Parameters form = request.form();
        if (isAll(form)) {
            TaskSearch search = TasksPage.search(request, form);
            return after -> context.monitor().tasks(search.withAfter(after));
        }
        List<Long> ids = form.all("task").stream().map(BulkPage::number).toList();
        return after -> new Page<>(
                ids.stream()
                        .flatMap(id -> context.store().operations().find(id).stream())
                        .toList(),
                null);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw HttpException.badRequest();
        }
    }

    private synchronized long begin(BulkRun run) {
        long running = runs.values().stream()
                .filter(each -> each.progress().state() == BulkRun.State.RUNNING)
                .count();
        if (running >= RUNNING) {
            throw new HttpException(503, "bulkBusy");
        }
        if (runs.size() >= KEPT) {
            runs.values().stream()
                    .filter(each -> each.progress().state() != BulkRun.State.RUNNING)
                    .findFirst()
                    .ifPresent(runs.values()::remove);
        }
        runs.put(++last, run);
        Thread thread = new Thread(
                () -> {
                    run.run();
                    context.live().publish();
                },
                "brain-dashboard-bulk");
        thread.setDaemon(true);
        thread.start();
        return last;
    }

    private Model find(Request request) {
        long number = request.number("number");
        BulkRun run = Optional.ofNullable(get(number)).orElseThrow(HttpException::notFound);
        return new Model(number, run, run.progress());
    }

    private synchronized @Nullable BulkRun get(long number) {
        return runs.get(number);
    }

    private Response show(Request request) {
        return request.page("bulk", find(request));
    }

    private Response stop(Request request) {
        Model model = find(request);
        model.run().stop();
        return request.redirect(request.link("/tasks/bulk/{}", model.number()));
    }

    /** Ends all runs after their current task. */
    @Override
    public synchronized void close() {
        runs.values().forEach(BulkRun::stop);
    }
}
