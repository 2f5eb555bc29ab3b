package dev.brain.store;

import dev.brain.queue.TaskQueue.DueTask;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the tasks whose deadlines are near. */
final class DueTasks {
    private DueTasks() {}

    /** Returns the tasks of these sites that have not ended, with deadlines before a time, the earliest first. */
    static List<DueTask> before(Sql sql, Map<String, Instant> until, @Nullable DueTask after, int limit)
            throws SQLException {
        if (until.isEmpty()) {
            return List.of();
        }
        List<List<Object>> wanted = new ArrayList<>();
        until.forEach((siteId, time) -> wanted.add(List.of(siteId, time)));
        Conditions conditions = new Conditions();
        conditions.add("t.deadline IS NOT NULL AND t.status IN (" + TaskRow.ACTIVE + ") AND t.resource_id IS NOT NULL");
        if (after != null) {
            conditions.add(
                    "t.deadline >= ? AND (t.deadline > ? OR t.id > ?)", after.deadline(), after.deadline(), after.id());
        }
        return sql.query(
                "SELECT t.id, t.site_id, t.resource_id, t.status, t.deadline FROM "
                        + sql.dialect().rows("wanted", "of_site", "until:time") + " "
                        + sql.dialect().lookUpJoin()
                        + " \"$queue\" AS t ON t.site_id = wanted.of_site AND t.deadline < wanted.until"
                        + conditions.where() + " ORDER BY t.deadline, t.id LIMIT ?",
                row -> new DueTask(
                        row.number("id"),
                        row.required("site_id"),
                        new ResourceId(row.required("resource_id")),
                        TaskStatus.ofText(row.required("status")),
                        row.requiredTime("deadline")),
                Stream.concat(Stream.of(new Sql.RowSet(wanted)), Stream.of(conditions.values(limit)))
                        .toArray());
    }
}
