package dev.brain.store;

import static java.util.Objects.requireNonNull;

import dev.brain.history.Actor;
import dev.brain.history.History.Event;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Failure;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskResult;
import dev.brain.resource.ResourceId;
import dev.brain.store.HistoryTable.Subject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Runs the statements that record how attempts at tasks ended. */
final class AttemptTable {
    private final IncidentTable incidents;
    private final HistoryTable history;
    private final String complete;

    AttemptTable(IncidentTable incidents, HistoryTable history, StoreDialect dialect) {
        this.incidents = incidents;
        this.history = history;
        this.complete = """
                UPDATE "$queue" SET status = 'completed', result = ended.outcome, failure_kind = NULL, failure_code = NULL,
                    error_log = NULL, processed_at = ?, lease_owner = NULL, lease_until = NULL, submitting = NULL, %s
                FROM %s WHERE id = ended.task_id AND lease_token = ended.token AND status = 'processing'
                AND lease_until > ? RETURNING id, site_id""".formatted(
                        HistoryTable.REVISION, dialect.rows("ended", "task_id:number", "token:number", "outcome"));
    }

    /**
     * Records how tasks ended, in this order. Returns those whose lease was still valid.
     *
     * @param states what becomes of their sites
     */
    Set<Long> finish(Sql sql, List<FinishedTask> handed, SiteStates states, Instant now) throws SQLException {
        Set<Long> held = new HashSet<>();
        List<FinishedTask> completed = new ArrayList<>();
        for (FinishedTask each : handed) {
            Lease lease = each.lease();
            if (each.result() instanceof TaskResult.Completed) {
                completed.add(each);
            } else {
                held.addAll(complete(sql, completed, states, now));
                completed.clear();
                if (finish(sql, lease, each.result(), states, now)) {
                    held.add(lease.taskId());
                }
            }
        }
        held.addAll(complete(sql, completed, states, now));
        closeDeadlines(
                sql,
                handed.stream()
                        .filter(each -> held.contains(each.lease().taskId()))
                        .toList(),
                now);
        return held;
    }

    /** Closes the incidents about the deadlines of tasks that ended. Costs nothing if none has a deadline. */
    private void closeDeadlines(Sql sql, List<FinishedTask> handed, Instant now) throws SQLException {
        Map<String, List<ResourceId>> ended = new TreeMap<>();
        for (FinishedTask each : handed) {
            Task task = each.lease().task();
            boolean isEnd = each.result() instanceof TaskResult.Completed
                    || each.result() instanceof TaskResult.Failed
                    || each.result() instanceof TaskResult.Unknown;
            if (isEnd && task.deadline() != null && task.resourceId() != null) {
                ended.computeIfAbsent(task.siteId(), site -> new ArrayList<>()).add(task.resourceId());
            }
        }
        for (Map.Entry<String, List<ResourceId>> site : ended.entrySet()) {
            // one process hands back what its workers have ended
            Actor worker = LeaseTable.holder(handed.get(0).lease());
            incidents.close(sql, worker, site.getKey(), IncidentCode.OF_DEADLINES, site.getValue(), now);
        }
    }

    private Set<Long> complete(Sql sql, List<FinishedTask> tasks, SiteStates states, Instant now) throws SQLException {
        if (tasks.isEmpty()) {
            return Set.of();
        }
        List<List<@Nullable Object>> rows = new ArrayList<>();
        Map<Long, Actor> workers = new HashMap<>();
        for (FinishedTask each : tasks) {
            if (each.result() instanceof TaskResult.Completed completed) {
                Lease lease = each.lease();
                rows.add(Arrays.asList(lease.taskId(), lease.token(), completed.result()));
                workers.put(lease.taskId(), LeaseTable.holder(lease));
            }
        }
        Set<String> siteIds = new TreeSet<>();
        Set<Long> held = new HashSet<>();
        Map<Actor, List<Subject>> completed = new HashMap<>();
        sql.query(
                complete,
                row -> {
                    Subject task = Subject.task(row);
                    siteIds.add(task.siteId());
                    completed
                            .computeIfAbsent(requireNonNull(workers.get(row.number("id"))), worker -> new ArrayList<>())
                            .add(task);
                    return held.add(row.number("id"));
                },
                sql.dialect().sharedTime(now),
                new Sql.RowSet(rows),
                now);
        states.succeeded(siteIds);
        completed.forEach((worker, done) -> history.record(sql, now, worker, Event.COMPLETED, done));
        return held;
    }

    private boolean finish(Sql sql, Lease lease, TaskResult result, SiteStates states, Instant now)
            throws SQLException {
        String siteId = lease.task().siteId();
        if (result instanceof TaskResult.Failed failed) {
            return failed(sql, lease, failed.failure(), states, now);
        }
        if (result instanceof TaskResult.Unknown unknown) {
            return failed(sql, lease, TaskFailures.unknown(unknown.message()), states, now);
        }
        if (result instanceof TaskResult.Retry retry) {
            boolean held = again(sql, lease, retry.at(), retry.failure(), null, now);
            if (held) {
                states.failed(siteId, now);
                record(sql, lease, Event.RETRIED, detail(retry.failure()), now);
            }
            return held;
        }
        if (result instanceof TaskResult.Deferred deferred) {
            boolean held = again(sql, lease, deferred.at(), null, deferred.reason(), now);
            if (held) {
                record(sql, lease, Event.DEFERRED, deferred.reason(), now);
            }
            return held;
        }
        if (result instanceof TaskResult.Held hold) {
            boolean held = hold(sql, lease, hold.reason(), now);
            if (held) {
                record(sql, lease, Event.HELD, hold.reason(), now);
            }
            return held;
        }
        boolean held = again(sql, lease, null, null, null, now);
        if (held) {
            record(sql, lease, Event.RETURNED, null, now);
        }
        return held;
    }

    private void record(Sql sql, Lease lease, Event event, @Nullable String detail, Instant now) {
        Subject task = Subject.task(lease.task().siteId(), lease.taskId(), detail);
        history.record(sql, now, LeaseTable.holder(lease), event, task);
    }

    static String detail(Failure failure) {
        return failure.code() + ": " + Failure.summary(failure.message());
    }

    private boolean failed(Sql sql, Lease lease, Failure failure, SiteStates states, Instant now) throws SQLException {
        if (!end(sql, lease, failure, now)) {
            return false;
        }
        record(sql, lease, Event.FAILED, detail(failure), now);
        reportFailure(sql, lease.taskId(), failure, now);
        if (failure.kind() == Failure.Kind.TECHNICAL) {
            states.failed(lease.task().siteId(), now);
        }
        return true;
    }

    /** Opens the incident of a failed task, with the task's last evidence. */
    void reportFailure(Sql sql, long taskId, Failure failure, Instant now) throws SQLException {
        Report report = sql.first(
                        "SELECT site_id, resource_id, screenshot_path FROM \"$queue\" WHERE id = ?",
                        row -> {
                            ResourceId resourceId = TaskRow.resourceId(row.text("resource_id"));
                            return new Report(
                                    TaskFailures.incident(failure),
                                    row.required("site_id"),
                                    resourceId,
                                    "task " + taskId + ": " + detail(failure),
                                    row.text("screenshot_path"));
                        },
                        taskId)
                .orElseThrow();
        incidents.report(sql, List.of(report), now);
    }

    private static boolean end(Sql sql, Lease lease, Failure failure, Instant now) throws SQLException {
        return sql.update(
                        """
                        UPDATE "$queue" SET status = 'failed', result = NULL, failure_kind = ?, failure_code = ?,
                            error_log = ?, failures = failures + ?, processed_at = ?,
                            lease_owner = NULL, lease_until = NULL, submitting = NULL, %s""".formatted(HistoryTable.REVISION) + LeaseTable.HELD,
                        TaskRow.code(failure.kind()),
                        failure.code(),
                        failure.message(),
                        failure.kind() == Failure.Kind.TECHNICAL ? 1 : 0,
                        sql.dialect().sharedTime(now),
                        lease.taskId(),
                        lease.token(),
                        now)
                == 1;
    }

    private static boolean hold(Sql sql, Lease lease, String reason, Instant now) throws SQLException {
        return sql.update(
                        """
                        UPDATE "$queue" SET status = 'held', hold_reason = ?, approved_by = NULL, progress = NULL,
                            attempts = attempts - 1, lease_owner = NULL, lease_until = NULL, submitting = NULL, %s""".formatted(HistoryTable.REVISION) + LeaseTable.HELD,
                        reason,
                        lease.taskId(),
                        lease.token(),
                        now)
                == 1;
    }

    /**
     * Returns a task to the queue. Returns false if the lease is no longer valid.
     *
     * @param at when the task is ready; null means now
     * @param failure the failure to count; null if neither a failure nor the attempt counts
     */
    private static boolean again(
            Sql sql,
            Lease lease,
            @Nullable Instant at,
            @Nullable Failure failure,
            @Nullable String progress,
            Instant now)
            throws SQLException {
        Instant dueAt = at != null && at.isAfter(now) ? at : null;
        return sql.update(
                        """
                        UPDATE "$queue" SET status = ?, due_at = ?, progress = ?,
                            attempts = attempts - ?, failures = failures + ?,
                            failure_kind = coalesce(?, failure_kind), failure_code = coalesce(?, failure_code),
                            error_log = coalesce(?, error_log),
                            lease_owner = NULL, lease_until = NULL, submitting = NULL, %s""".formatted(HistoryTable.REVISION) + LeaseTable.HELD,
                        dueAt == null ? "pending" : "scheduled",
                        dueAt,
                        progress,
                        failure == null ? 1 : 0,
                        failure == null ? 0 : 1,
                        failure == null ? null : TaskRow.code(failure.kind()),
                        failure == null ? null : failure.code(),
                        failure == null ? null : failure.message(),
                        lease.taskId(),
                        lease.token(),
                        now)
                == 1;
    }
}
