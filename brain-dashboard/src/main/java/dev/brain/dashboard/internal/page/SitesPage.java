package dev.brain.dashboard.internal.page;

import dev.brain.check.Finding;
import dev.brain.dashboard.internal.page.SiteRow.State;
import dev.brain.dashboard.internal.web.HttpException;
import dev.brain.dashboard.internal.web.Parameters;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.SiteFigures;
import dev.brain.queue.SiteState;
import dev.brain.site.Site;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The list of sites, and the actions that pause, resume, enable and disable one. */
public final class SitesPage {
    static final int ROWS = 50;

    private final PageContext context;

    SitesPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/sites", this::list);
        router.action("/sites/{id}/pause", request -> pause(request, true));
        router.action("/sites/{id}/resume", request -> pause(request, false));
        router.action("/sites/{id}/enable", request -> setActive(request, true));
        router.action("/sites/{id}/disable", request -> setActive(request, false));
    }

    /**
     * What the page shows.
     *
     * @param problem why the figures are not up to date; null if they are
     * @param text only sites whose id contains it
     * @param state only sites in this state; null for all
     * @param unreadable the sites that can't be read
     * @param next where the next page begins; null if this is the last one
     */
    public record Model(
            @Nullable String problem,
            String text,
            @Nullable State state,
            List<SiteRow> rows,
            List<Finding> unreadable,
            @Nullable String next,
            Instant now) {
        public List<State> states() {
            return List.of(State.values());
        }
    }

    private Response list(Request request) {
        Parameters query = request.query();
        String text = query.text("text").orElse("");
        Optional<State> state = query.choice("state", State.class);
        String after = query.text("after").orElse("");
        Overview overview = context.sampler().overview();
        Instant now = context.clock().instant();
        Map<String, Site> sites = new TreeMap<>();
        context.store().sites().sites().forEach(site -> sites.put(site.id(), site));
        TreeSet<String> ids = new TreeSet<>(sites.keySet());
        overview.sites().stream().map(SiteFigures::siteId).forEach(ids::add);
        Map<String, SiteState> states = states();
        List<SiteRow> all = ids.tailSet(after, after.isEmpty()).stream()
                .filter(id -> id.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)))
                .map(id -> SiteRow.of(id, sites.get(id), states, overview, now))
                .filter(row -> state.isEmpty() || row.state() == state.get())
                .limit(ROWS + 1L)
                .toList();
        List<SiteRow> rows = all.size() > ROWS ? all.subList(0, ROWS) : all;
        return request.page(
                "sites",
                new Model(
                        overview.problem(),
                        text,
                        state.orElse(null),
                        rows,
                        context.store().sites().check(),
                        all.size() > ROWS ? rows.get(ROWS - 1).id() : null,
                        now));
    }

    private Map<String, SiteState> states() {
        return context.store().operations().siteStates().stream()
                .collect(Collectors.toMap(SiteState::siteId, Function.identity()));
    }

    private Response pause(Request request, boolean pause) {
        String id = site(request).id();
        context.store().operations().pause(request.actor(), id, pause);
        return done(request, pause ? "sites.nowPaused" : "sites.nowResumed", id);
    }

    private Response setActive(Request request, boolean active) {
        String id = site(request).id();
        context.store().sites().setActive(request.actor(), id, active);
        return done(request, active ? "sites.nowEnabled" : "sites.nowDisabled", id);
    }

    private Site site(Request request) {
        return context.store().sites().find(request.variable("id")).orElseThrow(HttpException::notFound);
    }

    /** Goes back to the page whose button was pressed. */
    private Response done(Request request, String key, String id) {
        context.live().publish();
        boolean wasOnSite = request.form().text("from").filter("site"::equals).isPresent();
        return request.redirect(wasOnSite ? request.link("/sites/{}", id) : request.link("/sites"), key, id);
    }
}
