package dev.brain.store;

import dev.brain.history.Actor;
import dev.brain.history.History.Event;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.SiteState;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.store.HistoryTable.Subject;
import dev.brain.store.SiteAllowance.InWork;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Runs the statements of workers on the queue's table. A statement about a leased task names the lease's token and
 * requires that the lease is still valid, so a worker that has lost its lease changes nothing.
 */
final class LeaseTable {
    /** The condition that a lease is valid. Its parameters are the task's id, the lease's token and the time. */
    static final String HELD = " WHERE id = ? AND lease_token = ? AND status = 'processing' AND lease_until > ?";

    /** The order in which workers get tasks. */
    private static final String ORDER = order("t");

    /** Returns the order in which workers get tasks, which the index of ready tasks has for each site. */
    private static String order(String table) {
        return "ORDER BY %1$s.priority DESC, %1$s.deadline IS NULL, %1$s.deadline, %1$s.created_at, %1$s.id "
                .formatted(table);
    }

    /** The least number of tasks that is read of each of several sites, so that a batch is not too small. */
    private static final int LEAST_OF_EACH = 4;

    private final SiteStateTable siteStates;
    private final HistoryTable history;
    private final String take;
    private final String firstSites;
    private final String waiting;
    private final String renew;

    LeaseTable(SiteStateTable siteStates, HistoryTable history, StoreDialect dialect) {
        this.history = history;
        this.siteStates = siteStates;
        // a condition that no index has: the index of waiting tasks may be full of dead entries
        this.take = """
                UPDATE "$queue" SET status = 'processing', processed_at = ?, attempts = coalesce(attempts, 0) + 1,
                    lease_owner = ?, lease_token = coalesce(lease_token, 0) + 1, lease_until = ?,
                    submitting = NULL, progress = NULL, %s
                WHERE status || '' = 'pending' AND %s RETURNING %s, lease_token""".formatted(HistoryTable.REVISION, dialect.in("id"), TaskRow.COLUMNS);
        this.firstSites = waiting(dialect, "t.site_id", "", ORDER + "LIMIT ?");
        this.waiting = waiting(dialect, "t.id, t.site_id, t.crashes", dialect.lockForTaking(), ORDER);
        this.renew = "UPDATE \"$queue\" SET lease_until = ? FROM "
                + dialect.rows("held", "task_id:number", "token:number")
                + " WHERE id = held.task_id AND lease_token = held.token AND status = 'processing'"
                + " AND lease_until > ? RETURNING id";
    }

    private record Waiting(long id, String siteId, boolean crashed) {}

    /**
     * Leases the next tasks. The number of statements does not depend on the number of sites.
     *
     * @param states the states of the sites
     * @param called the time of the request on the worker's clock; its leases end by that clock
     * @param identified the last task of another program that was looked at; later ones wait until they were
     */
    List<Lease> take(
            Sql sql, TakeRequest request, SiteStates states, Supplier<Instant> clock, Instant called, long identified)
            throws SQLException {
        List<SiteAllowance> open = open(request, states, clock, called);
        if (lock(sql, open)) {
            // meanwhile a breaker may have opened, or a site been paused
            states.readAgain();
            open = open(request, states, clock, called);
        }
        Instant now = clock.get();
        Map<String, Integer> allowed = allowed(sql, open, request.most(), now);
        List<Long> ids = allowed.isEmpty() ? List.of() : choose(sql, allowed, request.most(), identified);
        if (ids.isEmpty()) {
            return List.of();
        }
        Instant until = Instant.ofEpochMilli(called.plus(request.lease()).toEpochMilli());
        List<Lease> leases = sql.query(
                take,
                row -> new Lease(TaskRow.read(row), row.number("lease_token"), until),
                sql.dialect().sharedTime(now),
                request.owner(),
                now.plus(request.lease()),
                ids);
        Map<Long, Integer> places = new HashMap<>();
        ids.forEach(id -> places.put(id, places.size()));
        leases.sort(Comparator.comparing(lease -> places.getOrDefault(lease.taskId(), 0)));
        siteStates.begin(sql, request.sites(), leases, now);
        history.record(
                sql,
                now,
                worker(request.owner()),
                Event.TAKEN,
                leases.stream()
                        .map(lease -> Subject.task(lease.task().siteId(), lease.taskId(), null))
                        .toList());
        return leases;
    }

    /** Returns how many tasks of each site may be started. Sites that may start none are omitted. */
    private Map<String, Integer> allowed(Sql sql, List<SiteAllowance> open, int most, Instant now) throws SQLException {
        List<String> counted = open.stream()
                .filter(SiteAllowance::countsWork)
                .map(site -> site.limits().siteId())
                .toList();
        List<SiteLimits> rated = open.stream()
                .map(SiteAllowance::limits)
                .filter(site -> site.rate() != null)
                .toList();
        Map<String, InWork> inWork = siteStates.inWork(sql, counted);
        Map<String, Integer> begun = siteStates.begun(sql, rated, now);
        Map<String, Integer> allowed = new LinkedHashMap<>();
        for (SiteAllowance site : open) {
            String siteId = site.limits().siteId();
            int tasks = site.tasks(most, inWork.getOrDefault(siteId, InWork.NONE), begun.getOrDefault(siteId, 0));
            if (tasks > 0) {
                allowed.put(siteId, tasks);
            }
        }
        return allowed;
    }

    /** Locks the sites whose tasks are counted. Returns whether other transactions may have changed what was read. */
    private static boolean lock(Sql sql, List<SiteAllowance> open) throws SQLException {
        List<String> limited = open.stream()
                .filter(site -> site.countsWork() || site.limits().rate() != null)
                .map(site -> site.limits().siteId())
                .toList();
        return !limited.isEmpty() && sql.dialect().lockSites(sql, StoreDialect.SiteLock.TAKE, limited);
    }

    private static List<SiteAllowance> open(
            TakeRequest request, SiteStates states, Supplier<Instant> clock, Instant called) throws SQLException {
        Map<String, SiteState> bySite = states.bySite();
        Instant now = clock.get();
        return request.sites().stream()
                // by the worker's clock too, or it would return at once what it gets
                .filter(site -> site.isOpen(called))
                .map(site -> new SiteAllowance(site, bySite.get(site.siteId())))
                .filter(site -> !site.isClosed(now))
                .toList();
    }

    /**
     * Returns the tasks that workers get next: no more of each site than are allowed, and perhaps more than {@code most}.
     */
    private List<Waiting> waiting(Sql sql, Map<String, Integer> allowed, int most, long identified)
            throws SQLException {
        Collection<String> siteIds = allowed.keySet();
        if (siteIds.size() == 1) {
            return waiting(sql, allowed, siteIds, most, identified);
        }
        // the first task of any other site comes after the first tasks of all of these
        List<String> first = sql.query(firstSites, row -> row.required("site_id"), sites(siteIds), identified, 1, most);
        List<Waiting> waiting =
                first.isEmpty() ? List.of() : waiting(sql, allowed, first, ofEach(first.size(), most), identified);
        return waiting.isEmpty() && first.size() == most
                // other workers are taking all tasks of these sites
                ? waiting(sql, allowed, siteIds, 1, identified)
                : waiting;
    }

    /** @param enough how many tasks of each site are read at most; other workers cannot take them meanwhile */
    private List<Waiting> waiting(
            Sql sql, Map<String, Integer> allowed, Collection<String> siteIds, int enough, long identified)
            throws SQLException {
        int each =
                Math.min(enough, siteIds.stream().mapToInt(allowed::get).max().orElse(0));
        Map<String, Integer> left = new HashMap<>(allowed);
        Map<String, Integer> read = new HashMap<>();
        List<Waiting> waiting = new ArrayList<>();
        for (Waiting task : sql.query(this.waiting, LeaseTable::read, sites(siteIds), identified, each)) {
            if (left.merge(task.siteId(), -1, Integer::sum) >= 0) {
                waiting.add(task);
            }
            if (read.merge(task.siteId(), 1, Integer::sum) == each && left.getOrDefault(task.siteId(), 0) > 0) {
                // tasks of this site that were not read may come before the next ones of other sites
                break;
            }
        }
        return waiting;
    }

    /** Returns how many tasks of each site are read: all of one site, or some more than the average of several. */
    private static int ofEach(int sites, int most) {
        return sites == 1 ? most : Math.max(LEAST_OF_EACH, 2 * ((most + sites - 1) / sites));
    }

    private static Waiting read(Row row) throws SQLException {
        return new Waiting(row.number("id"), row.required("site_id"), row.integer("crashes") > 0);
    }

    /** Returns a query for waiting tasks. Its first parameters: the sites, the last identified task, how many of each. */
    private static String waiting(StoreDialect dialect, String columns, String lock, String end) {
        String query = "WHERE q.status = 'pending' AND q.site_id = wanted.site_id"
                + " AND (q.resource_id IS NOT NULL OR q.id <= ?)"
                + " " + order("q") + "LIMIT ?" + lock;
        return "SELECT " + columns + " FROM " + dialect.queueRowsOfEach(dialect.rows("wanted", "site_id"), query) + " "
                + end;
    }

    private static Sql.RowSet sites(Collection<String> siteIds) {
        return new Sql.RowSet(siteIds.stream().map(List::<Object>of).toList());
    }

    private List<Long> choose(Sql sql, Map<String, Integer> allowed, int most, long identified) throws SQLException {
        return together(waiting(sql, allowed, most, identified))
                .limit(most)
                .map(Waiting::id)
                .toList();
    }

    /** Leases a task that has crashed before by itself: if it crashes again, no other task is affected. */
    private static Stream<Waiting> together(List<Waiting> waiting) {
        return !waiting.isEmpty() && waiting.get(0).crashed()
                ? waiting.stream().limit(1)
                : waiting.stream().takeWhile(each -> !each.crashed());
    }

    Set<Long> renew(Sql sql, Collection<Lease> leases, Duration lease, Instant now) throws SQLException {
        List<List<Object>> held = new ArrayList<>();
        leases.forEach(each -> held.add(List.of(each.taskId(), each.token())));
        return held.isEmpty()
                ? Set.of()
                : Set.copyOf(sql.query(renew, row -> row.number("id"), now.plus(lease), new Sql.RowSet(held), now));
    }

    /** Returns the worker that holds a lease. */
    static Actor holder(Lease lease) {
        Task.Holder holder = lease.task().holder();
        return worker(holder == null ? "unknown" : holder.owner());
    }

    private static Actor worker(String owner) {
        return new Actor(Actor.Kind.WORKER, owner);
    }

    boolean note(Sql sql, Lease lease, Note note, String text, Instant now) throws SQLException {
        String change = switch (note) {
            case PROGRESS -> "progress = ?";
            case EVIDENCE -> "screenshot_path = ?";
            case SUBMITTING -> "progress = coalesce(nullif(?, ''), progress), submitting = 1";
        };
        boolean noted =
                sql.update("UPDATE \"$queue\" SET " + change + HELD, text, lease.taskId(), lease.token(), now) == 1;
        if (noted && note == Note.SUBMITTING) {
            Subject task = Subject.task(lease.task().siteId(), lease.taskId(), text.isEmpty() ? null : text);
            history.record(sql, now, holder(lease), Event.SUBMITTING, task);
        }
        return noted;
    }
}
