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
        return new Failure(Failure.Kind.TECHNICAL, IncidentCode.LEASE_LOST_AFTER_SUBMIT.name(), message);
    }

    /** The failure of a task whose worker died too often. */
    static Failure crashed(String message) {
        return new Failure(Failure.Kind.TECHNICAL, "CRASHED", message);
    }

    private record Place(
            String siteId,
            @Nullable ResourceId resourceId,
            @Nullable String evidence) {}

    /** Opens the incident of a failed task; it carries the task's last evidence. */
    static void report(Connected connected, long taskId, Failure failure, Instant now) throws SQLException {
        Place place = connected
                .first(
                        "SELECT site_id, resource_id, screenshot_path FROM \"$queue\" WHERE id = ?",
                        row -> new Place(
                                row.getString(1),
                                row.getString(2) == null ? null : new ResourceId(row.getString(2)),
                                row.getString(3)),
                        taskId)
                .orElseThrow();
        IncidentTable.report(
                connected,
                List.of(new Report(
                        code(failure),
                        place.siteId(),
                        place.resourceId(),
                        "task " + taskId + ": " + failure.code() + ": " + failure.message(),
                        place.evidence())),
                now);
    }

    private static IncidentCode code(Failure failure) {
        if (failure.kind() == Failure.Kind.BUSINESS) {
            return IncidentCode.BUSINESS_FAILURE;
        }
        return failure.code().equals(IncidentCode.LEASE_LOST_AFTER_SUBMIT.name())
                ? IncidentCode.LEASE_LOST_AFTER_SUBMIT
                : IncidentCode.RETRIES_EXHAUSTED;
    }
}
