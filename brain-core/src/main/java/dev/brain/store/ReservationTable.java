package dev.brain.store;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.queue.QueueState;
import dev.brain.internal.queue.Reservation;
import dev.brain.internal.queue.Settlement;
import dev.brain.internal.queue.TaskDraft;
import dev.brain.payload.Payload;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the statements of claiming on the queue's table. */
final class ReservationTable {
    private static final Logger LOG = LoggerFactory.getLogger(ReservationTable.class);

    private static final String COLUMNS =
            "id, site_id, resource_id, reference, payload, protocol, claimant, resource, priority, run, reserved_at";

    private static final String INSERT = """
            INSERT INTO "$queue" (site_id, protocol, payload, created_at,
                resource_id, reference, claimant, resource, priority, run, reserved_at, status)
            SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '%s'
            WHERE NOT EXISTS (SELECT 1 FROM "$queue" WHERE site_id = ? AND %s)
            ON CONFLICT DO NOTHING RETURNING id""";

    private static final String RESERVE = INSERT.formatted(
            "claiming", "resource_id IN (?, ?) AND (status IN (" + TaskRow.ACTIVE + ") OR " + TaskRow.BLOCKING + ")");

    private static final String QUEUE_ANEW = INSERT.formatted("pending", "resource_id = ? AND id > ?");

    private static final String OWN = " WHERE id = ? AND site_id = ? AND resource_id = ?";

    private final IncidentTable incidents;
    private final QueueRun run;
    private final String standings;

    ReservationTable(IncidentTable incidents, QueueRun run, StoreDialect dialect) {
        this.incidents = incidents;
        this.run = run;
        this.standings = """
                SELECT resource_id, status, max(id) AS last,
                    count(CASE WHEN unblocked_at IS NULL THEN 1 END) AS not_unblocked
                FROM "$queue" WHERE site_id = ? AND %s GROUP BY resource_id, status""".formatted(dialect.in("resource_id"));
    }

    Map<ResourceId, QueueState> standings(Sql sql, String siteId, Collection<ResourceId> ids) throws SQLException {
        record Tasks(String resourceId, TaskSummary summary) {}
        List<Tasks> rows = sql.query(
                standings,
                row -> new Tasks(
                        row.required("resource_id"),
                        TaskSummary.of(row.text("status"), row.integer("not_unblocked") > 0, row.number("last"))),
                siteId,
                Spellings.of(ids));
        Map<String, TaskSummary> bySpelling = new HashMap<>();
        rows.forEach(each -> bySpelling.merge(each.resourceId(), each.summary(), TaskSummary::and));
        Map<ResourceId, QueueState> standings = new LinkedHashMap<>();
        for (ResourceId id : ids) {
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
        List<Reservation> reservations = new ArrayList<>(drafts.size());
        Instant reservedAt = Instant.ofEpochMilli(now.toEpochMilli());
        Object createdAt = sql.dialect().sharedTime(now);
        for (TaskDraft draft : drafts) {
            ResourceId resourceId = draft.resource().id();
            Optional<Reservation> reserved = sql.first(
                    RESERVE,
                    row -> new Reservation(row.number("id"), draft, reservedAt),
                    draft.siteId(),
                    draft.payload().protocol(),
                    StoredJson.write(draft.payload().content()),
                    createdAt,
                    resourceId.value(),
                    draft.resource().reference(),
                    draft.claimant().name(),
                    StoredJson.writeColumns(draft.resource().columns()),
                    draft.priority(),
                    run.name(),
                    reservedAt,
                    draft.siteId(),
                    resourceId.value(),
                    Spellings.stripped(resourceId));
            if (reserved.isPresent()) {
                reservations.add(reserved.get());
                respell(sql, draft.siteId(), resourceId);
            }
        }
        return reservations;
    }

    /** Gives earlier tasks of a resource the id as it is read now, so that one spelling finds all of them. */
    private static void respell(Sql sql, String siteId, ResourceId id) throws SQLException {
        if (Spellings.isPadded(id)) {
            sql.update(
                    "UPDATE \"$queue\" SET resource_id = ? WHERE site_id = ? AND resource_id = ?",
                    id.value(),
                    siteId,
                    Spellings.stripped(id));
        }
    }

    /** Returns how many tasks became visible. */
    int settle(Sql sql, List<Settlement> settlements, Instant now) throws SQLException {
        int visible = 0;
        Map<String, List<ResourceId>> confirmed = new LinkedHashMap<>();
        Map<String, List<ResourceId>> dropped = new LinkedHashMap<>();
        for (Settlement settlement : settlements) {
            Reservation reservation = settlement.reservation();
            Map<String, List<ResourceId>> ended;
            switch (settlement.verdict()) {
                case CONFIRM -> {
                    visible += confirm(sql, reservation, now);
                    ended = confirmed;
                }
                case DROP -> {
                    change(sql, "DELETE FROM \"$queue\"" + OWN + " AND status = 'claiming'", reservation);
                    ended = dropped;
                }
                default -> throw new IllegalStateException("unknown verdict " + settlement.verdict());
            }
            ended.computeIfAbsent(reservation.draft().siteId(), site -> new ArrayList<>())
                    .add(reservation.resourceId());
        }
        close(sql, confirmed, ClosedIncidents.OF_CONFIRMED, now);
        close(sql, dropped, ClosedIncidents.OF_DROPPED, now);
        return visible;
    }

    private void close(Sql sql, Map<String, List<ResourceId>> bySite, Set<IncidentCode> codes, Instant now)
            throws SQLException {
        for (Map.Entry<String, List<ResourceId>> site : bySite.entrySet()) {
            incidents.close(sql, site.getKey(), codes, site.getValue(), now);
        }
    }

    private static int change(Sql sql, String statement, Reservation reservation) throws SQLException {
        return sql.update(
                statement,
                reservation.id(),
                reservation.draft().siteId(),
                reservation.resourceId().value());
    }

    /** Makes sure that a won claim has a visible task, whatever other processes have done to its reservation. */
    private int confirm(Sql sql, Reservation reservation, Instant now) throws SQLException {
        TaskDraft draft = reservation.draft();
        String siteId = draft.siteId();
        String resourceId = reservation.resourceId().value();
        int own =
                change(sql, "UPDATE \"$queue\" SET status = 'pending'" + OWN + " AND status = 'claiming'", reservation);
        if (own == 1 || isSettled(sql, reservation)) {
            return own;
        }
        String payload = StoredJson.write(draft.payload().content());
        String resource = StoredJson.writeColumns(draft.resource().columns());
        int others = sql.update(
                """
                UPDATE "$queue" SET status = 'pending', protocol = ?, payload = ?, claimant = ?, resource = ?
                WHERE site_id = ? AND resource_id = ? AND status = 'claiming'""", draft.payload().protocol(), payload, draft.claimant().name(), resource, siteId, resourceId);
        if (others > 0) {
            return others;
        }
        boolean isAnew = sql.exists(
                QUEUE_ANEW,
                siteId,
                draft.payload().protocol(),
                payload,
                sql.dialect().sharedTime(now),
                resourceId,
                draft.resource().reference(),
                draft.claimant().name(),
                resource,
                draft.priority(),
                run.name(),
                reservation.reservedAt(),
                siteId,
                resourceId,
                reservation.id());
        if (isAnew) {
            LOG.info(
                    "site {}: the claim of {} was won after its reservation had gone; queued anew", siteId, resourceId);
        }
        return isAnew ? 1 : 0;
    }

    private static boolean isSettled(Sql sql, Reservation reservation) throws SQLException {
        return sql.exists(
                "SELECT 1 FROM \"$queue\"" + OWN,
                reservation.id(),
                reservation.draft().siteId(),
                reservation.resourceId().value());
    }

    /** The reservations, and the numbers of the tasks that can't be read as reservations. */
    record Unsettled(List<Reservation> reservations, List<Long> unreadable) {}

    Unsettled unsettled(Sql sql, Instant now) throws SQLException {
        List<Reservation> reservations = new ArrayList<>();
        List<Long> unreadable = new ArrayList<>();
        sql.query("SELECT " + COLUMNS + " FROM \"$queue\" WHERE status = 'claiming' ORDER BY id", row -> {
            long id = row.number("id");
            if (!run.isOfAnotherLivingRun(row.text("run"), reservedAt(row), now)) {
                read(row).ifPresentOrElse(reservations::add, () -> unreadable.add(id));
            }
            return true;
        });
        return new Unsettled(reservations, unreadable);
    }

    /** Returns the readable reservations that other living runs made before that time. */
    List<Reservation> overdue(Sql sql, Instant before, Instant now) throws SQLException {
        List<Reservation> overdue = new ArrayList<>();
        sql.query(
                "SELECT " + COLUMNS + " FROM \"$queue\" WHERE status = 'claiming' AND reserved_at < ? ORDER BY id",
                row -> {
                    if (run.isOfAnotherLivingRun(row.text("run"), reservedAt(row), now)) {
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
                    new Payload((ObjectNode) content, row.text("protocol")),
                    new Claimant(requireNonNull(row.text("claimant"), "claimant")),
                    row.integer("priority"));
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
