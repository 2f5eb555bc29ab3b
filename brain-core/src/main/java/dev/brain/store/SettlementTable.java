package dev.brain.store;

import static java.util.Objects.requireNonNull;

import dev.brain.history.Actor;
import dev.brain.history.History.Event;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskQueue.VisibleTask;
import dev.brain.resource.ResourceId;
import dev.brain.store.HistoryTable.Subject;
import dev.brain.store.Sql.Later;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the statements that settle reservations: a task becomes visible to workers, or its row is deleted. */
final class SettlementTable {
    private static final Logger LOG = LoggerFactory.getLogger(SettlementTable.class);

    private static final String QUEUE_ANEW = """
            INSERT INTO "$queue" (site_id, protocol, payload, created_at,
                resource_id, reference, claimant, resource, priority, deadline, run, reserved_at, hold_reason, traceparent,
                status, revision)
            SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
            WHERE NOT EXISTS (SELECT 1 FROM "$queue" WHERE site_id = ? AND resource_id = ? AND id > ? AND %s)
            ON CONFLICT DO NOTHING RETURNING id""".formatted(TaskRow.INACTIVE);

    private static final String OWN = " WHERE id = ? AND site_id = ? AND resource_id = ?";

    private final IncidentTable incidents;
    private final HistoryTable history;
    private final Runs run;
    private final Actor actor;
    private final String confirm;
    private final String drop;

    SettlementTable(IncidentTable incidents, HistoryTable history, Runs run, Actor actor, StoreDialect dialect) {
        this.incidents = incidents;
        this.history = history;
        this.run = run;
        this.actor = actor;
        String own = dialect.rows("own", "task_id:number", "of_site", "of_resource");
        String claiming = " id = own.task_id AND site_id = own.of_site AND resource_id = own.of_resource"
                + " AND status = 'claiming'";
        this.confirm = "UPDATE \"$queue\" SET status = " + TaskRow.READY_OR_HELD + ", " + TaskRow.REVISION_READY_OR_HELD
                + " FROM " + own + " WHERE" + claiming
                + " RETURNING id, run = ? AS is_own_run, status = 'held' AS is_held, hold_reason";
        this.drop = "DELETE FROM \"$queue\" WHERE status = 'claiming' AND (id, site_id, resource_id) IN (SELECT"
                + " task_id, of_site, of_resource FROM " + own + ") RETURNING id, site_id";
    }

    /** Returns the tasks that became visible. */
    List<VisibleTask> settle(Sql sql, List<Settlement> settlements, Instant now) throws SQLException {
        List<Reservation> confirmed = of(settlements, Settlement.Verdict.CONFIRM);
        List<Reservation> dropped = of(settlements, Settlement.Verdict.DROP);
        @Nullable Later<List<Confirmed>> own = confirmed.isEmpty() ? null : confirm(sql, confirmed);
        @Nullable
        Later<List<Subject>> gone = dropped.isEmpty() ? null : sql.queryLater(drop, Subject::task, own(dropped));
        close(sql, confirmed, ClosedIncidents.OF_CONFIRMED, now);
        close(sql, dropped, ClosedIncidents.OF_DROPPED, now);
        if (gone != null) {
            history.record(sql, now, actor, Event.LOST, gone.rows());
        }
        return own == null ? List.of() : confirmed(sql, confirmed, own.rows(), now);
    }

    private static List<Reservation> of(List<Settlement> settlements, Settlement.Verdict verdict) {
        return settlements.stream()
                .filter(settlement -> settlement.verdict() == verdict)
                .map(Settlement::reservation)
                .toList();
    }

    private static Sql.RowSet own(List<Reservation> reservations) {
        return new Sql.RowSet(reservations.stream()
                .map(each -> List.<Object>of(
                        each.id(), each.draft().siteId(), each.resourceId().value()))
                .toList());
    }

    private void close(Sql sql, List<Reservation> settled, Set<IncidentCode> codes, Instant now) throws SQLException {
        Map<String, List<ResourceId>> bySite = new TreeMap<>();
        settled.forEach(each -> bySite.computeIfAbsent(each.draft().siteId(), site -> new ArrayList<>())
                .add(each.resourceId()));
        for (Map.Entry<String, List<ResourceId>> site : bySite.entrySet()) {
            incidents.close(sql, actor, site.getKey(), codes, site.getValue(), now);
        }
    }

    /** A task that was confirmed. */
    private record Confirmed(
            VisibleTask task, boolean isOwnRun, @Nullable String holdReason) {
        Subject subject() {
            return Subject.task(task.reservation().draft().siteId(), task.id(), null);
        }
    }

    private Later<List<Confirmed>> confirm(Sql sql, List<Reservation> reservations) {
        Map<Long, Reservation> byId = new HashMap<>();
        reservations.forEach(each -> byId.put(each.id(), each));
        return sql.queryLater(
                confirm,
                row -> {
                    long id = row.number("id");
                    return new Confirmed(
                            new VisibleTask(id, requireNonNull(byId.get(id)), row.flag("is_held")),
                            row.flag("is_own_run"),
                            row.text("hold_reason"));
                },
                own(reservations),
                run.name());
    }

    /** Makes sure that won claims have a visible task each, whatever others have done to their reservations. */
    private List<VisibleTask> confirmed(Sql sql, List<Reservation> reservations, List<Confirmed> confirmed, Instant now)
            throws SQLException {
        Set<Long> own = new HashSet<>();
        List<VisibleTask> visible = new ArrayList<>();
        List<Subject> claimed = new ArrayList<>();
        List<Subject> recovered = new ArrayList<>();
        List<Subject> held = new ArrayList<>();
        for (Confirmed each : confirmed) {
            own.add(each.task().id());
            visible.add(each.task());
            (each.isOwnRun() ? claimed : recovered).add(each.subject());
            if (each.task().held()) {
                held.add(each.subject().with(each.holdReason()));
            }
        }
        history.record(sql, now, actor, Event.CLAIMED, claimed);
        history.record(sql, now, actor, Event.RECOVERED, recovered);
        history.record(sql, now, actor, Event.HELD, held);
        for (Reservation reservation : reservations) {
            if (!own.contains(reservation.id()) && !isSettled(sql, reservation)) {
                ReservationTable.lock(sql, Stream.of(reservation.draft().siteId()));
                boolean isHeld = reservation.draft().payload().holdReason() != null;
                for (Subject task : confirmLost(sql, reservation, now)) {
                    visible.add(new VisibleTask(requireNonNull(task.taskId()), reservation, isHeld));
                }
            }
        }
        return visible;
    }

    /** Makes sure that a won claim has a visible task although its reservation is gone. Returns the tasks that became visible. */
    private List<Subject> confirmLost(Sql sql, Reservation reservation, Instant now) throws SQLException {
        TaskDraft draft = reservation.draft();
        String siteId = draft.siteId();
        String holdReason = draft.payload().holdReason();
        String status = holdReason == null ? "pending" : "held";
        // being held is a change of its own
        int changes = holdReason == null ? 1 : 2;
        String resourceId = reservation.resourceId().value();
        String payload = StoredJson.write(draft.payload().content());
        String resource = StoredJson.writeColumns(draft.resource().columns());
        List<Subject> others = sql.query(
                """
                UPDATE "$queue" SET status = ?, hold_reason = ?, protocol = ?, payload = ?, claimant = ?, resource = ?,
                    deadline = ?, revision = coalesce(revision, 0) + ?
                WHERE site_id = ? AND resource_id = ? AND status = 'claiming' RETURNING id, site_id""",
                Subject::task,
                status,
                holdReason,
                draft.payload().protocol(),
                payload,
                draft.claimant().name(),
                resource,
                draft.deadline(),
                changes,
                siteId,
                resourceId);
        if (!others.isEmpty()) {
            recovered(sql, others, holdReason, now);
            return others;
        }
        Optional<Long> anew = sql.first(
                QUEUE_ANEW,
                row -> row.number("id"),
                siteId,
                draft.payload().protocol(),
                payload,
                sql.dialect().sharedTime(now),
                resourceId,
                draft.resource().reference(),
                draft.claimant().name(),
                resource,
                draft.priority(),
                draft.deadline(),
                run.name(),
                reservation.reservedAt(),
                holdReason,
                draft.traceparent(),
                status,
                changes,
                siteId,
                resourceId,
                reservation.id());
        List<Subject> tasks = anew.stream()
                .map(id -> new Subject(siteId, id, null, resourceId, "its reservation was gone"))
                .toList();
        recovered(sql, tasks, holdReason, now);
        tasks.forEach(task ->
                LOG.info("site {}: {} was won after its reservation was gone; queued again", siteId, resourceId));
        return tasks;
    }

    private void recovered(Sql sql, List<Subject> tasks, @Nullable String holdReason, Instant now) {
        history.record(sql, now, actor, Event.RECOVERED, tasks);
        if (holdReason != null) {
            List<Subject> held =
                    tasks.stream().map(task -> task.with(holdReason)).toList();
            history.record(sql, now, actor, Event.HELD, held);
        }
    }

    private static boolean isSettled(Sql sql, Reservation reservation) throws SQLException {
        return sql.exists(
                "SELECT 1 FROM \"$queue\"" + OWN,
                reservation.id(),
                reservation.draft().siteId(),
                reservation.resourceId().value());
    }
}
