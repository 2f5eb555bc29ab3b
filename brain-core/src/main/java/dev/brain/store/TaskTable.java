package dev.brain.store;

import dev.brain.history.Actor;
import dev.brain.history.History.Event;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import dev.brain.store.HistoryTable.Subject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs the statements of operators on the queue's table. */
final class TaskTable {
    private static final String RETURNING = " RETURNING id, site_id";

    private static final String ENDED = "status IN ('completed', 'failed', 'cancelled')";

    /** The condition that a person still needs the data of an ended task, to retry or release it. */
    private static final String UNRESOLVED = """
            (task.status <> 'completed' AND EXISTS (SELECT 1 FROM brain_incident AS incident
                WHERE incident.site_id = task.site_id AND incident.resolved_at IS NULL
                AND (incident.resource_id IN (task.resource_id, trim(task.resource_id))
                    OR task.resource_id IS NULL AND incident.resource_id = '' AND incident.code IN (%s))))""".formatted(IncidentCode.OF_FAILED_TASKS.stream()
            .map(IncidentCode::name)
            .collect(Collectors.joining("', '", "'", "'")));

    private static final String PRUNABLE = ENDED + " AND payload <> '{}' AND NOT " + UNRESOLVED;

    private final IncidentTable incidents;
    private final HistoryTable history;

    TaskTable(IncidentTable incidents, HistoryTable history) {
        this.incidents = incidents;
        this.history = history;
    }

    RestoreTable restores() {
        return new RestoreTable(incidents, history);
    }

    Optional<Task> find(Sql sql, long id) throws SQLException {
        return sql.first("SELECT " + TaskRow.COLUMNS + " FROM \"$queue\" WHERE id = ?", TaskRow::read, id);
    }

    List<Task> list(Sql sql, TaskFilter filter) throws SQLException {
        // only the requested conditions: a statement with all of them could use no index
        Conditions conditions = new Conditions();
        ResourceId resourceId = filter.resourceId();
        if (resourceId != null) {
            List<String> ids = Spellings.of(resourceId);
            conditions.add(TaskRow.OF_EITHER.formatted(sql.dialect().in("resource_id"), TaskRow.INACTIVE), ids, ids);
        }
        if (!filter.siteIds().isEmpty()) {
            conditions.add(sql.dialect().in("site_id"), filter.siteIds());
        }
        if (!filter.statuses().isEmpty()) {
            conditions.add(ofStatuses(filter.statuses()));
        }
        String reference = filter.reference();
        if (reference != null) {
            conditions.add(TaskRow.OF_EITHER.formatted("reference = ?", ENDED), reference, reference);
        }
        String text = filter.text();
        if (text != null) {
            conditions.add(TextSearch.CONTAINS, TextSearch.pattern(text));
        }
        Instant since = filter.since();
        if (since != null) {
            conditions.add("created_at >= ?", sql.dialect().sharedTime(since));
        }
        Instant until = filter.until();
        if (until != null) {
            conditions.add("created_at < ?", sql.dialect().sharedTime(until));
        }
        boolean isByDeadline = filter.order() == TaskFilter.Order.DEADLINE;
        Long after = filter.after();
        if (isByDeadline && after != null) {
            addAfterDeadlineOf(sql, after, conditions);
        } else {
            conditions.addUnlessNull("id < ?", after);
        }
        return sql.query(
                "SELECT " + TaskRow.COLUMNS + " FROM \"$queue\"" + conditions.where() + " ORDER BY "
                        + (isByDeadline ? "deadline IS NULL, deadline, id" : "id DESC") + " LIMIT ?",
                TaskRow::read,
                conditions.values(filter.limit()));
    }

    /** Adds the condition that a task comes after another in the order of deadlines. */
    private static void addAfterDeadlineOf(Sql sql, long id, Conditions conditions) throws SQLException {
        Optional<Instant> deadline = sql.first(
                        "SELECT deadline FROM \"$queue\" WHERE id = ?",
                        row -> Optional.ofNullable(row.time("deadline")),
                        id)
                .flatMap(found -> found);
        if (deadline.isPresent()) {
            conditions.add(
                    "(deadline IS NULL OR deadline > ? OR deadline = ? AND id > ?)",
                    deadline.get(),
                    deadline.get(),
                    id);
        } else {
            conditions.add("deadline IS NULL AND id > ?", id);
        }
    }

    /** Returns the condition on the status, with the text that a partial index of that status has. */
    private static String ofStatuses(Set<TaskStatus> statuses) {
        String others = "status IS NULL OR status NOT IN (" + TaskRow.KNOWN + ")";
        return statuses.stream()
                .sorted()
                .map(status -> status == TaskStatus.OTHER ? others : "status = '" + status.code() + "'")
                .collect(Collectors.joining(" OR ", "(", ")"));
    }

    Map<String, Map<String, Long>> counts(Sql sql) throws SQLException {
        Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
        sql.query(
                "SELECT site_id, coalesce(status, '') AS text, count(*) AS tasks FROM \"$queue\""
                        + " GROUP BY site_id, text ORDER BY site_id, text",
                row -> counts.computeIfAbsent(row.required("site_id"), site -> new LinkedHashMap<>())
                        .merge(row.required("text"), row.number("tasks"), Long::sum));
        return counts;
    }

    Optional<String> retry(Sql sql, Actor actor, long id, boolean notSubmitted, Instant now) throws SQLException {
        // A later task that is completed or may have been submitted counts as well: the case would be filed twice.
        String unlessSubmitted = notSubmitted
                ? ""
                : """
                 AND coalesce(failure_code, '') <> '%1$s' AND NOT EXISTS (SELECT 1 FROM "$queue" AS later
                    WHERE later.site_id = own.site_id AND later.resource_id = own.resource_id AND later.id > own.id
                    AND %3$s AND (later.status = 'completed' OR later.status = 'failed' AND later.unblocked_at IS NULL
                        AND later.failure_code = '%1$s' OR %2$s))""".formatted(IncidentCode.SUBMIT_UNKNOWN, StepTable.SUBMITTED.formatted("later"), TaskRow.INACTIVE);
        record Again(Subject task, boolean held, @Nullable String holdReason) {}
        Optional<Again> again = sql.first(
                """
                        UPDATE "$queue" AS own SET status = %s, attempts = 0, error_log = NULL, screenshot_path = NULL,
                            result = NULL, processed_at = NULL, due_at = NULL, unblocked_at = NULL, failures = 0, crashes = 0,
                            failure_kind = NULL, failure_code = NULL, progress = NULL, %s
                        WHERE id = ? AND status IN ('failed', 'cancelled') AND payload <> '{}'
                        AND NOT EXISTS (SELECT 1 FROM "$queue" AS other WHERE other.site_id = own.site_id
                            AND other.resource_id = own.resource_id AND other.status IN (%s))""".formatted(TaskRow.READY_OR_HELD, TaskRow.REVISION_READY_OR_HELD, TaskRow.ACTIVE) + unlessSubmitted
                        + RETURNING + ", status, hold_reason",
                row -> new Again(Subject.task(row), "held".equals(row.text("status")), row.text("hold_reason")),
                id);
        if (again.isPresent()) {
            Subject task = again.get().task();
            String detail = notSubmitted ? "confirmed that it was not submitted" : null;
            history.record(sql, now, actor, Event.RETRIED, task.with(detail));
            if (again.get().held()) {
                history.record(
                        sql, now, actor, Event.HELD, task.with(again.get().holdReason()));
            }
            closeFailure(sql, actor, id, now);
        }
        return again.map(each -> each.task().siteId());
    }

    boolean hold(Sql sql, Actor actor, long id, String reason, Instant now) throws SQLException {
        Optional<Subject> held = sql.first("""
                        UPDATE "$queue" SET status = 'held', hold_reason = ?, approved_by = NULL, %s
                        WHERE id = ? AND status IN ('pending', 'scheduled')""".formatted(HistoryTable.REVISION) + RETURNING, Subject::task, reason, id);
        held.ifPresent(task -> history.record(sql, now, actor, Event.HELD, task.with(reason)));
        return held.isPresent();
    }

    /** Returns the site of the approved task; empty if it is not held. */
    Optional<String> approve(Sql sql, Actor actor, long id, @Nullable String note, Instant now) throws SQLException {
        Optional<Subject> approved =
                sql.first("""
                        UPDATE "$queue" SET status = CASE WHEN due_at IS NULL THEN 'pending' ELSE 'scheduled' END,
                            approved_by = ?, %s
                        WHERE id = ? AND status = 'held'""".formatted(HistoryTable.REVISION) + RETURNING, Subject::task, actor.name(), id);
        approved.ifPresent(task -> history.record(sql, now, actor, Event.APPROVED, task.with(note)));
        return approved.map(Subject::siteId);
    }

    boolean cancel(Sql sql, Actor actor, long id, Instant now) throws SQLException {
        List<Subject> cancelled = sql.query(
                """
                        UPDATE "$queue" SET status = 'cancelled', processed_at = ?, due_at = NULL, unblocked_at = NULL, %s
                        WHERE id = ? AND status IN ('held', 'pending', 'scheduled')""".formatted(HistoryTable.REVISION) + RETURNING,
                Subject::task,
                sql.dialect().sharedTime(now),
                id);
        history.record(sql, now, actor, Event.CANCELLED, cancelled);
        if (!cancelled.isEmpty()) {
            closeFailure(sql, actor, id, now);
            Place place = place(sql, id);
            if (place.resourceId() != null) {
                incidents.close(
                        sql, actor, place.siteId(), IncidentCode.OF_DEADLINES, List.of(place.resourceId()), now);
            }
        }
        return !cancelled.isEmpty();
    }

    boolean released(Sql sql, Actor actor, long id, Instant now) throws SQLException {
        record Released(Subject subject, @Nullable ResourceId resourceId) {}
        Optional<Released> released = sql.first(
                "SELECT site_id, id, resource_id FROM \"$queue\" WHERE id = ? AND " + ENDED,
                row -> new Released(Subject.task(row), TaskRow.resourceId(row.text("resource_id"))),
                id);
        if (released.isPresent()) {
            Subject subject = released.get().subject();
            history.record(sql, now, actor, Event.RELEASED, subject);
            ResourceId resourceId = released.get().resourceId();
            if (resourceId != null) {
                incidents.close(sql, actor, subject.siteId(), IncidentCode.OF_FAILED_TASKS, List.of(resourceId), now);
            }
        }
        return released.isPresent();
    }

    boolean unblock(Sql sql, Actor actor, String siteId, ResourceId resourceId, boolean notSubmitted, Instant now)
            throws SQLException {
        String blocking = "site_id = ? AND " + sql.dialect().in("resource_id") + " AND " + TaskRow.BLOCKING;
        List<String> spellings = Spellings.of(resourceId);
        if (!notSubmitted
                && sql.exists(
                        "SELECT 1 FROM \"$queue\" AS task WHERE (status = 'failed' AND failure_code = '"
                                + IncidentCode.SUBMIT_UNKNOWN + "' OR " + StepTable.SUBMITTED.formatted("task")
                                + ") AND " + blocking,
                        siteId,
                        spellings)) {
            return false;
        }
        List<Subject> unblocked = sql.query(
                "UPDATE \"$queue\" SET unblocked_at = ? WHERE " + blocking + RETURNING,
                Subject::task,
                now,
                siteId,
                spellings);
        if (!unblocked.isEmpty()) {
            String detail = notSubmitted ? "confirmed that it was not submitted" : null;
            history.record(
                    sql,
                    now,
                    actor,
                    Event.UNBLOCKED,
                    unblocked.stream().map(task -> task.with(detail)).toList());
            incidents.close(sql, actor, siteId, ClosedIncidents.OF_NO_LONGER_FAILED, List.of(resourceId), now);
        }
        return !unblocked.isEmpty();
    }

    private record Place(String siteId, @Nullable ResourceId resourceId) {}

    private static Place place(Sql sql, long taskId) throws SQLException {
        return sql.first(
                        "SELECT site_id, resource_id FROM \"$queue\" WHERE id = ?",
                        row -> new Place(row.required("site_id"), TaskRow.resourceId(row.text("resource_id"))),
                        taskId)
                .orElseThrow();
    }

    /** Closes the incident of a task that is no longer failed, unless another failed task shares it. */
    private void closeFailure(Sql sql, Actor actor, long taskId, Instant now) throws SQLException {
        Place place = place(sql, taskId);
        String failed =
                "SELECT 1 FROM \"$queue\" WHERE site_id = ? AND status = 'failed' AND unblocked_at IS NULL AND ";
        ResourceId resourceId = place.resourceId();
        if (resourceId == null) {
            if (!sql.exists(failed + "resource_id IS NULL LIMIT 1", place.siteId())) {
                incidents.closeOfSite(sql, actor, place.siteId(), ClosedIncidents.OF_NO_LONGER_FAILED, now);
            }
        } else if (!sql.exists(failed + "resource_id = ? LIMIT 1", place.siteId(), resourceId.value())) {
            incidents.close(sql, actor, place.siteId(), ClosedIncidents.OF_NO_LONGER_FAILED, List.of(resourceId), now);
        }
    }

    /** Returns the next tasks that ended before a time and have data that nobody needs. */
    List<Long> prunable(Sql sql, long after, Instant endedBefore, int most) throws SQLException {
        return sql.query(
                "SELECT id FROM \"$queue\" AS task WHERE id > ? AND coalesce(processed_at, created_at) < ? AND "
                        + PRUNABLE + " ORDER BY id LIMIT ?",
                row -> row.number("id"),
                after,
                sql.dialect().sharedTime(endedBefore),
                most);
    }

    /** Returns the number of tasks that ended before a time and have data that is kept for an open incident. */
    int unresolved(Sql sql, Instant endedBefore) throws SQLException {
        return sql.first(
                        "SELECT count(*) AS tasks FROM \"$queue\" AS task WHERE coalesce(processed_at, created_at) < ? AND "
                                + ENDED + " AND payload <> '{}' AND " + UNRESOLVED,
                        row -> row.integer("tasks"),
                        sql.dialect().sharedTime(endedBefore))
                .orElseThrow();
    }

    /** Deletes the personal data of those tasks of which still nobody needs it. */
    int prune(Sql sql, Actor actor, List<Long> ids, Instant now) throws SQLException {
        List<Subject> pruned =
                sql.query("""
                UPDATE "$queue" AS task SET payload = '{}', resource = NULL, result = NULL, error_log = NULL,
                    progress = NULL, screenshot_path = NULL, attachments_metadata = NULL, hold_reason = NULL
                WHERE %s AND %s""".formatted(PRUNABLE, sql.dialect().in("id")) + RETURNING, Subject::task, ids);
        StepTable.prune(sql, pruned.stream().map(Subject::taskId).toList());
        history.prune(sql, pruned.stream().map(Subject::taskId).toList());
        history.record(sql, now, actor, Event.PRUNED, pruned);
        return pruned.size();
    }
}
