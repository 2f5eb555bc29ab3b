package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.HttpException;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.history.History;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.monitor.Cursor;
import dev.brain.internal.monitor.HistorySearch;
import dev.brain.internal.monitor.IncidentSearch;
import dev.brain.internal.monitor.Page;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.resource.ResourceId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What people must look at: the list, and one incident with what can be done about it. */
public final class IncidentsPage {
    private static final int ROWS = 50;
    private static final int TASKS = 5;

    private final PageContext context;

    IncidentsPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/incidents", this::list);
        router.page("/incidents/{id}", this::show);
        router.action("/incidents/{id}/assign", this::assign);
        router.action("/incidents/{id}/note", this::note);
        router.action("/incidents/{id}/resolve", this::resolve);
    }

    /**
     * What the list shows.
     *
     * @param assignee the chosen person, "-" for nobody; empty for all
     */
    public record Model(IncidentSearch search, String assignee, List<String> siteIds, Page<Incident> page) {}

    /**
     * What the page of an incident shows.
     *
     * @param evidence what is shown of its evidence; null if there is none
     * @param tasks the last tasks of its resource
     */
    public record Details(
            Incident incident, @Nullable Evidence evidence, List<Task> tasks, Page<History.Entry> history) {}

    private Response list(Request request) {
        String assignee = request.query().text("assignee").orElse("");
        IncidentSearch search = new IncidentSearch(
                request.query().text("state").filter("all"::equals).isEmpty(),
                request.query().text("site").map(Set::of).orElse(Set.of()),
                request.query().choice("code", IncidentCode.class).map(Set::of).orElse(Set.of()),
                assignee.equals("-") ? "" : assignee.isEmpty() ? null : assignee,
                request.query().text("after").flatMap(Cursor::of).orElse(null),
                ROWS);
        return request.page(
                "incidents",
                new Model(search, assignee, context.siteIds(), context.monitor().incidents(search)));
    }

    private Incident find(Request request) {
        return context.store().incidents().find(request.number("id")).orElseThrow(HttpException::notFound);
    }

    private Response show(Request request) {
        Incident incident = find(request);
        String evidence = incident.report().evidence();
        ResourceId resourceId = incident.report().resourceId();
        Optional<Path> file = evidence == null ? Optional.empty() : EvidencePage.find(context.evidence(), evidence);
        List<Task> tasks = resourceId == null
                ? List.of()
                : context.store()
                        .operations()
                        .list(new TaskFilter(Set.of(incident.report().siteId()), Set.of(), resourceId, TASKS));
        return request.page(
                "incident",
                new Details(
                        incident,
                        evidence == null ? null : Evidence.of(evidence, file.isPresent()),
                        tasks,
                        context.monitor()
                                .history(new HistorySearch(null, null, incident.id(), null, null, HistoryPage.ROWS))));
    }

    private Response assign(Request request) {
        Incident incident = find(request);
        String assignee = request.form().text("assignee").orElse(null);
        boolean isDone = context.store().incidents().assign(request.actor(), incident.id(), assignee);
        return done(
                request,
                incident,
                isDone,
                assignee == null ? "incidents.nowNobodys" : "incidents.nowAssigned",
                assignee);
    }

    private Response note(Request request) {
        Incident incident = find(request);
        Optional<String> text = request.form().text("note");
        boolean isDone =
                text.isPresent() && context.store().incidents().note(request.actor(), incident.id(), text.get());
        return done(request, incident, isDone, "incidents.nowNoted", null);
    }

    private Response resolve(Request request) {
        Incident incident = find(request);
        boolean isDone = context.store()
                .incidents()
                .resolve(
                        request.actor(),
                        incident.id(),
                        request.form().text("note").orElse(null));
        return done(request, incident, isDone, "incidents.nowResolved", null);
    }

    private Response done(Request request, Incident incident, boolean isDone, String key, @Nullable String argument) {
        context.live().publish();
        return request.redirect(
                request.link("/incidents/{}", incident.id()),
                isDone ? key : "incidents.notDone",
                argument == null ? "" : argument);
    }
}
