package dev.brain.store;

import dev.brain.internal.notification.Notification;
import dev.brain.internal.notification.Notification.Event;
import dev.brain.internal.notification.Notification.Subject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps the changes of incidents that are to be delivered, in the transactions that make the changes. */
final class NotificationTable {
    /** How long the repeats of an incident are collected before they are one notification. */
    static final Duration REPEATS = Duration.ofHours(1);

    static final Duration OLDEST = Duration.ofDays(7);
    static final int MOST = 10_000;

    /** The number of incidents begins with 1; the row that counts what was dropped belongs to none. */
    private static final long NO_INCIDENT = 0;

    private static final String INSERT = """
            INSERT INTO brain_notification (incident_id, event, count, task_id, happened_at, due_at)
            VALUES (?, ?, ?, (SELECT max(id) FROM (
                SELECT id FROM "$queue" WHERE site_id = ? AND resource_id = ? AND status IN (%s) UNION ALL
                SELECT id FROM "$queue" WHERE site_id = ? AND resource_id = ? AND %s) AS task), ?, ?)""".formatted(TaskRow.ACTIVE, TaskRow.INACTIVE);

    /** The condition that a row was never sent. */
    private static final String NEVER_LEASED = "lease_token = 0";

    private final Runnable kept;
    private volatile boolean isKeeping;

    /** @param kept is run after the commit of each change that was kept */
    NotificationTable(Runnable kept) {
        this.kept = kept;
    }

    /** Starts to keep changes. */
    void keep() {
        isKeeping = true;
    }

    /** An incident that has changed. */
    record Changed(long id, int count, String siteId, String resourceId) {}

    /** Stores that an incident was opened, or how often it was repeated. */
    void reported(Sql sql, Changed incident, Instant now) throws SQLException {
        if (!isKeeping) {
            return;
        }
        if (incident.count() == 1) {
            insert(sql, incident, Event.OPENED, now, now);
        } else if (sql.update(
                        "UPDATE brain_notification SET count = ?, happened_at = ? WHERE incident_id = ? AND event = ? AND "
                                + NEVER_LEASED,
                        incident.count(),
                        now,
                        incident.id(),
                        Event.REPEATED.code())
                == 0) {
            insert(sql, incident, Event.REPEATED, now, now.plus(REPEATS));
        }
    }

    /** Stores that an incident was closed. This replaces the repeats that were collected. */
    void closed(Sql sql, Changed incident, Instant now) throws SQLException {
        if (isKeeping) {
            sql.update(
                    "DELETE FROM brain_notification WHERE incident_id = ? AND event = ? AND " + NEVER_LEASED,
                    incident.id(),
                    Event.REPEATED.code());
            insert(sql, incident, Event.CLOSED, now, now);
        }
    }

    private void insert(Sql sql, Changed incident, Event event, Instant now, Instant dueAt) throws SQLException {
        sql.update(
                INSERT,
                incident.id(),
                event.code(),
                incident.count(),
                incident.siteId(),
                incident.resourceId(),
                incident.siteId(),
                incident.resourceId(),
                now,
                dueAt);
        sql.afterCommit(kept);
    }

    /** Returns whether something can be leased. */
    boolean isAnyDue(Sql sql, Instant now) throws SQLException {
        return sql.exists(
                "SELECT 1 FROM brain_notification WHERE due_at <= ? AND (lease_until IS NULL OR lease_until <= ?) LIMIT 1",
                now,
                now);
    }

    /** Leases the oldest change of each incident. */
    List<Notification> lease(Sql sql, int most, Instant now, Instant until) throws SQLException {
        List<Long> ids =
                sql.query("""
                UPDATE brain_notification SET lease_until = ?, lease_token = lease_token + 1 WHERE id IN (
                    SELECT id FROM brain_notification AS own
                    WHERE due_at <= ? AND (lease_until IS NULL OR lease_until <= ?)
                    AND NOT EXISTS (SELECT 1 FROM brain_notification AS earlier
                        WHERE earlier.incident_id = own.incident_id AND earlier.id < own.id)
                    ORDER BY id LIMIT ?%s)
                RETURNING id""".formatted(sql.dialect().lockForTaking()), row -> row.number("id"), until, now, now, most);
        return ids.isEmpty()
                ? List.of()
                : sql.query("""
                        SELECT own.id, own.lease_token, own.event, own.count, own.incident_id, own.task_id,
                            own.happened_at, own.failures, coalesce(incident.site_id, '') AS site_id,
                            coalesce(incident.code, '') AS code
                        FROM brain_notification AS own LEFT JOIN brain_incident AS incident ON incident.id = own.incident_id
                        WHERE\s""" + sql.dialect().in("own.id") + " ORDER BY own.id", NotificationTable::read, ids);
    }

    private static Notification read(Row row) throws SQLException {
        long incidentId = row.number("incident_id");
        return new Notification(
                row.number("id"),
                row.number("lease_token"),
                Event.of(row.required("event")),
                incidentId == NO_INCIDENT
                        ? null
                        : new Subject(
                                incidentId,
                                row.required("site_id"),
                                row.required("code"),
                                row.optionalNumber("task_id")),
                row.integer("count"),
                row.requiredTime("happened_at"),
                row.integer("failures"));
    }

    void delete(Sql sql, Notification notification) throws SQLException {
        sql.update(
                "DELETE FROM brain_notification WHERE id = ? AND lease_token = ?",
                notification.id(),
                notification.lease());
    }

    void postpone(Sql sql, Notification notification, Instant dueAt, String problem) throws SQLException {
        sql.update("""
                UPDATE brain_notification SET failures = failures + 1, due_at = ?, problem = ?, lease_until = NULL
                WHERE id = ? AND lease_token = ?""", dueAt, problem, notification.id(), notification.lease());
    }

    void release(Sql sql, Notification notification) throws SQLException {
        sql.update(
                "UPDATE brain_notification SET lease_until = NULL WHERE id = ? AND lease_token = ?",
                notification.id(),
                notification.lease());
    }

    /** Drops changes that are too old or too many, and stores their number. Returns that number. */
    int drop(Sql sql, Instant now) throws SQLException {
        String droppable = "event <> ? AND (lease_until IS NULL OR lease_until <= ?) AND ";
        String counting = Event.DROPPED.code();
        int dropped = sql.update(
                        "DELETE FROM brain_notification WHERE " + droppable + "happened_at < ?",
                        counting,
                        now,
                        now.minus(OLDEST))
                + sql.update(
                        "DELETE FROM brain_notification WHERE " + droppable
                                + "id <= (SELECT id FROM brain_notification ORDER BY id DESC LIMIT 1 OFFSET ?)",
                        counting,
                        now,
                        MOST);
        if (dropped > 0
                && sql.update(
                                "UPDATE brain_notification SET count = count + ?, happened_at = ? WHERE event = ? AND "
                                        + NEVER_LEASED,
                                dropped,
                                now,
                                counting)
                        == 0) {
            insert(sql, new Changed(NO_INCIDENT, dropped, "", ""), Event.DROPPED, now, now);
        }
        return dropped;
    }

    /** Describes the changes that have waited since before a time; empty if there are none. */
    Optional<String> waiting(Sql sql, Instant before) throws SQLException {
        return sql.first(
                        """
                        SELECT count(*) AS waiting, min(happened_at) AS oldest, max(problem) AS problem FROM brain_notification
                        WHERE failures > 0 AND happened_at <= ? OR failures = 0 AND due_at <= ?""",
                        row -> row.number("waiting") == 0
                                ? Optional.<String>empty()
                                : Optional.of(
                                        row.number("waiting") + " of incidents have not been delivered, the oldest of "
                                                + row.requiredTime("oldest") + ": "
                                                + reason(row.text("problem"))),
                        before,
                        before)
                .flatMap(found -> found);
    }

    private static String reason(@Nullable String problem) {
        return problem == null
                ? "no 'brain run' or 'brain worker' with BRAIN_NOTIFY_URL is running; start one"
                : "the receiver does not accept them: " + problem
                        + "; see that it runs and that BRAIN_NOTIFY_URL is right";
    }
}
