package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.HttpException;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.queue.SiteState;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The sites: whether they are active or paused; the actions that pause and resume them. */
public final class SitesPage {
    private final PageContext context;

    SitesPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/", request -> request.redirect(request.link("/sites")));
        router.page("/sites", this::list);
        router.action("/sites/{id}/pause", request -> pause(request, true));
        router.action("/sites/{id}/resume", request -> pause(request, false));
    }

    /**
     * What the page shows.
     *
     * @param text only sites whose id contains it
     */
    public record Model(String text, List<Row> rows) {}

    /** A site. */
    public record Row(String id, boolean active, boolean paused) {}

    private Response list(Request request) {
        String text = request.query().text("text").orElse("").toLowerCase(Locale.ROOT);
        Set<String> paused = context.store().operations().siteStates().stream()
                .filter(SiteState::paused)
                .map(SiteState::siteId)
                .collect(Collectors.toSet());
        List<Row> rows = context.store().sites().sites().stream()
                .filter(site -> site.id().toLowerCase(Locale.ROOT).contains(text))
                .map(site -> new Row(site.id(), site.active(), paused.contains(site.id())))
                .toList();
        return request.page("sites", new Model(text, rows));
    }

    private Response pause(Request request, boolean pause) {
        String id = context.store()
                .sites()
                .find(request.variable("id"))
                .orElseThrow(HttpException::notFound)
                .id();
        context.store().operations().pause(request.actor(), id, pause);
        context.live().publish();
        return request.redirect(request.link("/sites"), pause ? "sites.nowPaused" : "sites.nowResumed", id);
    }
}
