package dev.brain.store;

import dev.brain.history.Actor;
import dev.brain.history.History.Event;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Failure;
import dev.brain.queue.TaskOperations;
import dev.brain.store.HistoryTable.Subject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Runs the statements on a queue that is older than what was done with it, because it was restored from a backup. */
final class RestoreTable {
    /** Stands for all sites in the incident of a backup that names none. */
    private static final String NO_SITE = "-";

    private static final String REASON = TaskOperations.RESTORED;

    /**
     * By how much the numbers and the lease tokens of tasks, and the numbers of incidents, changes and notifications are
     * raised. It is more than what was handed out since any backup, so nobody who remembers a number can mean another row.
     */
    private static final long LATER = 1_000_000;

    private static final String MESSAGE =
            "the queue was restored from a backup, so it does not show what was done since"
                    + " then: compare the held tasks and the incidents with the system of record and the sites, cancel what was"
                    + " done, and let the others go on with 'brain queue restored approve'";

    private static final String CLAIMS_MESSAGE =
            "the queue was restored from a backup, and the site's claims have not been read since then:"
                    + " run a cycle; a claim that it finds without a task is held, or reported as "
                    + IncidentCode.ORPHAN_CLAIM
                    + ", because its case may have been filed";

    /** The tables whose rows have numbers that people and programs remember. */
    private static final List<String> NUMBERED =
            List.of("$queue", TableNames.INCIDENTS, TableNames.HISTORY, TableNames.NOTIFICATIONS);

    private final IncidentTable incidents;
    private final HistoryTable history;

    RestoreTable(IncidentTable incidents, HistoryTable history) {
        this.incidents = incidents;
        this.history = history;
    }

    /**
     * Holds all tasks that have not ended, and opens two incidents for each site. A task whose worker had begun to submit
     * fails, because it may have been filed. Returns how many tasks this call holds.
     *
     * @param missing how many changes are known to be missing
     */
    int mark(Sql sql, Actor actor, Instant now, long missing) throws SQLException {
        raise(sql, LATER + missing);
        failSubmitting(sql, actor, now);
        // what was held may have been approved and filed since then
        sql.update(
                "UPDATE \"$queue\" SET hold_reason = ? || coalesce(hold_reason, '') WHERE status = 'held'"
                        + " AND coalesce(hold_reason, '') <> ?",
                REASON + "; before: ",
                REASON);
        // a reservation that is confirmed later is held for the same reason
        sql.update("UPDATE \"$queue\" SET hold_reason = ? WHERE status = 'claiming' AND hold_reason IS NULL", REASON);
        List<Subject> held = sql.query("""
                UPDATE "$queue" SET status = 'held', hold_reason = ?, approved_by = NULL, lease_owner = NULL,
                    lease_until = NULL, submitting = NULL, %s
                WHERE status IN ('pending', 'scheduled', 'processing') RETURNING id, site_id""".formatted(HistoryTable.REVISION), Subject::task, REASON);
        history.record(
                sql,
                now,
                actor,
                Event.HELD,
                held.stream().map(task -> task.with(REASON)).toList());
        Set<String> siteIds =
                sql.texts("SELECT site_id AS site FROM \"$sites\" UNION SELECT site_id AS site FROM \"$queue\""
                        + " UNION SELECT site_id AS site FROM brain_history");
        if (siteIds.isEmpty()) {
            // sites that an application brings itself are not in a backup of before their first claim
            incidents.report(sql, List.of(new Report(IncidentCode.RESTORED, NO_SITE, null, MESSAGE)), now);
        }
        incidents.report(
                sql,
                siteIds.stream()
                        .sorted()
                        .flatMap(siteId -> Stream.of(
                                new Report(IncidentCode.RESTORED, siteId, null, MESSAGE),
                                new Report(IncidentCode.RESTORED_CLAIMS, siteId, null, CLAIMS_MESSAGE)))
                        .toList(),
                now);
        return held.size();
    }

    /** Keeps numbers from being used again, and workers from changing a task under a lease that the queue forgot. */
    private static void raise(Sql sql, long by) throws SQLException {
        for (String table : NUMBERED) {
            sql.dialect().raiseIds(sql, sql.names().in(table), by);
        }
        // a completed task is never leased again
        sql.update(
                "UPDATE \"$queue\" SET lease_token = coalesce(lease_token, 0) + ? WHERE coalesce(status, '') <> 'completed'",
                by);
    }

    private void failSubmitting(Sql sql, Actor actor, Instant now) throws SQLException {
        Failure failure = TaskFailures.unknown(
                "the queue was restored from a backup of a moment when its worker had begun to submit: it may have been filed");
        List<Report> reports = new ArrayList<>();
        List<Subject> failed = sql.query(
                """
                UPDATE "$queue" SET status = 'failed', failure_kind = ?, failure_code = ?, error_log = ?, processed_at = ?,
                    lease_owner = NULL, lease_until = NULL, submitting = NULL, %s
                WHERE status = 'processing' AND submitting = 1 RETURNING id, site_id, resource_id""".formatted(HistoryTable.REVISION),
                row -> {
                    Subject task = Subject.task(row).with(AttemptTable.detail(failure));
                    reports.add(new Report(
                            TaskFailures.incident(failure),
                            task.siteId(),
                            TaskRow.resourceId(row.text("resource_id")),
                            "task " + task.taskId() + ": " + task.detail()));
                    return task;
                },
                TaskRow.code(failure.kind()),
                failure.code(),
                failure.message(),
                sql.dialect().sharedTime(now));
        history.record(sql, now, actor, Event.FAILED, failed);
        incidents.report(sql, reports, now);
    }

    /** Lets the tasks go on that the mark has held, and closes its incidents. Returns the sites of these tasks. */
    List<String> approve(Sql sql, Actor actor, Instant now) throws SQLException {
        List<Subject> approved = sql.query("""
                UPDATE "$queue" SET status = CASE WHEN due_at IS NULL THEN 'pending' ELSE 'scheduled' END,
                    approved_by = ?, %s
                WHERE status = 'held' AND hold_reason = ? RETURNING id, site_id""".formatted(HistoryTable.REVISION), Subject::task, actor.name(), REASON);
        history.record(sql, now, actor, Event.APPROVED, approved);
        for (String siteId :
                sql.texts("SELECT DISTINCT site_id FROM brain_incident WHERE resolved_at IS NULL AND code = '"
                        + IncidentCode.RESTORED + "'")) {
            incidents.closeOfSite(sql, actor, siteId, Set.of(IncidentCode.RESTORED), now);
        }
        return approved.stream().map(Subject::siteId).toList();
    }
}
