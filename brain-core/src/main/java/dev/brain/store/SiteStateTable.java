package dev.brain.store;

import dev.brain.queue.SiteLimits;
import dev.brain.queue.SiteState;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.store.SiteAllowance.InWork;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads and writes the pauses of sites, and the starts of tasks of sites with a rate. */
final class SiteStateTable {
    List<SiteState> states(Sql sql) throws SQLException {
        return statesLater(sql).rows();
    }

    static Sql.Later<List<SiteState>> statesLater(Sql sql) {
        return sql.queryLater(
                "SELECT site_id, paused, failures, failed_at FROM brain_site WHERE paused <> 0 OR failures > 0"
                        + " ORDER BY site_id",
                row -> new SiteState(
                        row.required("site_id"), row.flag("paused"), row.integer("failures"), row.time("failed_at")));
    }

    /** Returns the tasks in work of each of these sites that has some. */
    Map<String, InWork> inWork(Sql sql, Collection<String> siteIds) throws SQLException {
        Map<String, InWork> inWork = new HashMap<>();
        if (!siteIds.isEmpty()) {
            sql.query(
                    "SELECT site_id, count(*) AS tasks, count(lease_until) AS leased FROM \"$queue\""
                            + " WHERE status = 'processing' AND "
                            + sql.dialect().in("site_id") + " GROUP BY site_id",
                    row -> inWork.put(row.required("site_id"), new InWork(row.integer("tasks"), row.integer("leased"))),
                    siteIds);
        }
        return inWork;
    }

    /** Returns the number of tasks of each site with a rate that were started in its current period. */
    Map<String, Integer> begun(Sql sql, List<SiteLimits> sites, Instant now) throws SQLException {
        List<List<Object>> periods = periods(sites, now);
        return periods.isEmpty()
                ? Map.of()
                : counts(
                        sql,
                        "SELECT s.site_id, count(*) AS tasks FROM "
                                + sql.dialect().rows("wanted", "site_id", "since:time") + " "
                                + sql.dialect().lookUpJoin() + " brain_task_start AS s ON s.site_id = wanted.site_id"
                                + " AND s.started_at > wanted.since AND s.started_at <= ? GROUP BY s.site_id",
                        new Sql.RowSet(periods),
                        now.plus(SiteAllowance.CLOCK_ERROR));
    }

    private static Map<String, Integer> counts(Sql sql, String query, Object... values) throws SQLException {
        Map<String, Integer> counts = new HashMap<>();
        sql.query(query, row -> counts.put(row.required("site_id"), row.integer("tasks")), values);
        return counts;
    }

    /** Returns each site with a rate, and the start of its current period. */
    private static List<List<Object>> periods(List<SiteLimits> sites, Instant now) {
        List<List<Object>> periods = new ArrayList<>();
        for (SiteLimits site : sites) {
            SiteLimits.Rate rate = site.rate();
            if (rate != null) {
                periods.add(List.of(site.siteId(), now.minus(rate.period())));
            }
        }
        return periods;
    }

    /** Records when tasks of sites with a rate were started. Deletes starts before the current period. */
    void begin(Sql sql, List<SiteLimits> sites, List<Lease> leases, Instant now) throws SQLException {
        Set<String> leased = leases.stream().map(lease -> lease.task().siteId()).collect(Collectors.toSet());
        List<SiteLimits> rated = sites.stream()
                .filter(site -> site.rate() != null && leased.contains(site.siteId()))
                .toList();
        if (rated.isEmpty()) {
            return;
        }
        Set<String> ratedIds = rated.stream().map(SiteLimits::siteId).collect(Collectors.toSet());
        List<List<Object>> starts = leases.stream()
                .filter(lease -> ratedIds.contains(lease.task().siteId()))
                .map(lease -> List.<Object>of(lease.task().siteId(), lease.taskId()))
                .toList();
        sql.update(
                "DELETE FROM brain_task_start WHERE (site_id, started_at, task_id) IN"
                        + " (SELECT s.site_id, s.started_at, s.task_id FROM "
                        + sql.dialect().rows("wanted", "site_id", "since:time") + " "
                        + sql.dialect().lookUpJoin()
                        + " brain_task_start AS s ON s.site_id = wanted.site_id AND s.started_at <= wanted.since)",
                new Sql.RowSet(periods(rated, now)));
        sql.update(
                "INSERT INTO brain_task_start (site_id, started_at, task_id) SELECT site_id, ?, task_id FROM "
                        + sql.dialect().rows("begun", "site_id", "task_id:number")
                        + " WHERE true ON CONFLICT DO NOTHING",
                now,
                new Sql.RowSet(starts));
    }

    int pause(Sql sql, String siteId, boolean paused) throws SQLException {
        return sql.update("""
                INSERT INTO brain_site (site_id, paused) VALUES (?, ?)
                ON CONFLICT (site_id) DO UPDATE SET paused = excluded.paused, failures = 0, failed_at = NULL""", siteId, paused ? 1 : 0);
    }
}
