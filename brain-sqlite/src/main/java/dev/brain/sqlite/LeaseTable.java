package dev.brain.sqlite;

import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Ending;
import dev.brain.queue.Failure;
import dev.brain.queue.Lease;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TakeRequest;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.resource.ResourceId;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The statements of workers on the queue's table. Each that a lease allows names the lease's token and asks that it still
 * holds: who lost it changes nothing.
 */
final class LeaseTable {
    /** Rows that one sweep changes at the most: other programs wait meanwhile. */
    private static final int SWEPT = 500;

    /** The order in which workers get tasks. */
    private static final Comparator<Waiting> ORDER = Comparator.comparingInt(Waiting::priority)
            .reversed()
            .thenComparing(Waiting::createdAt)
            .thenComparingLong(Waiting::id);

    private LeaseTable() {}

    private record Waiting(long id, int priority, String createdAt) {}

    static List<Lease> take(Connected connected, TakeRequest request, Instant now) throws SQLException {
        List<Waiting> waiting = new ArrayList<>();
        for (SiteLimits site : request.sites()) {
            int most = SiteTable.allowed(connected, site, request.most(), now);
            if (most > 0) {
                waiting.addAll(connected.query(
                        """
                                SELECT id, priority, coalesce(created_at, '') FROM "$queue"
                                WHERE status = 'pending' AND site_id = ?
                                ORDER BY priority DESC, created_at, id LIMIT ?""", row -> new Waiting(row.getLong(1), row.getInt(2), row.getString(3)), site.siteId(), most));
            }
        }
        if (waiting.isEmpty()) {
            return List.of();
        }
        waiting.sort(ORDER);
        List<Long> ids = waiting.stream().limit(request.most()).map(Waiting::id).toList();
        Instant until = now.plus(request.lease());
        List<Lease> leases = connected.query(
                """
                UPDATE "$queue" SET status = 'processing', processed_at = ?, attempts = coalesce(attempts, 0) + 1,
                    lease_owner = ?, lease_token = coalesce(lease_token, 0) + 1, lease_until = ?,
                    submitting = NULL, progress = NULL
                WHERE id IN (SELECT value FROM json_each(?)) AND status = 'pending'
                RETURNING lease_token, \
                """ + TaskTable.TASK_COLUMNS,
                row -> new Lease(TaskTable.task(row), row.getLong(1), until),
                Times.text(now),
                request.owner(),
                until.toEpochMilli(),
                Json.write(ids));
        leases.sort(Comparator.comparingInt(lease -> ids.indexOf(lease.taskId())));
        SiteTable.begun(connected, request.sites(), leases, now);
        return leases;
    }

    static Set<Long> renew(Connected connected, Collection<Lease> leases, Duration lease, Instant now)
            throws SQLException {
        Set<Long> held = new HashSet<>();
        for (Lease each : leases) {
            int renewed = connected.update(
                    """
                    UPDATE "$queue" SET lease_until = ?
                    WHERE id = ? AND lease_token = ? AND status = 'processing' AND lease_until > ?""", now.plus(lease).toEpochMilli(), each.taskId(), each.token(), now.toEpochMilli());
            if (renewed == 1) {
                held.add(each.taskId());
            }
        }
        return held;
    }

    static boolean finish(Connected connected, Lease lease, Ending ending, Instant now) throws SQLException {
        String siteId = lease.task().siteId();
        if (ending instanceof Ending.Completed completed) {
            return end(connected, lease, "completed", completed.result(), null, now)
                    && SiteTable.succeeded(connected, siteId);
        }
        if (ending instanceof Ending.Failed failed) {
            return end(connected, lease, "failed", null, failed.failure(), now)
                    && failed(connected, lease.task(), failed.failure(), now);
        }
        if (ending instanceof Ending.Retry retry) {
            Failure failure = retry.failure();
            return again(connected, lease, retry.at(), "failures = failures + 1, error_log = ?", failure.message(), now)
                    && SiteTable.failed(connected, siteId, now);
        }
        if (ending instanceof Ending.Deferred deferred) {
            return again(
                    connected, lease, deferred.at(), "attempts = attempts - 1, progress = ?", deferred.reason(), now);
        }
        return again(connected, lease, null, "attempts = attempts - 1, progress = ?", null, now);
    }

    private static boolean end(
            Connected connected,
            Lease lease,
            String status,
            @Nullable String result,
            @Nullable Failure failure,
            Instant now)
            throws SQLException {
        return connected.update(
                        """
                        UPDATE "$queue" SET status = ?, result = ?, failure_kind = ?, failure_code = ?, error_log = ?,
                            processed_at = ?, lease_until = NULL, submitting = NULL
                        WHERE id = ? AND lease_token = ? AND status = 'processing' AND lease_until > ?""",
                        status,
                        result,
                        failure == null ? null : failure.kind().name().toLowerCase(java.util.Locale.ROOT),
                        failure == null ? null : failure.code(),
                        failure == null ? null : failure.message(),
                        Times.text(now),
                        lease.taskId(),
                        lease.token(),
                        now.toEpochMilli())
                == 1;
    }

    /** Ready at that time, at once if it is null; {@code change} takes one value. */
    private static boolean again(
            Connected connected, Lease lease, @Nullable Instant at, String change, @Nullable String value, Instant now)
            throws SQLException {
        boolean later = at != null && at.isAfter(now);
        return connected.update(
                        "UPDATE \"$queue\" SET " + change
                                + ", status = ?, due_at = ?, lease_until = NULL, submitting = NULL"
                                + " WHERE id = ? AND lease_token = ? AND status = 'processing' AND lease_until > ?",
                        value,
                        later ? "scheduled" : "pending",
                        later && at != null ? at.toEpochMilli() : null,
                        lease.taskId(),
                        lease.token(),
                        now.toEpochMilli())
                == 1;
    }

    private static boolean failed(Connected connected, Task task, Failure failure, Instant now) throws SQLException {
        boolean technical = failure.kind() == Failure.Kind.TECHNICAL;
        IncidentCode code = IncidentCode.BUSINESS_FAILURE;
        if (technical) {
            code = failure.code().equals(IncidentCode.LEASE_LOST_AFTER_SUBMIT.name())
                    ? IncidentCode.LEASE_LOST_AFTER_SUBMIT
                    : IncidentCode.RETRIES_EXHAUSTED;
        }
        report(
                connected,
                task.siteId(),
                task.resourceId(),
                code,
                "task " + task.id() + ": " + failure.code() + ": " + failure.message(),
                now);
        return !technical || SiteTable.failed(connected, task.siteId(), now);
    }

    private static void report(
            Connected connected,
            String siteId,
            @Nullable ResourceId resourceId,
            IncidentCode code,
            String message,
            Instant now)
            throws SQLException {
        IncidentTable.report(connected, List.of(new Report(code, siteId, resourceId, message)), now);
    }

    static boolean note(Connected connected, Lease lease, Note note, String text, Instant now) throws SQLException {
        String change = switch (note) {
            case PROGRESS -> "progress = ?";
            case EVIDENCE -> "screenshot_path = ?";
            case SUBMITTING -> "submitting = length(?) + 1";
        };
        boolean noted = connected.update(
                        "UPDATE \"$queue\" SET " + change
                                + " WHERE id = ? AND lease_token = ? AND status = 'processing' AND lease_until > ?",
                        text,
                        lease.taskId(),
                        lease.token(),
                        now.toEpochMilli())
                == 1;
        if (noted && note == Note.EVIDENCE) {
            Task task = lease.task();
            Report report = new Report(
                    IncidentCode.EVIDENCE,
                    task.siteId(),
                    task.resourceId(),
                    "task " + task.id() + " kept evidence",
                    text);
            IncidentTable.report(connected, List.of(report), now);
        }
        return noted;
    }

    private record Expired(
            long id,
            String siteId,
            @Nullable ResourceId resourceId,
            boolean submitting,
            int crashes,
            @Nullable String owner) {}

    /**
     * Makes scheduled tasks ready that are due, and takes back what was lost.
     *
     * @param maxCrashes a task whose worker died that often fails
     * @param staleBefore when a task in work without a lease was begun to be taken back; null leaves it alone
     */
    static int sweep(Connected connected, int maxCrashes, @Nullable Instant staleBefore, Instant now)
            throws SQLException {
        int changed = connected.update("""
                UPDATE "$queue" SET status = 'pending', due_at = NULL WHERE id IN (
                    SELECT id FROM "$queue" WHERE status = 'scheduled' AND due_at <= ? ORDER BY due_at LIMIT ?)""", now.toEpochMilli(), SWEPT);
        List<Expired> lost = connected.query(
                """
                SELECT id, site_id, resource_id, submitting, crashes, lease_owner FROM "$queue"
                WHERE status = 'processing' AND (lease_until <= ?1 OR (lease_until IS NULL AND processed_at < ?2)) LIMIT ?3""",
                row -> new Expired(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3) == null ? null : new ResourceId(row.getString(3)),
                        row.getInt(4) > 0,
                        row.getInt(5) + 1,
                        row.getString(6)),
                now.toEpochMilli(),
                staleBefore == null ? null : Times.text(staleBefore),
                SWEPT);
        for (Expired each : lost) {
            takeBack(connected, each, maxCrashes, now);
        }
        return changed + lost.size();
    }

    private static void takeBack(Connected connected, Expired task, int maxCrashes, Instant now) throws SQLException {
        IncidentCode code = null;
        String message = "the lease of its worker " + task.owner() + " ran out";
        if (task.submitting()) {
            code = IncidentCode.LEASE_LOST_AFTER_SUBMIT;
            message += " after it began to submit: it may have been filed";
        } else if (task.crashes() >= maxCrashes) {
            code = IncidentCode.RETRIES_EXHAUSTED;
            message += ", the " + task.crashes() + ". time";
        }
        connected.update(
                """
                UPDATE "$queue" SET status = ?, crashes = ?, error_log = ?, failure_kind = ?, failure_code = ?,
                    processed_at = ?, lease_token = coalesce(lease_token, 0) + 1, lease_until = NULL, submitting = NULL
                WHERE id = ?""",
                code == null ? "pending" : "failed",
                task.crashes(),
                message,
                code == null ? null : "technical",
                code == null ? null : code.name(),
                Times.text(now),
                task.id());
        if (code != null) {
            report(connected, task.siteId(), task.resourceId(), code, "task " + task.id() + ": " + message, now);
        }
    }

    /** Up to some of the tasks that ended before that time lose what is personal. */
    static int prune(Connected connected, Instant endedBefore) throws SQLException {
        return connected.update("""
                UPDATE "$queue" SET payload = '{}', resource = NULL, result = NULL, error_log = NULL, progress = NULL,
                    screenshot_path = NULL, attachments_metadata = NULL
                WHERE id IN (SELECT id FROM "$queue" WHERE status IN ('completed', 'failed', 'cancelled')
                    AND processed_at < ? AND payload <> '{}' LIMIT ?)""", Times.text(endedBefore), SWEPT);
    }
}
