package dev.brain.store;

import dev.brain.cycle.CycleReport;
import dev.brain.history.History;
import dev.brain.incident.Incident;
import dev.brain.internal.monitor.Count;
import dev.brain.internal.monitor.HistorySearch;
import dev.brain.internal.monitor.IncidentSearch;
import dev.brain.internal.monitor.Monitor;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.Day;
import dev.brain.internal.monitor.Overview.Hour;
import dev.brain.internal.monitor.Overview.SiteFigures;
import dev.brain.internal.monitor.Overview.WorkerFigures;
import dev.brain.internal.monitor.Page;
import dev.brain.internal.monitor.TaskSearch;
import dev.brain.queue.Task;
import dev.brain.queue.TaskStatus;
import dev.brain.store.MonitorTable.Ended;
import dev.brain.store.MonitorTable.InWork;
import dev.brain.store.MonitorTable.Part;
import dev.brain.store.MonitorTable.Waiting;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the figures of a store. Thread-safe. */
final class RelationalMonitor implements Monitor {
    private static final int HOURS = 24;
    private static final int DAYS = 8;

    /** How long after its end an hour is read again, because its last changes may not have been committed. */
    private static final Duration COMMITS = Duration.ofMinutes(1);

    private final Transactions transactions;
    private final Clock clock;
    private final String run;
    private final MonitorTable figures;
    private final TaskPages tasks;
    private final IncidentTable incidents;
    private final HistoryTable history;

    RelationalMonitor(
            Transactions transactions, Clock clock, String run, IncidentTable incidents, HistoryTable history) {
        this.transactions = transactions;
        this.clock = clock;
        this.run = run;
        this.figures = new MonitorTable(transactions.dialect());
        this.tasks = new TaskPages(figures, transactions.dialect());
        this.incidents = incidents;
        this.history = history;
    }

    @Override
    public Page<Task> tasks(TaskSearch search) {
        return transactions.read("list tasks", sql -> tasks.list(sql, search));
    }

    @Override
    public Page<Incident> incidents(IncidentSearch search) {
        return transactions.read("list incidents", sql -> incidents.page(sql, search));
    }

    @Override
    public Page<History.Entry> history(HistorySearch search) {
        return transactions.read("read the history", sql -> history.page(sql, search));
    }

    @Override
    public void record(CycleReport report) {
        transactions.write(
                "record a cycle",
                sql -> CycleTable.record(sql, run, report, report.startedAt().plus(report.took())));
    }

    @Override
    public Overview read(Overview last, ZoneId zone) {
        return transactions.read("read the figures", sql -> read(sql, last, zone));
    }

    private Overview read(Sql sql, Overview last, ZoneId zone) throws SQLException {
        Instant now = clock.instant();
        List<InWork> inWork = figures.inWork(sql);
        return new Overview(
                now,
                null,
                sites(sql, inWork, last, now, zone),
                figures.incidents(sql),
                new SiteStateTable().states(sql),
                workers(inWork),
                figures.runs(sql),
                CycleTable.last(sql, last.cycles(), now));
    }

    private List<SiteFigures> sites(Sql sql, List<InWork> inWork, Overview last, Instant now, ZoneId zone)
            throws SQLException {
        Collection<String> siteIds = new TreeSet<>(figures.sites(sql));
        if (siteIds.isEmpty()) {
            return List.of();
        }
        Map<String, Waiting> waiting = figures.waiting(sql, siteIds, now);
        Map<String, Count> claiming = figures.claiming(sql);
        Map<String, Count> processing = new HashMap<>();
        inWork.forEach(each -> processing.merge(each.siteId(), Count.ofFound(each.tasks()), Count::plus));
        Map<String, List<Day>> days = days(sql, siteIds, now, zone);
        Map<String, List<Hour>> hours = hours(sql, siteIds, last, now);
        List<SiteFigures> sites = new ArrayList<>();
        for (String siteId : siteIds) {
            Waiting ofSite = waiting.getOrDefault(siteId, Waiting.NOTHING);
            Map<TaskStatus, Count> tasks = new EnumMap<>(TaskStatus.class);
            tasks.put(TaskStatus.PENDING, ofSite.pending());
            tasks.put(TaskStatus.HELD, ofSite.held());
            tasks.put(TaskStatus.SCHEDULED, ofSite.scheduled());
            tasks.put(TaskStatus.FAILED, ofSite.failed());
            tasks.put(TaskStatus.CLAIMING, claiming.getOrDefault(siteId, Count.NONE));
            tasks.put(TaskStatus.PROCESSING, processing.getOrDefault(siteId, Count.NONE));
            tasks.values().removeIf(Count.NONE::equals);
            sites.add(new SiteFigures(
                    siteId,
                    tasks,
                    ofSite.oldest(),
                    ofSite.late(),
                    ofSite.nextDeadline(),
                    days.getOrDefault(siteId, List.of()),
                    hours.getOrDefault(siteId, List.of())));
        }
        return sites;
    }

    private Map<String, List<Day>> days(Sql sql, Collection<String> siteIds, Instant now, ZoneId zone)
            throws SQLException {
        LocalDate today = now.atZone(zone).toLocalDate();
        List<Part> parts = new ArrayList<>();
        for (String siteId : siteIds) {
            for (int day = 0; day < DAYS; day++) {
                Instant begin = today.plusDays(day).atStartOfDay(zone).toInstant();
                Instant end = today.plusDays(day + 1L).atStartOfDay(zone).toInstant();
                parts.add(new Part(siteId, parts.size(), day == 0 ? now : begin, end));
            }
        }
        List<Count> due = figures.due(sql, parts);
        Map<String, List<Day>> days = new HashMap<>();
        for (Part part : parts) {
            days.computeIfAbsent(part.siteId(), site -> new ArrayList<>())
                    .add(new Day(part.from().atZone(zone).toLocalDate(), due.get(part.number())));
        }
        return days;
    }

    /** Returns the last hours of each site. Those that were over when the figures were last read are not read again. */
    private Map<String, List<Hour>> hours(Sql sql, Collection<String> siteIds, Overview last, Instant now)
            throws SQLException {
        Instant first = now.truncatedTo(ChronoUnit.HOURS).minus(HOURS - 1L, ChronoUnit.HOURS);
        Map<String, Map<Instant, Hour>> known = over(last);
        List<Part> parts = new ArrayList<>();
        for (String siteId : siteIds) {
            Map<Instant, Hour> over = known.getOrDefault(siteId, Map.of());
            for (int hour = 0; hour < HOURS; hour++) {
                Instant from = first.plus(hour, ChronoUnit.HOURS);
                if (!over.containsKey(from)) {
                    parts.add(new Part(siteId, parts.size(), from, from.plus(1, ChronoUnit.HOURS)));
                }
            }
        }
        List<Ended> ended = parts.isEmpty() ? List.of() : figures.ended(sql, parts);
        Map<String, List<Hour>> hours = new HashMap<>();
        for (String siteId : siteIds) {
            hours.put(
                    siteId,
                    known.getOrDefault(siteId, Map.of()).values().stream()
                            .filter(hour -> !hour.from().isBefore(first))
                            .collect(Collectors.toCollection(ArrayList::new)));
        }
        for (Part part : parts) {
            Ended counts = ended.get(part.number());
            hours.getOrDefault(part.siteId(), new ArrayList<>())
                    .add(new Hour(part.from(), counts.completed(), counts.failed()));
        }
        hours.values().forEach(ofSite -> ofSite.sort(Comparator.comparing(Hour::from)));
        return hours;
    }

    /** Returns the hours of each site that were over. */
    private static Map<String, Map<Instant, Hour>> over(Overview last) {
        Instant readAt = last.readAt();
        if (readAt == null) {
            return Map.of();
        }
        Instant until = readAt.minus(COMMITS);
        Map<String, Map<Instant, Hour>> over = new HashMap<>();
        for (SiteFigures site : last.sites()) {
            over.put(
                    site.siteId(),
                    site.hours().stream()
                            .filter(hour ->
                                    !hour.from().plus(1, ChronoUnit.HOURS).isAfter(until))
                            .collect(Collectors.toMap(Hour::from, hour -> hour)));
        }
        return over;
    }

    private static List<WorkerFigures> workers(List<InWork> inWork) {
        Map<String, WorkerFigures> workers = new HashMap<>();
        for (InWork each : inWork) {
            String owner = each.owner();
            WorkerFigures figures = new WorkerFigures(owner, Count.ofFound(each.tasks()), each.since(), each.until());
            workers.merge(
                    owner == null ? "" : owner,
                    figures,
                    (some, more) -> new WorkerFigures(
                            owner,
                            some.tasks().plus(more.tasks()),
                            one(some.since(), more.since(), BinaryOperator.minBy(Comparator.naturalOrder())),
                            one(
                                    some.leaseUntil(),
                                    more.leaseUntil(),
                                    BinaryOperator.maxBy(Comparator.naturalOrder()))));
        }
        return workers.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    private static @Nullable Instant one(@Nullable Instant a, @Nullable Instant b, BinaryOperator<Instant> choice) {
        return a == null ? b : b == null ? a : choice.apply(a, b);
    }
}
