package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.Parameters;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.internal.monitor.Cursor;
import dev.brain.internal.monitor.Page;
import dev.brain.internal.monitor.TaskSearch;
import dev.brain.internal.monitor.TaskSearch.View;
import dev.brain.queue.Task;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The list of tasks, with its search. */
public final class TasksPage {
    static final int ROWS = 50;

    /** The parameters of the address that choose tasks. */
    private static final List<String> FILTERS = List.of("view", "site", "find", "text", "due");

    private final PageContext context;

    TasksPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/tasks", this::list);
    }

    /**
     * What the page shows.
     *
     * @param due the chosen date; empty if none is
     * @param actions what can be done with several tasks
     * @param filters the parameters that chose these tasks
     */
    public record Model(
            TaskSearch search,
            String due,
            List<View> views,
            List<String> siteIds,
            List<TaskAction> actions,
            List<BulkPage.Field> filters,
            Page<Task> page,
            Instant now) {
        /** Returns whether the page ends where the store stopped searching. */
        public boolean isSearchedOn() {
            return page.next() != null && page.rows().size() < search.limit();
        }
    }

    private Response list(Request request) {
        TaskSearch search = search(request, request.query());
        return request.page(
                "tasks",
                new Model(
                        search,
                        due(request.query()).map(LocalDate::toString).orElse(""),
                        List.of(View.values()),
                        context.siteIds(),
                        Arrays.stream(TaskAction.values())
                                .filter(TaskAction::isBulk)
                                .toList(),
                        filters(request.query()),
                        context.monitor().tasks(search),
                        context.clock().instant()));
    }

    static List<BulkPage.Field> filters(Parameters parameters) {
        return FILTERS.stream()
                .flatMap(name -> parameters.text(name).stream().map(value -> new BulkPage.Field(name, value)))
                .toList();
    }

    /** Returns the search of an address or a form. A search for a reference or a text is one among all tasks. */
    static TaskSearch search(Request request, Parameters parameters) {
        Optional<String> find = parameters.text("find");
        View usual = find.isPresent() || parameters.text("text").isPresent() ? View.ALL : View.ACTIVE;
        return new TaskSearch(
                parameters.choice("view", View.class).orElse(usual),
                parameters.text("site").map(Set::of).orElse(Set.of()),
                find.orElse(null),
                parameters.text("text").orElse(null),
                due(parameters)
                        .map(date ->
                                date.plusDays(1).atStartOfDay(request.zone()).toInstant())
                        .orElse(null),
                parameters.text("after").flatMap(Cursor::of).orElse(null),
                ROWS);
    }

    private static Optional<LocalDate> due(Parameters parameters) {
        try {
            return parameters
                    .text("due")
                    .map(LocalDate::parse)
                    .filter(date -> date.getYear() > 0 && date.getYear() < 10_000);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
