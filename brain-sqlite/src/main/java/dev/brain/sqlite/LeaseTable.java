package dev.brain.sqlite;

import dev.brain.queue.Failure;
import dev.brain.queue.Lease;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.SiteState;
import dev.brain.queue.TakeRequest;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.queue.TaskResult;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The statements of workers on the queue's table. Each that a lease allows names the lease's token and asks that it still
 * holds: who lost it changes nothing.
 */
final class LeaseTable {
    /** The order in which workers get tasks. */
    private static final Comparator<Waiting> ORDER = Comparator.comparingInt(Waiting::priority)
            .reversed()
            .thenComparing(Waiting::createdAt)
            .thenComparingLong(Waiting::id);

    /** Takes the number of a task, the token and the time. */
    private static final String HELD =
            " WHERE id = ? AND lease_token = ? AND status = 'processing' AND lease_until > ?";

    private LeaseTable() {}

    private record Waiting(long id, int priority, String createdAt, boolean crashed) {}

    static List<Lease> take(Connected connected, TakeRequest request, Instant now) throws SQLException {
        List<Waiting> waiting = new ArrayList<>();
        Map<String, SiteState> states = SiteTable.statesBySite(connected);
        for (SiteLimits site : request.sites()) {
            int most = SiteTable.allowed(connected, site, states.get(site.siteId()), request.most(), now);
            if (most > 0) {
                waiting.addAll(waiting(connected, site.siteId(), most));
            }
        }
        if (waiting.isEmpty()) {
            return List.of();
        }
        waiting.sort(ORDER);
        List<Long> ids =
                together(waiting).limit(request.most()).map(Waiting::id).toList();
        Instant until = Instant.ofEpochMilli(now.plus(request.lease()).toEpochMilli());
        List<Lease> leases = connected.query(
                """
                UPDATE "$queue" SET status = 'processing', processed_at = ?, attempts = coalesce(attempts, 0) + 1,
                    lease_owner = ?, lease_token = coalesce(lease_token, 0) + 1, lease_until = ?,
                    submitting = NULL, progress = NULL
                WHERE id IN (SELECT value FROM json_each(?)) AND status = 'pending'
                RETURNING \
                """ + TaskTable.TASK_COLUMNS + ", lease_token",
                row -> new Lease(TaskTable.task(row), row.getLong(TaskTable.TASK_COLUMN_COUNT + 1), until),
                Times.text(now),
                request.owner(),
                until.toEpochMilli(),
                Json.write(ids));
        leases.sort(Comparator.comparingInt(lease -> ids.indexOf(lease.taskId())));
        SiteTable.begun(connected, request.sites(), leases, now);
        return leases;
    }

    /** A task whose worker died comes alone: should it have been the reason, it takes no others along the next time. */
    private static Stream<Waiting> together(List<Waiting> waiting) {
        return waiting.get(0).crashed()
                ? waiting.stream().limit(1)
                : waiting.stream().takeWhile(each -> !each.crashed());
    }

    private static List<Waiting> waiting(Connected connected, String siteId, int most) throws SQLException {
        return connected.query(
                """
                SELECT id, priority, coalesce(created_at, ''), crashes > 0 FROM "$queue"
                WHERE status = 'pending' AND site_id = ?
                ORDER BY priority DESC, created_at, id LIMIT ?""",
                row -> new Waiting(row.getLong(1), row.getInt(2), row.getString(3), row.getBoolean(4)),
                siteId,
                most);
    }

    static Set<Long> renew(Connected connected, Collection<Lease> leases, Duration lease, Instant now)
            throws SQLException {
        Set<Long> held = new HashSet<>();
        for (Lease each : leases) {
            int renewed = connected.update(
                    "UPDATE \"$queue\" SET lease_until = ?" + HELD,
                    now.plus(lease).toEpochMilli(),
                    each.taskId(),
                    each.token(),
                    now.toEpochMilli());
            if (renewed == 1) {
                held.add(each.taskId());
            }
        }
        return held;
    }

    static boolean note(Connected connected, Lease lease, Note note, String text, Instant now) throws SQLException {
        String change = switch (note) {
            case PROGRESS -> "progress = ?";
            case EVIDENCE -> "screenshot_path = ?";
            case SUBMITTING -> "progress = coalesce(nullif(?, ''), progress), submitting = 1";
        };
        return connected.update(
                        "UPDATE \"$queue\" SET " + change + HELD,
                        text,
                        lease.taskId(),
                        lease.token(),
                        now.toEpochMilli())
                == 1;
    }

    static boolean finish(Connected connected, Lease lease, TaskResult result, Instant now) throws SQLException {
        String siteId = lease.task().siteId();
        if (result instanceof TaskResult.Completed completed) {
            boolean held = end(connected, lease, "completed", completed.result(), null, now);
            if (held) {
                SiteTable.succeeded(connected, siteId);
            }
            return held;
        }
        if (result instanceof TaskResult.Failed failed) {
            return failed(connected, lease, failed.failure(), now);
        }
        if (result instanceof TaskResult.Unknown unknown) {
            return failed(connected, lease, TaskIncidents.unknown(unknown.message()), now);
        }
        if (result instanceof TaskResult.Retry retry) {
            boolean held = again(connected, lease, retry.at(), retry.failure(), null, now);
            if (held) {
                SiteTable.failed(connected, siteId, now);
            }
            return held;
        }
        if (result instanceof TaskResult.Deferred deferred) {
            return again(connected, lease, deferred.at(), null, deferred.reason(), now);
        }
        return again(connected, lease, null, null, null, now);
    }

    private static boolean failed(Connected connected, Lease lease, Failure failure, Instant now) throws SQLException {
        if (!end(connected, lease, "failed", null, failure, now)) {
            return false;
        }
        TaskIncidents.report(connected, lease.taskId(), failure, now);
        if (failure.kind() == Failure.Kind.TECHNICAL) {
            SiteTable.failed(connected, lease.task().siteId(), now);
        }
        return true;
    }

    private static boolean end(
            Connected connected,
            Lease lease,
            String status,
            @Nullable String result,
            @Nullable Failure failure,
            Instant now)
            throws SQLException {
        boolean technical = failure != null && failure.kind() == Failure.Kind.TECHNICAL;
        return connected.update(
                        """
                        UPDATE "$queue" SET status = ?, result = ?, failure_kind = ?, failure_code = ?, error_log = ?,
                            failures = failures + ?, processed_at = ?,
                            lease_owner = NULL, lease_until = NULL, submitting = NULL""" + HELD,
                        status,
                        result,
                        failure == null ? null : failure.kind().name().toLowerCase(Locale.ROOT),
                        failure == null ? null : failure.code(),
                        failure == null ? null : failure.message(),
                        technical ? 1 : 0,
                        Times.text(now),
                        lease.taskId(),
                        lease.token(),
                        now.toEpochMilli())
                == 1;
    }

    /**
     * Ready at that time, at once if it is null.
     *
     * @param failure what counts; if null the attempt doesn't count either
     */
    private static boolean again(
            Connected connected,
            Lease lease,
            @Nullable Instant at,
            @Nullable Failure failure,
            @Nullable String progress,
            Instant now)
            throws SQLException {
        Long dueAt = at != null && at.isAfter(now) ? Times.millis(at) : null;
        return connected.update(
                        """
                        UPDATE "$queue" SET status = ?, due_at = ?, progress = ?,
                            attempts = attempts - ?, failures = failures + ?,
                            failure_kind = coalesce(?, failure_kind), failure_code = coalesce(?, failure_code),
                            error_log = coalesce(?, error_log),
                            lease_owner = NULL, lease_until = NULL, submitting = NULL""" + HELD,
                        dueAt == null ? "pending" : "scheduled",
                        dueAt,
                        progress,
                        failure == null ? 1 : 0,
                        failure == null ? 0 : 1,
                        failure == null ? null : failure.kind().name().toLowerCase(Locale.ROOT),
                        failure == null ? null : failure.code(),
                        failure == null ? null : failure.message(),
                        lease.taskId(),
                        lease.token(),
                        now.toEpochMilli())
                == 1;
    }
}
