package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.monitor.Count;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.Cycle;
import dev.brain.internal.monitor.Overview.Day;
import dev.brain.internal.monitor.Overview.Hour;
import dev.brain.internal.monitor.Overview.OpenIncidents;
import dev.brain.internal.monitor.Overview.SiteFigures;
import dev.brain.queue.SiteState;
import dev.brain.queue.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The state of everything, for whoever opens the dashboard. */
public final class OverviewPage {
    private final PageContext context;

    OverviewPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/", this::show);
    }

    /**
     * What the page shows.
     *
     * @param tiles the sums of all sites
     * @param ended the tasks that ended in the last 24 hours: done below, failed above
     * @param due the deadlines of the next days
     * @param states the sites that are paused or whose last tasks failed
     * @param nextCycle when the next cycle is expected; null if that can't be told
     */
    public record Model(
            Overview overview,
            Instant now,
            List<Tile> tiles,
            List<Row> sites,
            BarChart ended,
            BarChart due,
            List<CodeRow> incidents,
            List<SiteState> states,
            @Nullable Cycle lastCycle,
            @Nullable Instant nextCycle) {}

    /** A sum and the list behind it. */
    public record Tile(String key, Count count, String path, String tone) {}

    /** A site. */
    public record Row(SiteFigures site, Count waiting, Count completed, Count failed, boolean isPaused) {}

    /** The open incidents with a code. */
    public record CodeRow(IncidentCode code, Count open) {}

    private Response show(Request request) {
        Overview overview = context.sampler().overview();
        Optional<Cycle> last = overview.cycles().stream().findFirst();
        return request.page(
                "overview",
                new Model(
                        overview,
                        context.clock().instant(),
                        tiles(overview),
                        rows(overview),
                        ended(overview, request.zone(), request.locale()),
                        due(overview, request.locale()),
                        codes(overview.incidents()),
                        overview.siteStates(),
                        last.orElse(null),
                        next(overview.cycles()).orElse(null)));
    }

    private static List<Tile> tiles(Overview overview) {
        Count incidents = overview.incidents().stream().map(OpenIncidents::open).reduce(Count.NONE, Count::plus);
        return List.of(
                new Tile("waiting", sum(overview, OverviewPage::waiting), "/tasks?view=pending", ""),
                new Tile(
                        "inWork",
                        sum(overview, site -> site.tasks(TaskStatus.PROCESSING)),
                        "/tasks?view=processing",
                        ""),
                new Tile("held", sum(overview, site -> site.tasks(TaskStatus.HELD)), "/tasks?view=held", "warning"),
                new Tile("late", sum(overview, SiteFigures::late), "/tasks?view=deadline", "bad"),
                new Tile("failed", sum(overview, site -> site.tasks(TaskStatus.FAILED)), "/tasks?view=failed", "bad"),
                new Tile("incidents", incidents, "/incidents", "bad"));
    }

    private static Count sum(Overview overview, Function<SiteFigures, Count> figure) {
        return overview.sites().stream().map(figure).reduce(Count.NONE, Count::plus);
    }

    private static Count waiting(SiteFigures site) {
        return site.tasks(TaskStatus.PENDING).plus(site.tasks(TaskStatus.SCHEDULED));
    }

    private static List<Row> rows(Overview overview) {
        List<String> paused = overview.siteStates().stream()
                .filter(SiteState::paused)
                .map(SiteState::siteId)
                .toList();
        return overview.sites().stream()
                .map(site -> new Row(
                        site,
                        waiting(site),
                        site.hours().stream().map(Hour::completed).reduce(Count.NONE, Count::plus),
                        site.hours().stream().map(Hour::failed).reduce(Count.NONE, Count::plus),
                        paused.contains(site.siteId())))
                .toList();
    }

    private static BarChart ended(Overview overview, ZoneId zone, Locale locale) {
        Map<Instant, Hour> hours = new TreeMap<>();
        overview.sites()
                .forEach(site -> site.hours()
                        .forEach(hour -> hours.merge(
                                hour.from(),
                                hour,
                                (some, more) -> new Hour(
                                        some.from(),
                                        some.completed().plus(more.completed()),
                                        some.failed().plus(more.failed())))));
        DateTimeFormatter format = DateTimeFormatter.ofPattern("HH:mm", locale).withZone(zone);
        List<BarChart.Part> parts = new ArrayList<>();
        for (Hour hour : hours.values()) {
            parts.add(new BarChart.Part(
                    format.format(hour.from()), parts.size() % 6 == 4, hour.completed(), hour.failed()));
        }
        return BarChart.of(parts);
    }

    private static BarChart due(Overview overview, Locale locale) {
        Map<LocalDate, Count> days = new TreeMap<>();
        for (SiteFigures site : overview.sites()) {
            for (Day day : site.days()) {
                days.merge(day.date(), day.due(), Count::plus);
            }
        }
        DateTimeFormatter format = DateTimeFormatter.ofPattern("EEE d", locale);
        List<BarChart.Part> parts = new ArrayList<>();
        days.forEach((date, due) -> parts.add(new BarChart.Part(format.format(date), true, due, Count.NONE)));
        return BarChart.of(parts);
    }

    private static List<CodeRow> codes(List<OpenIncidents> incidents) {
        Map<IncidentCode, Count> codes = new EnumMap<>(IncidentCode.class);
        incidents.forEach(each -> codes.merge(each.code(), each.open(), Count::plus));
        return codes.entrySet().stream()
                .map(code -> new CodeRow(code.getKey(), code.getValue()))
                .sorted(Comparator.comparing((CodeRow row) -> row.open().counted())
                        .reversed())
                .toList();
    }

    /** Returns when the last run begins its next cycle, if it pauses as long as before. */
    private static Optional<Instant> next(List<Cycle> cycles) {
        if (cycles.isEmpty()) {
            return Optional.empty();
        }
        Cycle last = cycles.get(0);
        return cycles.stream()
                .skip(1)
                .filter(cycle -> cycle.run().equals(last.run()))
                .findFirst()
                .map(before -> last.endedAt()
                        .plus(Duration.between(before.endedAt(), last.report().startedAt())));
    }
}
