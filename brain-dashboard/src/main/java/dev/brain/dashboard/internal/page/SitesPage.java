package dev.brain.dashboard.internal.page;

import dev.brain.check.Finding;
import dev.brain.cycle.SiteReport;
import dev.brain.dashboard.internal.web.HttpException;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.Cycle;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.SiteState;
import dev.brain.site.Site;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The sites, and one site with its limits, settings and checks; the actions that pause and resume them. */
public final class SitesPage {
    private final PageContext context;

    SitesPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/sites", this::list);
        router.page("/sites/{id}", request -> show(request, null));
        router.action("/sites/{id}/pause", request -> pause(request, true));
        router.action("/sites/{id}/resume", request -> pause(request, false));
        router.action("/sites/{id}/enable", request -> activate(request, true));
        router.action("/sites/{id}/disable", request -> activate(request, false));
        router.action("/sites/{id}/check", request -> show(request, check(request)));
        router.page("/sites/{id}/settings/{name}", this::askForSetting);
        router.action("/sites/{id}/settings/{name}", this::changeSetting);
    }

    /**
     * What the list shows.
     *
     * @param text only sites whose id contains it
     * @param problems the sites that can't be read
     */
    public record Model(String text, List<Row> rows, List<Finding> problems, Instant now) {}

    /**
     * A site.
     *
     * @param state its pause and its failures in a row; null if it has neither
     * @param opensAt when its working hours begin; null if they are not over
     * @param report what the last cycle did for it; null if that is unknown
     * @param reportedAt when that cycle ended; null if it is unknown
     */
    public record Row(
            Site site,
            SiteLimits limits,
            @Nullable SiteState state,
            @Nullable Instant opensAt,
            @Nullable SiteReport report,
            @Nullable Instant reportedAt) {
        public boolean isPaused() {
            return state != null && state.paused();
        }

        /** Returns whether so many tasks failed in a row that workers pause. */
        public boolean isBroken() {
            return state != null
                    && limits.breaker().failures() > 0
                    && state.failures() >= limits.breaker().failures();
        }
    }

    /** What the page of a site shows; the findings are those of a check, null if none was asked for. */
    public record Details(
            Row row, List<SiteSetting> settings, @Nullable List<Finding> findings, boolean canCheck, Instant now) {}

    /** The question for the new value of a setting. */
    public record Question(Site site, SiteSetting setting, String value, String problem) {}

    private Response list(Request request) {
        String text = request.query().text("text").orElse("");
        Overview overview = context.sampler().overview();
        List<SiteState> states = context.store().operations().siteStates();
        List<Row> rows = context.store().sites().sites().stream()
                .filter(site -> site.id().toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)))
                .map(site -> row(site, states, overview))
                .toList();
        return request.page(
                "sites",
                new Model(text, rows, context.store().sites().check(), context.clock().instant()));
    }

    private Row row(Site site, List<SiteState> states, Overview overview) {
        SiteLimits limits;
        try {
            limits = SiteLimits.of(site.id(), site.settings());
        } catch (ConfigurationException e) {
            // shown by a check
            limits = SiteLimits.none(site.id());
        }
        Instant now = context.clock().instant();
        SiteLimits.WorkingHours hours = limits.hours();
        Optional<Cycle> last = overview.cycles().stream()
                .filter(cycle -> report(cycle, site.id()).isPresent())
                .findFirst();
        return new Row(
                site,
                limits,
                states.stream()
                        .filter(state -> state.siteId().equals(site.id()))
                        .findFirst()
                        .orElse(null),
                hours == null || hours.isOpen(now) ? null : hours.nextOpening(now),
                last.flatMap(cycle -> report(cycle, site.id())).orElse(null),
                last.map(Cycle::endedAt).orElse(null));
    }

    private static Optional<SiteReport> report(Cycle cycle, String siteId) {
        return cycle.report().sites().stream()
                .filter(site -> site.siteId().equals(siteId))
                .findFirst();
    }

    private Site find(Request request) {
        return context.store().sites().find(request.variable("id")).orElseThrow(HttpException::notFound);
    }

    private Response show(Request request, @Nullable List<Finding> findings) {
        Site site = find(request);
        Row row = row(
                site,
                context.store().operations().siteStates(),
                context.sampler().overview());
        return request.page(
                "site",
                new Details(
                        row,
                        SiteSetting.of(site),
                        findings,
                        context.brain().isPresent(),
                        context.clock().instant()));
    }

    private List<Finding> check(Request request) {
        return context.brain()
                .map(brain -> brain.check(find(request)))
                .orElseThrow(HttpException::notFound);
    }

    private Response pause(Request request, boolean pause) {
        String id = find(request).id();
        context.store().operations().pause(request.actor(), id, pause);
        context.live().publish();
        return request.redirect(back(request, id), pause ? "sites.nowPaused" : "sites.nowResumed", id);
    }

    private Response activate(Request request, boolean active) {
        String id = find(request).id();
        context.store().sites().setActive(request.actor(), id, active);
        context.live().publish();
        return request.redirect(back(request, id), active ? "sites.nowEnabled" : "sites.nowDisabled", id);
    }

    private static String back(Request request, String id) {
        return request.form().text("back").filter("site"::equals).isPresent()
                ? request.link("/sites/{}", id)
                : request.link("/sites");
    }

    private Response askForSetting(Request request) {
        Site site = find(request);
        SiteSetting setting = SiteSetting.find(site, request.variable("name")).orElseThrow(HttpException::notFound);
        return request.page("site-setting", new Question(site, setting, setting.value(), ""));
    }

    private Response changeSetting(Request request) {
        Site site = find(request);
        SiteSetting setting = SiteSetting.find(site, request.variable("name")).orElseThrow(HttpException::notFound);
        String value = request.form().text("value").orElse("");
        List<Site> changed = new ArrayList<>();
        try {
            changed.add(setting.change(site, value));
        } catch (ConfigurationException e) {
            return request.page(
                    "site-setting", new Question(site, setting, value, String.valueOf(e.getMessage())));
        }
        context.store().sites().save(request.actor(), changed, false);
        context.live().publish();
        return request.redirect(
                request.link("/sites/{}", site.id()), "sites.nowChanged", setting.name(), site.id());
    }
}
