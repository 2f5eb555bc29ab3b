package dev.brain.sqlite;

import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Failure;
import dev.brain.resource.ResourceId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a person is told of tasks that failed for good. */
final class TaskIncidents {
    private TaskIncidents() {}

    /** The failure of a task of which nobody can say whether it was done. */
    static Failure unknown(String message) {
        return new Failure(Failure.Kind.TECHNICAL, IncidentCode.SUBMIT_UNKNOWN.name(), message);
    }

    /** The failure of a task whose worker died too often. */
    static Failure crashed(String message) {
        return new Failure(Failure.Kind.TECHNICAL, "CRASHED", message);
    }

    private record Place(
            String siteId,
            @Nullable ResourceId resourceId,
            @Nullable String evidence) {}

    private static Place place(Connected connected, long taskId) throws SQLException {
        return connected
                .first(
                        "SELECT site_id, resource_id, screenshot_path FROM \"$queue\" WHERE id = ?",
                        row -> new Place(row.getString(1), TaskTable.resourceId(row.getString(2)), row.getString(3)),
                        taskId)
                .orElseThrow();
    }

    /** Opens the incident of a failed task; it carries the task's last evidence. */
    static void report(Connected connected, long taskId, Failure failure, Instant now) throws SQLException {
        Place place = place(connected, taskId);
        IncidentTable.report(
                connected,
                List.of(new Report(
                        code(failure),
                        place.siteId(),
                        place.resourceId(),
                        "task " + taskId + ": " + failure.code() + ": " + Failure.summary(failure.message()),
                        place.evidence())),
                now);
    }

    /** Closes the incident of a task that is no longer failed, unless another failed task shares it. */
    static void settle(Connected connected, long taskId, Instant now) throws SQLException {
        Place place = place(connected, taskId);
        ResourceId resourceId = place.resourceId();
        String tasks = "SELECT 1 FROM \"$queue\" WHERE site_id = ? AND status = 'failed' AND unblocked_at IS NULL AND ";
        boolean shared = (resourceId == null
                        ? connected.first(tasks + "resource_id IS NULL LIMIT 1", row -> true, place.siteId())
                        : connected.first(
                                tasks + "resource_id = ? LIMIT 1", row -> true, place.siteId(), resourceId.value()))
                .isPresent();
        if (shared) {
            return;
        }
        if (resourceId == null) {
            IncidentTable.settleWithoutResource(connected, place.siteId(), IncidentCode.OF_FAILED_TASKS, now);
        } else {
            IncidentTable.settle(connected, place.siteId(), IncidentCode.OF_FAILED_TASKS, List.of(resourceId), now);
        }
    }

    private static IncidentCode code(Failure failure) {
        if (failure.kind() == Failure.Kind.BUSINESS) {
            return IncidentCode.BUSINESS_FAILURE;
        }
        return failure.code().equals(IncidentCode.SUBMIT_UNKNOWN.name())
                ? IncidentCode.SUBMIT_UNKNOWN
                : IncidentCode.RETRIES_EXHAUSTED;
    }
}
