package dev.brain.dashboard.internal.page;

import dev.brain.BrainOperations;
import dev.brain.check.Finding;
import dev.brain.cycle.SiteReport;
import dev.brain.cycle.SiteReport.Counter;
import dev.brain.dashboard.internal.web.HttpException;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.Hour;
import dev.brain.queue.SiteState;
import dev.brain.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One site: its state, limits, figures and settings, and the action that checks it. */
public final class SitePage {
    /** A check asks the system of record, so there are not many at a time. */
    private static final int CHECKS = 2;

    private static final int LABEL_EVERY = 6;

    private final PageContext context;
    private final Semaphore checks = new Semaphore(CHECKS);
    private final Map<String, Check> checked = new ConcurrentHashMap<>();

    SitePage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/sites/{id}", this::show);
        router.action("/sites/{id}/check", this::check);
    }

    /** The last check of a site. */
    public record Check(Instant at, String by, Duration took, List<Finding> findings) {
        public long count(Finding.Level level) {
            return findings.stream().filter(finding -> finding.level() == level).count();
        }
    }

    /** What was counted for the site. */
    public record Counted(Counter counter, long count) {}

    /**
     * What the page shows.
     *
     * @param problem why the figures are not up to date; null if they are
     * @param hours the tasks that ended in the last hours
     * @param counts what the last cycle counted; empty if that is unknown
     * @param check the last check since the dashboard was started; null if there was none
     * @param canCheck whether this process can reach the system of record
     */
    public record Model(
            @Nullable String problem,
            SiteRow row,
            Site site,
            BarChart hours,
            List<Counted> counts,
            List<SiteSetting> settings,
            @Nullable Check check,
            boolean canCheck,
            Instant now) {}

    private Response show(Request request) {
        Site site = site(request);
        Overview overview = context.sampler().overview();
        Instant now = context.clock().instant();
        Map<String, SiteState> states = context.store().operations().siteStates().stream()
                .collect(Collectors.toMap(SiteState::siteId, Function.identity()));
        SiteRow row = SiteRow.of(site.id(), site, states, overview, now);
        return request.page(
                "site",
                new Model(
                        overview.problem(),
                        row,
                        site,
                        chart(request, row),
                        counts(row.report()),
                        SiteSetting.of(site, context.brain()),
                        checked.get(site.id()),
                        context.brain().isPresent(),
                        now));
    }

    private Site site(Request request) {
        return context.store().sites().find(request.variable("id")).orElseThrow(HttpException::notFound);
    }

    private static List<Counted> counts(@Nullable SiteReport report) {
        List<Counted> counts = new ArrayList<>();
        if (report != null) {
            for (Counter counter : Counter.values()) {
                counts.add(new Counted(counter, report.count(counter)));
            }
        }
        return counts;
    }

    private static BarChart chart(Request request, SiteRow row) {
        DateTimeFormatter time = DateTimeFormatter.ofLocalizedTime(FormatStyle.SHORT)
                .withLocale(request.locale())
                .withZone(request.zone());
        List<BarChart.Part> parts = new ArrayList<>();
        for (Hour hour : row.tasks() == null ? List.<Hour>of() : row.tasks().hours()) {
            parts.add(new BarChart.Part(
                    time.format(hour.from()), parts.size() % LABEL_EVERY == 0, hour.completed(), hour.failed()));
        }
        return BarChart.of(parts);
    }

    private Response check(Request request) {
        Site site = site(request);
        BrainOperations brain = context.brain().orElseThrow(HttpException::notFound);
        if (!checks.tryAcquire()) {
            throw new HttpException(503, "checksBusy");
        }
        try {
            Instant from = context.clock().instant();
            List<Finding> findings = brain.check(site);
            Duration took = Duration.between(from, context.clock().instant());
            checked.put(site.id(), new Check(from, request.actor().name(), took, findings));
        } finally {
            checks.release();
        }
        return request.redirect(request.link("/sites/{}", site.id()) + "#check", "site.nowChecked", site.id());
    }
}
