package dev.brain.store;

import dev.brain.error.BrainException;
import dev.brain.history.History.Event;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Step;
import dev.brain.store.HistoryTable.Subject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Runs the statements on the results of the steps of tasks. */
final class StepTable {
    /** The condition that a task {@code %s} has a receipt of a submission. */
    static final String SUBMITTED =
            "EXISTS (SELECT 1 FROM brain_step AS step WHERE step.task_id = %s.id AND step.submission = 1)";

    private final HistoryTable history;

    StepTable(HistoryTable history) {
        this.history = history;
    }

    List<Step> list(Sql sql, long taskId) throws SQLException {
        return sql.query(
                "SELECT name, coalesce(result, 'null') AS result, submission FROM brain_step WHERE task_id = ?",
                row -> new Step(row.required("name"), row.required("result"), row.flag("submission")),
                taskId);
    }

    /** Returns false, without a change, if the lease is no longer valid. */
    boolean record(Sql sql, Lease lease, Step step, Instant now) throws SQLException {
        // the update also keeps a sweep from taking the task back before this transaction ends
        String change = step.submission() ? "submitting = NULL" : "submitting = submitting";
        if (sql.update("UPDATE \"$queue\" SET " + change + LeaseTable.HELD, lease.taskId(), lease.token(), now) != 1) {
            return false;
        }
        int added = sql.update(
                "INSERT INTO brain_step (task_id, name, result, submission, recorded_at) VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT DO NOTHING",
                lease.taskId(),
                step.name(),
                step.result(),
                step.submission() ? 1 : 0,
                now);
        if (added == 1) {
            Event event = step.submission() ? Event.SUBMITTED : Event.STEP_DONE;
            Subject task = Subject.task(lease.task().siteId(), lease.taskId(), step.name());
            history.record(sql, now, LeaseTable.holder(lease), event, task);
        }
        return true;
    }

    /** Deletes the results of these tasks, but keeps whether the tasks were submitted. */
    static void prune(Sql sql, Collection<Long> taskIds) throws SQLException {
        if (!taskIds.isEmpty()) {
            sql.update(
                    "UPDATE brain_step SET result = NULL WHERE " + sql.dialect().in("task_id"), taskIds);
        }
    }

    /**
     * Refuses the retry of a task whose case was not submitted although it has a receipt: the retry would go on behind the
     * submission.
     *
     * @throws BrainException which says what to do
     */
    static void requireNoReceipt(Sql sql, long taskId) throws SQLException {
        if (sql.exists(
                "SELECT 1 FROM \"$queue\" AS task WHERE id = ? AND status IN ('failed', 'cancelled')"
                        + " AND coalesce(failure_code, '') <> '" + IncidentCode.SUBMIT_UNKNOWN + "' AND "
                        + SUBMITTED.formatted("task"),
                taskId)) {
            throw new BrainException(
                    "task " + taskId + " has the receipt of a submission, and a retry would go on behind it:"
                            + " retry it without confirming that it was not submitted; or, if its case really was not"
                            + " submitted, unblock its resource, so that it is queued again");
        }
    }
}
