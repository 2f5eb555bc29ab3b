package dev.brain.store;

import dev.brain.history.Actor;
import dev.brain.history.History.Event;
import dev.brain.queue.Failure;
import dev.brain.store.HistoryTable.Subject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes due tasks ready, and takes back tasks whose leases have run out. */
final class Sweep {
    /** The maximum number of rows that one sweep changes, because other programs wait for the lock meanwhile. */
    private static final int CHUNK = 500;

    private final TaskFailures failures;
    private final AttemptTable attempts;
    private final HistoryTable history;
    private final Actor actor;

    /** @param actor who sweeps, for the history */
    Sweep(TaskFailures failures, AttemptTable attempts, HistoryTable history, Actor actor) {
        this.history = history;
        this.actor = actor;
        this.failures = failures;
        this.attempts = attempts;
    }

    /** Sweeps once. Returns the number of changed tasks. */
    int run(Sql sql, Instant now) throws SQLException {
        List<Subject> due = sql.query(
                """
                UPDATE "$queue" SET status = 'pending', due_at = NULL, %s WHERE id IN (
                    SELECT id FROM "$queue" WHERE status = 'scheduled' AND due_at <= ? ORDER BY due_at LIMIT ?%s)
                RETURNING id, site_id""".formatted(HistoryTable.REVISION, sql.dialect().lockForTaking()), Subject::task, now, CHUNK);
        history.record(sql, now, actor, Event.DUE, due);
        List<TaskFailures.Lost> lost = lost(sql, now);
        for (TaskFailures.Lost each : lost) {
            takeBack(sql, each, now);
        }
        return due.size() + lost.size();
    }

    private List<TaskFailures.Lost> lost(Sql sql, Instant now) throws SQLException {
        Duration staleAfter = failures.staleAfter();
        String query =
                "SELECT id, site_id, submitting, crashes, lease_owner FROM \"$queue\" WHERE status = 'processing' AND ";
        String end = " LIMIT ?" + sql.dialect().lockForTaking();
        return staleAfter == null
                ? sql.query(query + "lease_until <= ?" + end, Sweep::lost, now, CHUNK)
                : sql.query(
                        query + "(lease_until <= ? OR (lease_until IS NULL AND processed_at < ?))" + end,
                        Sweep::lost,
                        now,
                        sql.dialect().sharedTime(now.minus(staleAfter)),
                        CHUNK);
    }

    private static TaskFailures.Lost lost(Row row) throws SQLException {
        return new TaskFailures.Lost(
                row.number("id"),
                row.required("site_id"),
                row.text("lease_owner"),
                row.integer("crashes") + 1,
                row.flag("submitting"));
    }

    private void takeBack(Sql sql, TaskFailures.Lost task, Instant now) throws SQLException {
        Optional<Failure> failed = failures.ofLost(task);
        @Nullable Failure failure = failed.orElse(null);
        sql.update(
                """
                UPDATE "$queue" SET status = ?, crashes = ?, failure_kind = ?, failure_code = ?, error_log = ?,
                    processed_at = ?, lease_owner = NULL, lease_until = NULL, submitting = NULL, revision = coalesce(revision, 0) + ?
                WHERE id = ?""",
                failure == null ? "pending" : "failed",
                task.crashes(),
                failure == null ? null : TaskRow.code(failure.kind()),
                failure == null ? null : failure.code(),
                failure == null ? task.reason() : failure.message(),
                sql.dialect().sharedTime(now),
                failure == null ? 1 : 2,
                task.id());
        history.record(sql, now, actor, Event.LEASE_LOST, Subject.task(task.siteId(), task.id(), task.reason()));
        if (failure != null) {
            String detail = AttemptTable.detail(failure);
            history.record(sql, now, actor, Event.FAILED, Subject.task(task.siteId(), task.id(), detail));
            attempts.reportFailure(sql, task.id(), failure, now);
        }
    }
}
