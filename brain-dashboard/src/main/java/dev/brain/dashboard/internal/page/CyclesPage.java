package dev.brain.dashboard.internal.page;

import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.cycle.SiteReport.Counter;
import dev.brain.dashboard.internal.web.HttpException;
import dev.brain.dashboard.internal.web.Parameters;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.internal.monitor.Count;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.Cycle;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The last cycles, and the report of one. They are figures that all viewers share, so no page asks the store for them. */
public final class CyclesPage {
    static final int ROWS = 20;

    /** How many bars have a label below them. */
    private static final int LABELS = 5;

    private final PageContext context;

    CyclesPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/cycles", this::list);
        router.page("/cycles/{number}", this::show);
    }

    /**
     * What the list shows.
     *
     * @param problem why the figures are not up to date; null if they are
     * @param siteIds the sites that the cycles served
     * @param site the figures are only of this site; empty for all sites
     * @param onlyErrors whether only cycles with errors are shown
     * @param next where the next page begins; null if this is the last one
     */
    public record Model(
            @Nullable String problem,
            List<String> siteIds,
            String site,
            boolean onlyErrors,
            List<Row> rows,
            BarChart chart,
            @Nullable Long next) {}

    /** A cycle, with the sums over its sites, or the figures of one site. */
    public record Row(
            long number, Instant endedAt, Duration took, long candidates, long claimed, long enqueued, long errors) {}

    /**
     * What the page of a cycle shows.
     *
     * @param counters the counters that count something, in their order
     * @param sites the sites, those with errors first
     * @param quiet the number of sites of which there is nothing to say
     */
    public record Details(Cycle cycle, List<Counter> counters, List<SiteReport> sites, int quiet) {}

    private Response list(Request request) {
        Parameters query = request.query();
        String site = query.text("site").orElse("");
        boolean onlyErrors = query.text("errors").isPresent();
        long before = query.number("before").orElse(Long.MAX_VALUE);
        Overview overview = context.sampler().overview();
        List<Row> all = overview.cycles().stream()
                .filter(cycle -> site.isEmpty() || served(cycle.report(), site))
                .map(cycle -> row(cycle, site))
                .filter(row -> !onlyErrors || row.errors() > 0)
                .filter(row -> row.number() < before)
                .toList();
        List<Row> rows = all.size() > ROWS ? all.subList(0, ROWS) : all;
        TreeSet<String> siteIds = new TreeSet<>();
        overview.cycles().forEach(cycle -> cycle.report().sites().forEach(report -> siteIds.add(report.siteId())));
        return request.page(
                "cycles",
                new Model(
                        overview.problem(),
                        List.copyOf(siteIds),
                        site,
                        onlyErrors,
                        rows,
                        chart(request, rows),
                        all.size() > ROWS ? rows.get(ROWS - 1).number() : null));
    }

    private static boolean served(CycleReport report, String siteId) {
        return report.sites().stream().anyMatch(site -> site.siteId().equals(siteId));
    }

    private static Row row(Cycle cycle, String siteId) {
        CycleReport whole = cycle.report();
        CycleReport report = siteId.isEmpty()
                ? whole
                : new CycleReport(
                        whole.startedAt(),
                        whole.took(),
                        whole.sites().stream()
                                .filter(site -> site.siteId().equals(siteId))
                                .toList(),
                        List.of());
        return new Row(
                cycle.number(),
                cycle.endedAt(),
                report.took(),
                report.total(SiteReport::candidates),
                report.claimed(),
                report.enqueued(),
                report.errorCount());
    }

    private static BarChart chart(Request request, List<Row> rows) {
        DateTimeFormatter time = DateTimeFormatter.ofLocalizedTime(FormatStyle.SHORT)
                .withLocale(request.locale())
                .withZone(request.zone());
        List<Row> oldestFirst = new ArrayList<>(rows);
        Collections.reverse(oldestFirst);
        int every = Math.max(1, (rows.size() + LABELS - 1) / LABELS);
        List<BarChart.Part> parts = new ArrayList<>();
        for (Row row : oldestFirst) {
            parts.add(new BarChart.Part(
                    time.format(row.endedAt()), parts.size() % every == 0, count(row.enqueued()), count(row.errors())));
        }
        return BarChart.of(parts);
    }

    private static Count count(long number) {
        return Count.ofFound((int) Math.min(number, Count.LIMIT + 1L));
    }

    private Response show(Request request) {
        long number = request.number("number");
        Cycle cycle = context.sampler().overview().cycles().stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseThrow(HttpException::notFound);
        List<SiteReport> said = cycle.report().sites().stream()
                .filter(CyclesPage::saysSomething)
                .sorted((a, b) -> Boolean.compare(b.errorCount() > 0, a.errorCount() > 0))
                .toList();
        List<Counter> counters = new ArrayList<>();
        for (Counter counter : Counter.values()) {
            if (cycle.report().total(site -> site.count(counter)) > 0) {
                counters.add(counter);
            }
        }
        return request.page(
                "cycle",
                new Details(cycle, counters, said, cycle.report().sites().size() - said.size()));
    }

    private static boolean saysSomething(SiteReport site) {
        return site.paused()
                || site.opensAt() != null
                || !site.warnings().isEmpty()
                || !site.errors().isEmpty()
                || site.counts().values().stream().anyMatch(count -> count > 0);
    }
}
