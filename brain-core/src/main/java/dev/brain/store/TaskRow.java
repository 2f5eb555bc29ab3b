package dev.brain.store;

import static java.util.Objects.requireNonNullElse;

import dev.brain.queue.Failure;
import dev.brain.queue.Task;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a task from a row of the queue's table. */
final class TaskRow {
    static final String COLUMNS = "id, site_id, resource_id, reference, status, priority, attempts, failures, crashes,"
            + " protocol, payload, claimant, created_at, due_at, deadline, processed_at, lease_owner, lease_until, failure_kind,"
            + " failure_code, error_log, progress, result, screenshot_path, hold_reason, approved_by, traceparent";

    /** The statuses of tasks that prevent another task of the same resource. */
    static final String ACTIVE = statuses(true);

    /** The condition that a task does not prevent another one, in the words of PostgreSQL's index of such tasks. */
    static final String INACTIVE = "(status IS NULL OR status NOT IN (" + ACTIVE + "))";

    /**
     * The condition that a task fulfils one, given twice. The active tasks are read through their index; an index on the
     * condition has only the others, which never change.
     */
    static final String OF_EITHER = "id IN (SELECT id FROM \"$queue\" WHERE %1$s AND %2$s"
            + " UNION ALL SELECT id FROM \"$queue\" WHERE %1$s AND status IN (" + ACTIVE + "))";

    /** The condition that a task blocks its resource. */
    static final String BLOCKING = "status IN ('failed', 'cancelled') AND unblocked_at IS NULL";

    /** All statuses except {@link TaskStatus#OTHER}. */
    static final String KNOWN = statuses(true) + ", " + statuses(false);

    /** The status of a task that nothing but a missing approval keeps from workers. */
    static final String READY_OR_HELD =
            "CASE WHEN hold_reason IS NOT NULL AND approved_by IS NULL THEN 'held' ELSE 'pending' END";

    /** The revision of a task with that status: being held is a change of its own, with an entry of its own in the history. */
    static final String REVISION_READY_OR_HELD =
            "revision = coalesce(revision, 0) + CASE WHEN hold_reason IS NOT NULL AND approved_by IS NULL THEN 2 ELSE 1 END";

    private TaskRow() {}

    private static String statuses(boolean active) {
        return Arrays.stream(TaskStatus.values())
                .filter(status -> status != TaskStatus.OTHER && status.isActive() == active)
                .map(status -> "'" + status.code() + "'")
                .collect(Collectors.joining(", "));
    }

    static Task read(Row row) throws SQLException {
        String status = requireNonNullElse(row.text("status"), "");
        return new Task(
                row.number("id"),
                row.required("site_id"),
                resourceId(row.text("resource_id")),
                row.text("reference"),
                TaskStatus.ofText(status),
                status,
                row.integer("priority"),
                row.integer("attempts"),
                row.integer("failures"),
                row.integer("crashes"),
                row.text("protocol"),
                row.text("payload"),
                row.text("claimant"),
                row.sharedTime("created_at"),
                row.time("due_at"),
                row.time("deadline"),
                row.sharedTime("processed_at"),
                holder(row.text("lease_owner"), row.time("lease_until")),
                kind(row.text("failure_kind")),
                row.text("failure_code"),
                summary(row.text("error_log")),
                row.text("progress"),
                row.text("result"),
                row.text("screenshot_path"),
                approval(row.text("hold_reason"), row.text("approved_by")),
                row.text("traceparent"));
    }

    /** Returns the id of a resource; null if another program wrote a value that is not an id. */
    static @Nullable ResourceId resourceId(@Nullable String text) {
        return text == null || text.isBlank() ? null : new ResourceId(text);
    }

    static String code(Failure.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static Task.@Nullable Holder holder(@Nullable String owner, @Nullable Instant until) {
        return owner == null || until == null ? null : new Task.Holder(owner, until);
    }

    private static Task.@Nullable Approval approval(@Nullable String reason, @Nullable String by) {
        return reason == null ? null : new Task.Approval(reason, by);
    }

    private static Failure.@Nullable Kind kind(@Nullable String kind) {
        // another program may have written something else
        return Arrays.stream(Failure.Kind.values())
                .filter(known -> known.name().equalsIgnoreCase(kind))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable String summary(@Nullable String log) {
        return log == null || log.isBlank() ? null : Failure.summary(log);
    }
}
