package dev.brain.sqlite;

import dev.brain.queue.Failure;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes tasks ready whose time has come, and takes tasks back from workers that lost them.
 *
 * @param maxCrashes a task whose worker died that often fails
 * @param staleAfter how long a task in work without a lease is left alone; null means for ever
 */
record Sweep(int maxCrashes, @Nullable Duration staleAfter) {
    /** Rows that one sweep changes at the most: other programs wait meanwhile. */
    private static final int CHUNK = 500;

    private record Lost(
            long id,
            boolean submitting,
            int crashes,
            @Nullable String owner) {
        static Lost of(ResultSet row) throws SQLException {
            return new Lost(row.getLong(1), row.getInt(2) != 0, row.getInt(3) + 1, row.getString(4));
        }
    }

    /** How many tasks it changed. */
    int run(Connected connected, Instant now) throws SQLException {
        int due = connected.update("""
                UPDATE "$queue" SET status = 'pending', due_at = NULL WHERE id IN (
                    SELECT id FROM "$queue" WHERE status = 'scheduled' AND due_at <= ? ORDER BY due_at LIMIT ?)""", now.toEpochMilli(), CHUNK);
        List<Lost> lost = connected.query(
                """
                SELECT id, submitting, crashes, lease_owner FROM "$queue"
                WHERE status = 'processing' AND (lease_until <= ?1 OR (lease_until IS NULL AND processed_at < ?2))
                LIMIT ?3""",
                Lost::of,
                now.toEpochMilli(),
                staleAfter == null ? null : Times.text(now.minus(staleAfter)),
                CHUNK);
        for (Lost each : lost) {
            takeBack(connected, each, now);
        }
        return due + lost.size();
    }

    private void takeBack(Connected connected, Lost task, Instant now) throws SQLException {
        String message = task.owner() == null
                ? "another program took it and never ended it"
                : "the lease of its worker " + task.owner() + " ran out";
        Failure failure = null;
        if (task.submitting()) {
            failure = TaskIncidents.unknown(message + " after it began to submit: it may have been filed");
        } else if (task.crashes() >= maxCrashes) {
            failure = TaskIncidents.crashed(message + ", for the " + task.crashes() + ". time");
        }
        connected.update(
                """
                UPDATE "$queue" SET status = ?, crashes = ?, failure_kind = ?, failure_code = ?, error_log = ?,
                    processed_at = ?, lease_owner = NULL, lease_until = NULL, submitting = NULL
                WHERE id = ?""",
                failure == null ? "pending" : "failed",
                task.crashes(),
                failure == null ? null : "technical",
                failure == null ? null : failure.code(),
                failure == null ? message : failure.message(),
                Times.text(now),
                task.id());
        if (failure != null) {
            TaskIncidents.report(connected, task.id(), failure, now);
        }
    }
}
