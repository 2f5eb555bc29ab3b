package dev.brain.store;

import dev.brain.queue.Failure;
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

    Sweep(TaskFailures failures, AttemptTable attempts) {
        this.failures = failures;
        this.attempts = attempts;
    }

    /** Sweeps once. Returns the number of changed tasks. */
    int run(Sql sql, Instant now) throws SQLException {
        int due = sql.update("""
                UPDATE "$queue" SET status = 'pending', due_at = NULL WHERE id IN (
                    SELECT id FROM "$queue" WHERE status = 'scheduled' AND due_at <= ? ORDER BY due_at LIMIT ?%s)""".formatted(sql.dialect().lockForTaking()), now, CHUNK);
        List<TaskFailures.Lost> lost = lost(sql, now);
        for (TaskFailures.Lost each : lost) {
            takeBack(sql, each, now);
        }
        return due + lost.size();
    }

    private List<TaskFailures.Lost> lost(Sql sql, Instant now) throws SQLException {
        Duration staleAfter = failures.staleAfter();
        String query = "SELECT id, submitting, crashes, lease_owner FROM \"$queue\" WHERE status = 'processing' AND ";
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
                row.number("id"), row.text("lease_owner"), row.integer("crashes") + 1, row.flag("submitting"));
    }

    private void takeBack(Sql sql, TaskFailures.Lost task, Instant now) throws SQLException {
        Optional<Failure> failed = failures.ofLost(task);
        @Nullable Failure failure = failed.orElse(null);
        sql.update(
                """
                UPDATE "$queue" SET status = ?, crashes = ?, failure_kind = ?, failure_code = ?, error_log = ?,
                    processed_at = ?, lease_owner = NULL, lease_until = NULL, submitting = NULL
                WHERE id = ?""",
                failure == null ? "pending" : "failed",
                task.crashes(),
                failure == null ? null : TaskRow.code(failure.kind()),
                failure == null ? null : failure.code(),
                failure == null ? task.reason() : failure.message(),
                sql.dialect().sharedTime(now),
                task.id());
        if (failure != null) {
            attempts.reportFailure(sql, task.id(), failure, now);
        }
    }
}
