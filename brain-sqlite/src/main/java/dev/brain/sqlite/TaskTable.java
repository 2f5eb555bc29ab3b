package dev.brain.sqlite;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.incident.IncidentCode;
import dev.brain.payload.Payload;
import dev.brain.queue.Failure;
import dev.brain.queue.QueueState;
import dev.brain.queue.Reservation;
import dev.brain.queue.Settlement;
import dev.brain.queue.Task;
import dev.brain.queue.TaskDraft;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The statements on the queue's table. */
final class TaskTable {
    private static final Logger LOG = LoggerFactory.getLogger(TaskTable.class);

    /** All but the one that stands for any other text. */
    private static final String STATUSES = Arrays.stream(TaskStatus.values())
            .filter(status -> status != TaskStatus.OTHER)
            .map(TaskStatus::code)
            .collect(Collectors.joining("', '", "'", "'"));

    /** In the order in which {@link #task} reads them: the driver looks for a name among all columns each time. */
    static final String TASK_COLUMNS = "id, site_id, resource_id, reference, status, priority, attempts, failures,"
            + " crashes, protocol, payload, claimant, created_at, due_at, processed_at, lease_owner, lease_until,"
            + " failure_kind, failure_code, error_log, progress, result, screenshot_path";

    static final int TASK_COLUMN_COUNT = 23;

    private static final String RESERVATION_COLUMNS =
            "id, site_id, resource_id, reference, payload, protocol, claimant, resource, priority, run, reserved_at";

    /** What a won claim answers. */
    private static final Set<IncidentCode> ANSWERED = Set.of(
            IncidentCode.PAYLOAD_INVALID,
            IncidentCode.CLAIM_FAILED,
            IncidentCode.CLAIM_UNKNOWN,
            IncidentCode.ORPHAN_CLAIM);

    private TaskTable() {}

    /** The tasks of a resource, under one spelling of its id. */
    private record Tasks(
            boolean active,
            boolean blocking,
            long lastId,
            @Nullable String lastStatus) {
        static final Tasks NONE = new Tasks(false, false, 0, null);

        Tasks and(Tasks others) {
            Tasks later = others.lastId > lastId ? others : this;
            return new Tasks(active || others.active, blocking || others.blocking, later.lastId, later.lastStatus);
        }

        Optional<QueueState> standing() {
            if (active) {
                return Optional.of(QueueState.ACTIVE);
            }
            if (blocking) {
                return Optional.of(QueueState.BLOCKED);
            }
            return TaskStatus.COMPLETED.code().equals(lastStatus)
                    ? Optional.of(QueueState.COMPLETED)
                    : Optional.empty();
        }
    }

    static Map<ResourceId, QueueState> standings(Connected connected, String siteId, Collection<ResourceId> ids)
            throws SQLException {
        Map<String, Tasks> tasks = new HashMap<>();
        // max() alone lends the other columns of its row, so `status` is that of the latest task.
        connected.query(
                """
                SELECT t.resource_id,
                    max(t.id),
                    t.status,
                    sum(t.status IN ('claiming', 'pending', 'scheduled', 'processing')) AS active,
                    sum(t.status IN ('failed', 'cancelled') AND t.unblocked_at IS NULL) AS blocking
                FROM json_each(?) AS wanted CROSS JOIN "$queue" AS t ON t.resource_id = wanted.value
                WHERE t.site_id = ? GROUP BY t.resource_id""",
                row -> tasks.put(
                        row.getString(1),
                        new Tasks(
                                row.getInt("active") > 0,
                                row.getInt("blocking") > 0,
                                row.getLong(2),
                                row.getString(3))),
                Json.texts(spellings(ids)),
                siteId);
        Map<ResourceId, QueueState> standings = new LinkedHashMap<>();
        for (ResourceId id : ids) {
            spellings(id).stream()
                    .map(spelling -> tasks.getOrDefault(spelling, Tasks.NONE))
                    .reduce(Tasks.NONE, Tasks::and)
                    .standing()
                    .ifPresent(standing -> standings.put(id, standing));
        }
        return standings;
    }

    /**
     * Returns the texts that the tables may have for an id: its own, and the one without outer blanks that earlier
     * versions wrote, for example for keys of a fixed-width column.
     */
    static Set<String> spellings(ResourceId id) {
        Set<String> spellings = new LinkedHashSet<>();
        spellings.add(id.value());
        spellings.add(id.value().strip());
        return spellings;
    }

    static List<String> spellings(Collection<ResourceId> ids) {
        return ids.stream().flatMap(id -> spellings(id).stream()).distinct().toList();
    }

    /** Inserts what is neither active nor blocked; the unique index and the condition decide, not an earlier look. */
    static List<Reservation> reserve(Connected connected, List<TaskDraft> drafts, String run, Instant now)
            throws SQLException {
        List<Reservation> reservations = new ArrayList<>(drafts.size());
        Instant reservedAt = Instant.ofEpochMilli(now.toEpochMilli());
        String createdAt = Times.text(now);
        for (TaskDraft draft : drafts) {
            Optional<Reservation> reserved = connected.first(
                    """
                            INSERT INTO "$queue" (site_id, protocol, payload, status, created_at,
                                resource_id, reference, claimant, resource, priority, run, reserved_at)
                            SELECT ?1, ?2, ?3, 'claiming', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
                            WHERE NOT EXISTS (SELECT 1 FROM "$queue" WHERE site_id = ?1 AND resource_id IN (?5, ?12)
                                AND (status IN ('claiming', 'pending', 'scheduled', 'processing')
                                    OR status IN ('failed', 'cancelled') AND unblocked_at IS NULL))
                            ON CONFLICT DO NOTHING RETURNING id""",
                    row -> new Reservation(row.getLong(1), draft, reservedAt),
                    draft.siteId(),
                    draft.payload().protocol(),
                    Json.write(draft.payload().content()),
                    createdAt,
                    draft.resource().id().value(),
                    draft.resource().reference(),
                    draft.claimant().name(),
                    Json.writeColumns(draft.resource().columns()),
                    draft.priority(),
                    run,
                    reservedAt.toEpochMilli(),
                    draft.resource().id().value().strip());
            if (reserved.isPresent()) {
                reservations.add(reserved.get());
                respell(connected, draft.siteId(), draft.resource().id());
            }
        }
        return reservations;
    }

    /** Gives earlier tasks of a resource the id as it is read now, so that from now on one spelling finds them all. */
    private static void respell(Connected connected, String siteId, ResourceId id) throws SQLException {
        String stripped = id.value().strip();
        if (!stripped.equals(id.value())) {
            connected.update(
                    "UPDATE \"$queue\" SET resource_id = ? WHERE site_id = ? AND resource_id = ?",
                    id.value(),
                    siteId,
                    stripped);
        }
    }

    /** How many tasks became visible. */
    static int settle(Connected connected, List<Settlement> settlements, String run, Instant now) throws SQLException {
        int visible = 0;
        Map<String, List<ResourceId>> confirmed = new LinkedHashMap<>();
        Map<String, List<ResourceId>> dropped = new LinkedHashMap<>();
        for (Settlement settlement : settlements) {
            Reservation reservation = settlement.reservation();
            switch (settlement.verdict()) {
                case CONFIRM -> {
                    visible += confirm(connected, reservation, run, now);
                    confirmed
                            .computeIfAbsent(reservation.draft().siteId(), site -> new ArrayList<>())
                            .add(reservation.resourceId());
                }
                case DROP -> {
                    connected.update(
                            """
                            DELETE FROM "$queue" WHERE id = ? AND site_id = ? AND resource_id = ? AND status = 'claiming'""",
                            reservation.id(),
                            reservation.draft().siteId(),
                            reservation.resourceId().value());
                    dropped.computeIfAbsent(reservation.draft().siteId(), site -> new ArrayList<>())
                            .add(reservation.resourceId());
                }
            }
        }
        for (Map.Entry<String, List<ResourceId>> site : confirmed.entrySet()) {
            IncidentTable.settle(connected, site.getKey(), ANSWERED, site.getValue(), now);
        }
        for (Map.Entry<String, List<ResourceId>> site : dropped.entrySet()) {
            IncidentTable.settle(connected, site.getKey(), Set.of(IncidentCode.CLAIM_UNKNOWN), site.getValue(), now);
        }
        return visible;
    }

    /** The claim was won, whatever others made of the reservation meanwhile: there is to be a task for it. */
    private static int confirm(Connected connected, Reservation reservation, String run, Instant now)
            throws SQLException {
        TaskDraft draft = reservation.draft();
        String siteId = draft.siteId();
        String resourceId = reservation.resourceId().value();
        int own = connected.update("""
                UPDATE "$queue" SET status = 'pending'
                WHERE id = ? AND site_id = ? AND resource_id = ? AND status = 'claiming'""", reservation.id(), siteId, resourceId);
        if (own == 1 || isSettled(connected, reservation)) {
            return own;
        }
        String payload = Json.write(draft.payload().content());
        String resource = Json.writeColumns(draft.resource().columns());
        int others = connected.update(
                """
                UPDATE "$queue" SET status = 'pending', protocol = ?, payload = ?, claimant = ?, resource = ?
                WHERE site_id = ? AND resource_id = ? AND status = 'claiming'""", draft.payload().protocol(), payload, draft.claimant().name(), resource, siteId, resourceId);
        if (others > 0) {
            return others;
        }
        int anew = connected.update(
                """
                INSERT INTO "$queue" (site_id, protocol, payload, status, created_at,
                    resource_id, reference, claimant, resource, priority, run, reserved_at)
                SELECT ?1, ?2, ?3, 'pending', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
                WHERE NOT EXISTS (SELECT 1 FROM "$queue" WHERE site_id = ?1 AND resource_id = ?5 AND id > ?12)
                ON CONFLICT DO NOTHING""",
                siteId,
                draft.payload().protocol(),
                payload,
                Times.text(now),
                resourceId,
                draft.resource().reference(),
                draft.claimant().name(),
                resource,
                draft.priority(),
                run,
                reservation.reservedAt().toEpochMilli(),
                reservation.id());
        if (anew == 1) {
            LOG.info(
                    "site {}: the claim of {} was won after its reservation had gone; queued anew", siteId, resourceId);
        }
        return anew;
    }

    private static boolean isSettled(Connected connected, Reservation reservation) throws SQLException {
        return connected
                .first(
                        """
                        SELECT 1 FROM "$queue" WHERE id = ? AND site_id = ? AND resource_id = ?""",
                        row -> true,
                        reservation.id(),
                        reservation.draft().siteId(),
                        reservation.resourceId().value())
                .isPresent();
    }

    /** The reservations, and the numbers of the tasks that can't be read as reservations. */
    record Unsettled(List<Reservation> reservations, List<Long> unreadable) {}

    static Unsettled unsettled(Connected connected, String run, Instant now) throws SQLException {
        List<Reservation> reservations = new ArrayList<>();
        List<Long> unreadable = new ArrayList<>();
        connected.query(
                "SELECT " + RESERVATION_COLUMNS + " FROM \"$queue\" WHERE status = 'claiming' ORDER BY id", row -> {
                    long id = row.getLong("id");
                    String reservedBy = row.getString("run");
                    Instant reservedAt = Instant.ofEpochMilli(row.getLong("reserved_at"));
                    if (run.equals(reservedBy) || !Run.isAlive(reservedBy, reservedAt, now)) {
                        reservation(row).ifPresentOrElse(reservations::add, () -> unreadable.add(id));
                    }
                    return true;
                });
        return new Unsettled(reservations, unreadable);
    }

    static Optional<Reservation> reservation(Connected connected, long taskId) throws SQLException {
        return connected
                .first(
                        "SELECT " + RESERVATION_COLUMNS + " FROM \"$queue\" WHERE id = ? AND claimant IS NOT NULL"
                                + " AND resource IS NOT NULL",
                        TaskTable::reservation,
                        taskId)
                .flatMap(found -> found);
    }

    /** Empty for a row that this program can't have written. */
    private static Optional<Reservation> reservation(ResultSet row) throws SQLException {
        long id = row.getLong("id");
        try {
            JsonNode content = Json.MAPPER.readTree(row.getString("payload"));
            String columns = row.getString("resource");
            Resource resource = new Resource(
                    new ResourceId(requireNonNull(row.getString("resource_id"), "resource_id")),
                    row.getString("reference"),
                    columns == null ? Map.of() : Json.readColumns(columns));
            TaskDraft draft = new TaskDraft(
                    row.getString("site_id"),
                    resource,
                    new Payload((ObjectNode) content, row.getString("protocol")),
                    new Claimant(requireNonNull(row.getString("claimant"), "claimant")),
                    row.getInt("priority"));
            return Optional.of(new Reservation(id, draft, Instant.ofEpochMilli(row.getLong("reserved_at"))));
        } catch (JsonProcessingException | RuntimeException e) {
            LOG.debug("task {} can't be read as a reservation", id, e);
            return Optional.empty();
        }
    }

    static Optional<Task> find(Connected connected, long id) throws SQLException {
        return connected.first("SELECT " + TASK_COLUMNS + " FROM \"$queue\" WHERE id = ?", TaskTable::task, id);
    }

    static List<Task> list(Connected connected, TaskFilter filter) throws SQLException {
        // only the conditions that are asked for: with all of them in one statement no index would serve any
        List<String> conditions = new ArrayList<>();
        List<Object> parameters = new ArrayList<>();
        ResourceId resourceId = filter.resourceId();
        if (resourceId != null) {
            conditions.add("resource_id IN (SELECT value FROM json_each(?))");
            parameters.add(Json.texts(spellings(resourceId)));
        }
        if (!filter.siteIds().isEmpty()) {
            conditions.add("site_id IN (SELECT value FROM json_each(?))");
            parameters.add(Json.texts(filter.siteIds()));
        }
        if (!filter.statuses().isEmpty()) {
            String others = filter.statuses().contains(TaskStatus.OTHER)
                    ? " OR status IS NULL OR status NOT IN (" + STATUSES + ")"
                    : "";
            conditions.add("(status IN (SELECT value FROM json_each(?))" + others + ")");
            parameters.add(
                    Json.texts(filter.statuses().stream().map(TaskStatus::code).toList()));
        }
        parameters.add(filter.limit());
        return connected.query(
                "SELECT " + TASK_COLUMNS + " FROM \"$queue\""
                        + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
                        + " ORDER BY id DESC LIMIT ?",
                TaskTable::task,
                parameters.toArray());
    }

    static Map<String, Map<String, Long>> counts(Connected connected) throws SQLException {
        record Count(String siteId, String status, long count) {}
        Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
        connected
                .query(
                        "SELECT site_id, coalesce(status, '') AS text, count(*) FROM \"$queue\""
                                + " GROUP BY site_id, text ORDER BY site_id, text",
                        row -> new Count(row.getString(1), row.getString(2), row.getLong(3)))
                .forEach(each -> counts.computeIfAbsent(each.siteId(), site -> new LinkedHashMap<>())
                        .put(each.status(), each.count()));
        return counts;
    }

    static boolean retry(Connected connected, long id, boolean notSubmitted, Instant now) throws SQLException {
        // OR IGNORE: the unique index keeps it as it is if its resource has an active task.
        // A later task that is completed or may have been submitted counts as well: the case would be filed twice.
        boolean again = connected.update("""
                        UPDATE OR IGNORE "$queue" AS own SET status = 'pending', attempts = 0, error_log = NULL, screenshot_path = NULL,
                            result = NULL, processed_at = NULL, due_at = NULL, unblocked_at = NULL, failures = 0, crashes = 0,
                            failure_kind = NULL, failure_code = NULL, progress = NULL
                        WHERE id = ?1 AND status IN ('failed', 'cancelled') AND payload <> '{}'
                        AND (?2 OR failure_code IS NOT ?3 AND NOT EXISTS (SELECT 1 FROM "$queue" AS later
                            WHERE later.site_id = own.site_id AND later.resource_id = own.resource_id AND later.id > own.id
                            AND (later.status = 'completed' OR later.status = 'failed' AND later.unblocked_at IS NULL
                                AND later.failure_code = ?3)))""", id, notSubmitted, IncidentCode.SUBMIT_UNKNOWN.name()) == 1;
        if (again) {
            TaskIncidents.settle(connected, id, now);
        }
        return again;
    }

    static boolean cancel(Connected connected, long id, Instant now) throws SQLException {
        boolean cancelled = connected.update("""
                        UPDATE "$queue" SET status = 'cancelled', processed_at = ?, due_at = NULL, unblocked_at = NULL
                        WHERE id = ? AND status IN ('pending', 'scheduled')""", Times.text(now), id) == 1;
        if (cancelled) {
            TaskIncidents.settle(connected, id, now);
        }
        return cancelled;
    }

    static boolean unblock(Connected connected, String siteId, ResourceId resourceId, boolean notSubmitted, Instant now)
            throws SQLException {
        boolean unblocked = connected.update(
                        """
                        UPDATE "$queue" SET unblocked_at = ?1
                        WHERE site_id = ?2 AND resource_id IN (SELECT value FROM json_each(?3))
                        AND status IN ('failed', 'cancelled') AND unblocked_at IS NULL
                        AND (?4 OR NOT EXISTS (SELECT 1 FROM "$queue" WHERE site_id = ?2
                            AND resource_id IN (SELECT value FROM json_each(?3))
                            AND status = 'failed' AND unblocked_at IS NULL AND failure_code = ?5))""",
                        now.toEpochMilli(),
                        siteId,
                        Json.texts(spellings(resourceId)),
                        notSubmitted,
                        IncidentCode.SUBMIT_UNKNOWN.name())
                > 0;
        if (unblocked) {
            IncidentTable.settle(connected, siteId, IncidentCode.OF_FAILED_TASKS, List.of(resourceId), now);
        }
        return unblocked;
    }

    /** Numbers of tasks after that one that ended before that time and have something to lose. */
    static List<Long> prunable(Connected connected, long after, Instant endedBefore, int most) throws SQLException {
        return connected.query("""
                SELECT id FROM "$queue" WHERE id > ? AND status IN ('completed', 'failed', 'cancelled')
                AND coalesce(processed_at, created_at) < ? AND payload <> '{}' ORDER BY id LIMIT ?""", row -> row.getLong(1), after, Times.text(endedBefore), most);
    }

    /** Takes what is personal from those of the tasks that are still ended. */
    static int prune(Connected connected, List<Long> ids) throws SQLException {
        return connected.update("""
                UPDATE "$queue" SET payload = '{}', resource = NULL, result = NULL, error_log = NULL, progress = NULL,
                    screenshot_path = NULL, attachments_metadata = NULL
                WHERE id IN (SELECT value FROM json_each(?)) AND status IN ('completed', 'failed', 'cancelled')""", Json.write(ids));
    }

    static Task task(ResultSet row) throws SQLException {
        String resourceId = row.getString(3);
        String status = requireNonNullElse(row.getString(5), "");
        long dueAt = row.getLong(14);
        return new Task(
                row.getLong(1),
                row.getString(2),
                resourceId(resourceId),
                row.getString(4),
                TaskStatus.ofText(status),
                status,
                row.getInt(6),
                row.getInt(7),
                row.getInt(8),
                row.getInt(9),
                row.getString(10),
                row.getString(11),
                row.getString(12),
                Times.parse(row.getString(13)),
                dueAt == 0 ? null : Instant.ofEpochMilli(dueAt),
                Times.parse(row.getString(15)),
                holder(row.getString(16), row.getLong(17)),
                kind(row.getString(18)),
                row.getString(19),
                summary(row.getString(20)),
                row.getString(21),
                row.getString(22),
                row.getString(23));
    }

    /** Returns null for a value that another program wrote and that is not an id. */
    static @Nullable ResourceId resourceId(@Nullable String text) {
        return text == null || text.isBlank() ? null : new ResourceId(text);
    }

    private static Task.@Nullable Holder holder(@Nullable String owner, long until) {
        return owner == null || until == 0 ? null : new Task.Holder(owner, Instant.ofEpochMilli(until));
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
