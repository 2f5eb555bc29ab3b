package dev.brain.store;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.history.Actor;
import dev.brain.history.History.Event;
import dev.brain.payload.Payload;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.store.HistoryTable.Subject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the statements of claiming on the queue's table. */
final class ReservationTable {
    private static final Logger LOG = LoggerFactory.getLogger(ReservationTable.class);

    private static final String COLUMNS =
            "id, site_id, resource_id, reference, payload, protocol, claimant, resource, priority, deadline, run,"
                    + " reserved_at, hold_reason, traceparent";

    private final HistoryTable history;
    private final Runs run;
    private final Actor actor;
    private final String standings;
    private final String reserve;

    ReservationTable(HistoryTable history, Runs run, Actor actor, StoreDialect dialect) {
        this.history = history;
        this.run = run;
        this.actor = actor;
        // the two are asked for each draft through an index each: no planner joins a UNION ALL
        this.reserve = """
                INSERT INTO "$queue" (site_id, protocol, payload, created_at,
                    resource_id, reference, claimant, resource, priority, deadline, hold_reason, traceparent, run, reserved_at, status,
                    revision)
                SELECT draft.of_site, draft.of_protocol, draft.of_payload, ?, draft.of_id, draft.of_reference, draft.of_claimant,
                    draft.of_resource, draft.of_priority, draft.of_deadline, draft.hold_reason, draft.of_trace, ?, ?, 'claiming', 1
                FROM %s WHERE NOT EXISTS (SELECT 1 FROM "$queue" AS other WHERE other.site_id = draft.of_site
                    AND other.resource_id IN (draft.of_id, draft.stripped_id) AND other.status IN (%s)
                    UNION ALL SELECT 1 FROM "$queue" AS other WHERE other.site_id = draft.of_site
                    AND other.resource_id IN (draft.of_id, draft.stripped_id) AND %s)
                RETURNING id, site_id, resource_id""".formatted(
                        dialect.rows(
                                "draft",
                                "of_site",
                                "of_protocol",
                                "of_payload",
                                "of_id",
                                "of_reference",
                                "of_claimant",
                                "of_resource",
                                "of_priority:number",
                                "of_deadline:time",
                                "hold_reason",
                                "of_trace",
                                "stripped_id"),
                        TaskRow.ACTIVE,
                        TaskRow.BLOCKING);
        this.standings = """
                SELECT resource_id, status, max(id) AS last,
                    count(CASE WHEN unblocked_at IS NULL THEN 1 END) AS not_unblocked FROM (
                    SELECT resource_id, status, id, unblocked_at FROM "$queue" WHERE site_id = ? AND %1$s AND status IN (%2$s)
                    UNION ALL SELECT resource_id, status, id, unblocked_at FROM "$queue" WHERE site_id = ? AND %1$s AND %3$s
                ) AS task GROUP BY resource_id, status""".formatted(dialect.in("resource_id"), TaskRow.ACTIVE, TaskRow.INACTIVE);
    }

    Map<ResourceId, QueueState> standings(Sql sql, String siteId, Collection<ResourceId> ids) throws SQLException {
        record Tasks(String resourceId, TaskSummary summary) {}
        Set<String> spellings = Spellings.of(ids);
        List<Tasks> rows = sql.query(
                standings,
                row -> new Tasks(
                        row.required("resource_id"),
                        TaskSummary.of(row.text("status"), row.integer("not_unblocked") > 0, row.number("last"))),
                siteId,
                spellings,
                siteId,
                spellings);
        Map<String, TaskSummary> bySpelling = new HashMap<>();
        rows.forEach(each -> bySpelling.merge(each.resourceId(), each.summary(), TaskSummary::and));
        Map<ResourceId, QueueState> standings = new LinkedHashMap<>();
        for (ResourceId id : bySpelling.isEmpty() ? List.<ResourceId>of() : ids) {
            Spellings.of(id).stream()
                    .map(spelling -> bySpelling.getOrDefault(spelling, TaskSummary.NONE))
                    .reduce(TaskSummary.NONE, TaskSummary::and)
                    .standing()
                    .ifPresent(standing -> standings.put(id, standing));
        }
        return standings;
    }

    /**
     * Inserts the drafts whose resource is neither active nor blocked. The unique index and the condition of the
     * statement decide this, not an earlier read.
     */
    List<Reservation> reserve(Sql sql, List<TaskDraft> drafts, Instant now) throws SQLException {
        record Key(String siteId, String resourceId) {}
        Map<Key, TaskDraft> byKey = new LinkedHashMap<>();
        for (TaskDraft draft : drafts) {
            ResourceId id = draft.resource().id();
            if (!Spellings.isPadded(id) || !byKey.containsKey(new Key(draft.siteId(), Spellings.stripped(id)))) {
                byKey.putIfAbsent(new Key(draft.siteId(), id.value()), draft);
            }
        }
        lock(sql, drafts.stream().map(TaskDraft::siteId));
        Instant reservedAt = Instant.ofEpochMilli(now.toEpochMilli());
        Map<Key, Long> numbers = new HashMap<>();
        sql.query(
                reserve,
                row -> numbers.put(new Key(row.required("site_id"), row.required("resource_id")), row.number("id")),
                sql.dialect().sharedTime(now),
                run.name(),
                reservedAt,
                new Sql.RowSet(
                        byKey.values().stream().map(ReservationTable::values).toList()));
        List<Reservation> reservations = new ArrayList<>(numbers.size());
        for (TaskDraft draft : byKey.values()) {
            ResourceId resourceId = draft.resource().id();
            Long number = numbers.get(new Key(draft.siteId(), resourceId.value()));
            if (number != null) {
                reservations.add(new Reservation(number, draft, reservedAt));
                respell(sql, draft.siteId(), resourceId, number);
            }
        }
        history.record(
                sql,
                now,
                actor,
                Event.RESERVED,
                reservations.stream()
                        .map(each -> new Subject(
                                each.draft().siteId(),
                                each.id(),
                                null,
                                each.resourceId().value(),
                                "for " + each.draft().claimant().name()))
                        .toList());
        return reservations;
    }

    private static List<@Nullable Object> values(TaskDraft draft) {
        ResourceId resourceId = draft.resource().id();
        return Arrays.asList(
                draft.siteId(),
                draft.payload().protocol(),
                StoredJson.write(draft.payload().content()),
                resourceId.value(),
                draft.resource().reference(),
                draft.claimant().name(),
                StoredJson.writeColumns(draft.resource().columns()),
                draft.priority(),
                draft.deadline(),
                draft.payload().holdReason(),
                draft.traceparent(),
                Spellings.stripped(resourceId));
    }

    /** Lets later tasks of these sites get higher numbers, and every earlier task be seen. */
    static void lock(Sql sql, Stream<String> siteIds) throws SQLException {
        sql.dialect()
                .lockSites(
                        sql, StoreDialect.SiteLock.RESERVE, siteIds.distinct().toList());
    }

    /** Gives earlier tasks of a resource the id as it is read now, so that one spelling finds all of them. */
    private static void respell(Sql sql, String siteId, ResourceId id, long before) throws SQLException {
        if (Spellings.isPadded(id)) {
            sql.update(
                    "UPDATE \"$queue\" SET resource_id = ? WHERE site_id = ? AND resource_id = ? AND id < ? AND "
                            + TaskRow.INACTIVE,
                    id.value(),
                    siteId,
                    Spellings.stripped(id),
                    before);
        }
    }

    /** The reservations, and the numbers of the tasks that can't be read as reservations. */
    record Unsettled(List<Reservation> reservations, List<Long> unreadable) {}

    Unsettled unsettled(Sql sql, Instant now) throws SQLException {
        List<Reservation> reservations = new ArrayList<>();
        List<Long> unreadable = new ArrayList<>();
        Runs.Others others = run.others(sql, now);
        sql.query("SELECT " + COLUMNS + " FROM \"$queue\" WHERE status = 'claiming' ORDER BY id", row -> {
            long id = row.number("id");
            if (!others.areAlive(row.text("run"), reservedAt(row))) {
                read(row).ifPresentOrElse(reservations::add, () -> unreadable.add(id));
            }
            return true;
        });
        return new Unsettled(reservations, unreadable);
    }

    /** Returns the readable reservations that other living runs made before that time. */
    List<Reservation> overdue(Sql sql, Instant before, Instant now) throws SQLException {
        List<Reservation> overdue = new ArrayList<>();
        Runs.Others others = run.others(sql, now);
        sql.query(
                "SELECT " + COLUMNS + " FROM \"$queue\" WHERE status = 'claiming' AND reserved_at < ? ORDER BY id",
                row -> {
                    if (others.areAlive(row.text("run"), reservedAt(row))) {
                        read(row).ifPresent(overdue::add);
                    }
                    return true;
                },
                before);
        return overdue;
    }

    Optional<Reservation> find(Sql sql, long taskId) throws SQLException {
        return sql.first(
                        "SELECT " + COLUMNS + " FROM \"$queue\" WHERE id = ? AND claimant IS NOT NULL"
                                + " AND resource IS NOT NULL",
                        ReservationTable::read,
                        taskId)
                .flatMap(found -> found);
    }

    /** Returns empty for a row that Brain cannot have written. */
    private static Optional<Reservation> read(Row row) throws SQLException {
        long id = row.number("id");
        try {
            JsonNode content = StoredJson.MAPPER.readTree(row.text("payload"));
            String columns = row.text("resource");
            Resource resource = new Resource(
                    new ResourceId(requireNonNull(row.text("resource_id"), "resource_id")),
                    row.text("reference"),
                    columns == null ? Map.of() : StoredJson.readColumns(columns));
            TaskDraft draft = new TaskDraft(
                    row.required("site_id"),
                    resource,
                    new Payload((ObjectNode) content, row.text("protocol"), row.text("hold_reason")),
                    new Claimant(requireNonNull(row.text("claimant"), "claimant")),
                    row.integer("priority"),
                    row.time("deadline"),
                    row.text("traceparent"));
            return Optional.of(new Reservation(id, draft, reservedAt(row)));
        } catch (JsonProcessingException | RuntimeException e) {
            LOG.debug("task {} can't be read as a reservation", id, e);
            return Optional.empty();
        }
    }

    private static Instant reservedAt(Row row) throws SQLException {
        Instant reservedAt = row.time("reserved_at");
        return reservedAt == null ? Instant.EPOCH : reservedAt;
    }
}
