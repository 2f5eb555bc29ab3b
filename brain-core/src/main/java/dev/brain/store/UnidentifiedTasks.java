package dev.brain.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brain.history.Actor;
import dev.brain.history.History.Event;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.json.ExactJson;
import dev.brain.queue.Failure;
import dev.brain.resource.ResourceId;
import dev.brain.store.HistoryTable.Subject;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives tasks of other programs the id of their resource, which is in their payload. A resource may have one active task. A
 * further one fails, so that no worker gets it until a person has decided, unless somebody works on it already. Both are an
 * incident.
 */
final class UnidentifiedTasks {
    private static final Logger LOG = LoggerFactory.getLogger(UnidentifiedTasks.class);
    private static final JsonMapper MAPPER = ExactJson.builder().build();

    /** The number of rows in one transaction, because other programs wait for the lock meanwhile. */
    private static final int CHUNK = 500;

    /** The failure code of a task whose resource has another active task. */
    private static final String DUPLICATE = "DUPLICATE";

    /** The maximum number of digits of an id; longer numbers would only take memory. */
    private static final int MOST_DIGITS = 100;

    private final String location;
    private final IncidentTable incidents;
    private final HistoryTable history;
    private final Actor actor;
    private final AtomicLong last = new AtomicLong();

    /** Tasks that another program works on although their resource has another active task. It may return them. */
    private final Set<Long> doubted = ConcurrentHashMap.newKeySet();

    /** @param actor who looks at them, for the history */
    UnidentifiedTasks(String location, IncidentTable incidents, HistoryTable history, Actor actor) {
        this.history = history;
        this.actor = actor;
        this.location = location;
        this.incidents = incidents;
    }

    private record Unidentified(
            long id, String siteId, @Nullable String payload) {
        static Unidentified of(Row row) throws SQLException {
            return new Unidentified(row.number("id"), row.required("site_id"), row.text("payload"));
        }
    }

    /** Identifies all tasks in many short transactions, between which other programs can write. */
    void identifyAll(Transactions transactions, Instant now) {
        while (transactions.read("look for new tasks", sql -> areThereAfter(sql, last()))) {
            transactions.write("identify tasks", sql -> next(sql, now));
        }
    }

    /** Returns the number of the last task that was looked at in a transaction that has committed. */
    long last() {
        return last.get();
    }

    boolean areThereAfter(Sql sql, long after) throws SQLException {
        return sql.exists("SELECT id FROM \"$queue\" WHERE resource_id IS NULL AND id > ? LIMIT 1", after);
    }

    /** Looks at the next tasks. Returns the number of the last task that was looked at. */
    long next(Sql sql, Instant now) throws SQLException {
        List<Unidentified> rows = sql.query(
                "SELECT id, site_id, payload FROM \"$queue\" WHERE resource_id IS NULL AND id > ? ORDER BY id LIMIT ?",
                Unidentified::of,
                last(),
                CHUNK);
        long reached = rows.isEmpty() ? last() : rows.get(rows.size() - 1).id();
        List<Unidentified> all = new ArrayList<>(returned(sql));
        all.addAll(rows);
        for (Unidentified row : all) {
            Optional<ResourceId> resource = resource(row);
            if (resource.isPresent()) {
                identify(sql, row, resource.get(), now);
            }
        }
        sql.afterCommit(() -> last.accumulateAndGet(reached, Math::max));
        return reached;
    }

    /** Returns the doubted tasks that wait again. */
    private List<Unidentified> returned(Sql sql) throws SQLException {
        return doubted.isEmpty()
                ? List.of()
                : sql.query(
                        "SELECT id, site_id, payload FROM \"$queue\" WHERE resource_id IS NULL AND status = 'pending' AND "
                                + sql.dialect().in("id"),
                        Unidentified::of,
                        List.copyOf(doubted));
    }

    /** Returns a number as it is spelt in the payload. */
    private Optional<ResourceId> resource(Unidentified row) {
        JsonNode id;
        try {
            id = MAPPER.readTree(row.payload() == null ? "" : row.payload()).path("idRecurso");
        } catch (JsonProcessingException e) {
            LOG.debug("task {} has a payload that can't be read", row.id(), e);
            return Optional.empty();
        }
        if (!id.isNumber()) {
            return id.isTextual() ? Optional.ofNullable(TaskRow.resourceId(id.textValue())) : Optional.empty();
        }
        BigDecimal number = id.decimalValue();
        if (number.precision() + Math.abs((long) number.scale()) <= MOST_DIGITS) {
            return Optional.of(ResourceId.of(number));
        }
        LOG.warn(
                "task {} in {} has an idRecurso that is not an id, so its resource may be queued again",
                row.id(),
                location);
        return Optional.empty();
    }

    private void identify(Sql sql, Unidentified row, ResourceId resource, Instant now) throws SQLException {
        Optional<Long> first = sql.first(
                """
                SELECT other.id FROM "$queue" AS other JOIN "$queue" AS own ON own.id = ? AND own.status IN (%1$s)
                WHERE other.site_id = ? AND other.resource_id = ? AND other.status IN (%1$s)""".formatted(TaskRow.ACTIVE), found -> found.number("id"), row.id(), row.siteId(), resource.value());
        if (first.isEmpty()) {
            sql.update(
                    "UPDATE \"$queue\" SET resource_id = ? WHERE id = ? AND resource_id IS NULL",
                    resource.value(),
                    row.id());
        } else {
            duplicate(sql, row, resource, first.get(), now);
        }
    }

    private void duplicate(Sql sql, Unidentified row, ResourceId resource, long first, Instant now)
            throws SQLException {
        String reason = "another program queued it although task " + first + " of the same resource is active";
        boolean isHeld = sql.update(
                        """
                        UPDATE "$queue" SET resource_id = ?, status = 'failed', failure_kind = ?, failure_code = ?,
                            error_log = ?, processed_at = ?, %s WHERE id = ? AND status = 'pending'""".formatted(HistoryTable.REVISION),
                        resource.value(),
                        TaskRow.code(Failure.Kind.BUSINESS),
                        DUPLICATE,
                        reason,
                        sql.dialect().sharedTime(now),
                        row.id())
                == 1;
        if (isHeld) {
            Subject task = Subject.task(row.siteId(), row.id(), DUPLICATE + ": " + reason);
            history.record(sql, now, actor, Event.FAILED, task);
        } else {
            sql.afterCommit(() -> doubted.add(row.id()));
        }
        String advice = isHeld ? "retry it only if both must be filed" : "see to it that only one is filed";
        String message = "task " + row.id() + ": " + DUPLICATE + ": " + reason + "; " + advice;
        incidents.report(sql, List.of(new Report(IncidentCode.BUSINESS_FAILURE, row.siteId(), resource, message)), now);
        sql.afterCommit(() -> LOG.warn("{}, resource {} of site {} in {}", message, resource, row.siteId(), location));
    }
}
