package dev.brain.store;

import static dev.brain.internal.monitor.Count.LIMIT;

import dev.brain.incident.IncidentCode;
import dev.brain.internal.monitor.Count;
import dev.brain.internal.monitor.Overview.LivingRun;
import dev.brain.internal.monitor.Overview.OpenIncidents;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs the statements that count. Each counts up to a limit in an index, for all sites at once. */
final class MonitorTable {
    static final String ENDED = "status IN ('completed', 'failed', 'cancelled')";

    /**
     * A condition that is always true. Only the statements of monitors have it, so that no other statement is planned with the
     * indexes that have it.
     */
    static final String MONITORED = "id + 0 > 0";

    private static final String ACTIVE = "status IN (" + TaskRow.ACTIVE + ")";

    private final StoreDialect dialect;

    MonitorTable(StoreDialect dialect) {
        this.dialect = dialect;
    }

    /** Returns the sites that are configured or have tasks; those with nothing but unsettled reservations are omitted. */
    Collection<String> sites(Sql sql) throws SQLException {
        return sql.texts("WITH RECURSIVE " + sitesOf("with_pending", "status = 'pending' AND " + MONITORED) + ", "
                + sitesOf("with_held", "status = 'held' AND " + MONITORED) + ", "
                + sitesOf("with_scheduled", "status = 'scheduled' AND " + MONITORED) + ", "
                + sitesOf("with_processing", "status = 'processing'") + ", "
                + sitesOf("with_ended", ENDED + " AND " + MONITORED)
                + """
                 SELECT site_id FROM with_pending WHERE site_id IS NOT NULL
                UNION SELECT site_id FROM with_held WHERE site_id IS NOT NULL
                UNION SELECT site_id FROM with_scheduled WHERE site_id IS NOT NULL
                UNION SELECT site_id FROM with_processing WHERE site_id IS NOT NULL
                UNION SELECT site_id FROM with_ended WHERE site_id IS NOT NULL
                UNION SELECT site_id FROM "$sites\"""");
    }

    /** Returns a recursive table that jumps in an index from each site to the next. PostgreSQL does so only in subqueries. */
    private static String sitesOf(String name, String condition) {
        return """
                %1$s (site_id) AS (SELECT (SELECT min(site_id) FROM "$queue" WHERE %2$s)
                UNION ALL SELECT (SELECT min(q.site_id) FROM "$queue" AS q WHERE q.site_id > %1$s.site_id AND %2$s)
                FROM %1$s WHERE %1$s.site_id IS NOT NULL)""".formatted(name, condition);
    }

    private static String count(String conditions) {
        return "(SELECT count(*) FROM (SELECT 1 FROM \"$queue\" AS q WHERE q.site_id = site.site_id AND " + conditions
                + " LIMIT " + (LIMIT + 1) + ") AS found)";
    }

    /** The tasks of a site that wait or have failed. */
    record Waiting(
            Count pending,
            Count held,
            Count scheduled,
            Count failed,
            Count late,
            @Nullable Instant oldest,
            @Nullable Instant nextDeadline) {
        static final Waiting NOTHING =
                new Waiting(Count.NONE, Count.NONE, Count.NONE, Count.NONE, Count.NONE, null, null);
    }

    Map<String, Waiting> waiting(Sql sql, Collection<String> siteIds, Instant now) throws SQLException {
        Map<String, Waiting> waiting = new HashMap<>();
        String deadline = "q.deadline IS NOT NULL AND q." + ACTIVE + " AND q.deadline ";
        sql.query(
                "SELECT site.site_id, " + count("q.status = 'pending' AND q." + MONITORED) + " AS pending, "
                        + count("q.status = 'held' AND q." + MONITORED) + " AS held, "
                        + count("q.status = 'scheduled' AND q." + MONITORED) + " AS scheduled, "
                        + count("q.status = 'failed' AND q.unblocked_at IS NULL AND q." + MONITORED) + " AS failed, "
                        + count(deadline + "< ?") + " AS late, "
                        + "(SELECT q.created_at FROM \"$queue\" AS q WHERE q.site_id = site.site_id AND q.status = 'pending' AND q."
                        + MONITORED + " ORDER BY q.id LIMIT 1) AS oldest, "
                        + "(SELECT min(q.deadline) FROM \"$queue\" AS q WHERE q.site_id = site.site_id AND " + deadline
                        + ">= ?) AS next_deadline FROM " + dialect.rows("site", "site_id"),
                row -> waiting.put(
                                row.required("site_id"),
                                new Waiting(
                                        found(row, "pending"),
                                        found(row, "held"),
                                        found(row, "scheduled"),
                                        found(row, "failed"),
                                        found(row, "late"),
                                        row.sharedTime("oldest"),
                                        row.time("next_deadline")))
                        == null,
                now,
                now,
                rows(siteIds));
        return waiting;
    }

    private static Sql.RowSet rows(Collection<String> siteIds) {
        return new Sql.RowSet(siteIds.stream().map(List::of).toList());
    }

    private static Count found(Row row, String column) throws SQLException {
        return Count.ofFound(row.integer(column));
    }

    /** A part of time at a site. */
    record Part(String siteId, int number, Instant from, Instant until) {}

    /** Returns for each part the number of active tasks with a deadline in it, in their order. */
    List<Count> due(Sql sql, List<Part> parts) throws SQLException {
        Count[] due = new Count[parts.size()];
        sql.query(
                "SELECT site.number, "
                        + count("q.deadline IS NOT NULL AND q." + ACTIVE
                                + " AND q.deadline >= site.since AND q.deadline < site.until")
                        + " AS due FROM "
                        + dialect.rows("site", "site_id", "number:number", "since:time", "until:time"),
                row -> due[row.integer("number")] = found(row, "due"),
                new Sql.RowSet(parts.stream()
                        .map(part -> List.<Object>of(part.siteId(), part.number(), part.from(), part.until()))
                        .toList()));
        return Arrays.asList(due);
    }

    /** The tasks that ended in a part of time. */
    record Ended(Count completed, Count failed) {}

    /** Returns for each part the tasks that ended in it, in their order. */
    List<Ended> ended(Sql sql, List<Part> parts) throws SQLException {
        Ended[] ended = new Ended[parts.size()];
        String within = " AND q." + ENDED + " AND q." + MONITORED
                + " AND q.processed_at >= site.since AND q.processed_at < site.until";
        sql.query(
                "SELECT site.number, " + count("q.status = 'completed'" + within) + " AS completed, "
                        + count("q.status = 'failed'" + within) + " AS failed FROM "
                        + dialect.rows("site", "site_id", "number:number", "since:time", "until:time"),
                row -> ended[row.integer("number")] = new Ended(found(row, "completed"), found(row, "failed")),
                new Sql.RowSet(parts.stream()
                        .map(part -> List.of(
                                part.siteId(),
                                part.number(),
                                dialect.sharedTime(part.from()).toString(),
                                dialect.sharedTime(part.until()).toString()))
                        .toList()));
        return Arrays.asList(ended);
    }

    /** The tasks of a site that a worker has. */
    record InWork(
            String siteId,
            @Nullable String owner,
            int tasks,
            @Nullable Instant since,
            @Nullable Instant until) {}

    List<InWork> inWork(Sql sql) throws SQLException {
        return sql.query(
                """
                SELECT site_id, lease_owner, count(*) AS tasks, min(processed_at) AS since, max(lease_until) AS until
                FROM (SELECT site_id, lease_owner, processed_at, lease_until FROM "$queue" WHERE status = 'processing'
                    LIMIT %d) AS found
                GROUP BY site_id, lease_owner""".formatted(LIMIT + 1),
                row -> new InWork(
                        row.required("site_id"),
                        row.text("lease_owner"),
                        row.integer("tasks"),
                        row.sharedTime("since"),
                        row.time("until")));
    }

    Map<String, Count> claiming(Sql sql) throws SQLException {
        Map<String, Count> claiming = new HashMap<>();
        sql.query("""
                SELECT site_id, count(*) AS tasks
                FROM (SELECT site_id FROM "$queue" WHERE status = 'claiming' LIMIT %d) AS found
                GROUP BY site_id""".formatted(LIMIT + 1), row -> claiming.put(row.required("site_id"), found(row, "tasks")) == null);
        return claiming;
    }

    List<OpenIncidents> incidents(Sql sql) throws SQLException {
        List<OpenIncidents> incidents = new ArrayList<>();
        Sql.RowSet codes = new Sql.RowSet(Arrays.stream(IncidentCode.values())
                .map(code -> List.of(code.name()))
                .toList());
        sql.query(
                """
                WITH RECURSIVE site (site_id) AS (SELECT (SELECT min(site_id) FROM brain_incident WHERE resolved_at IS NULL)
                UNION ALL SELECT (SELECT min(i.site_id) FROM brain_incident AS i
                    WHERE i.site_id > site.site_id AND i.resolved_at IS NULL)
                FROM site WHERE site.site_id IS NOT NULL)
                SELECT site.site_id, kind.code, (SELECT count(*) FROM (SELECT 1 FROM brain_incident AS i
                    WHERE i.site_id = site.site_id AND i.code = kind.code AND i.resolved_at IS NULL LIMIT %d) AS found) AS incidents
                FROM site CROSS JOIN %s WHERE site.site_id IS NOT NULL ORDER BY site.site_id, kind.code""".formatted(LIMIT + 1, dialect.rows("kind", "code")),
                row -> row.integer("incidents") > 0
                        && incidents.add(new OpenIncidents(
                                row.required("site_id"),
                                IncidentCode.valueOf(row.required("code")),
                                found(row, "incidents"))),
                codes);
        return incidents;
    }

    List<LivingRun> runs(Sql sql) throws SQLException {
        Optional<String> listed = dialect.livingRuns();
        return listed.isEmpty()
                ? List.of()
                : sql.query(listed.get(), row -> new LivingRun(row.required("name"), row.requiredTime("seen_at")));
    }
}
