package dev.brain.store;

import dev.brain.history.Actor;
import dev.brain.history.History.Entry;
import dev.brain.history.History.Event;
import dev.brain.history.History.Filter;
import dev.brain.internal.monitor.Cursor;
import dev.brain.internal.monitor.HistorySearch;
import dev.brain.internal.monitor.Page;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the table of changes. What a unit of work records is written at its end, in its transaction.
 *
 * <p>Each entry of a task goes with an increase of the task's {@code revision}, so that the triggers of a database with other
 * writers can tell their changes.
 */
final class HistoryTable {
    /** Raises the revision of a task by one, in the SET clause of a statement that changes its status. */
    static final String REVISION = "revision = coalesce(revision, 0) + 1";

    private static final String BY_PERSON = "actor = ? AND actor_kind = 'person'";

    /** The index of times has one entry of many, which costs next to nothing: entries are written in the order of their times. */
    private static final String LAST_BEFORE =
            "SELECT id FROM brain_history WHERE id % 256 = 0 AND recorded_at < ? ORDER BY recorded_at DESC LIMIT 1";

    /** The longest that an entry may be written after its time, and by which the clocks of machines may differ. */
    private static final Duration OUT_OF_ORDER = Duration.ofHours(1);

    private final String insert;

    HistoryTable(StoreDialect dialect) {
        this.insert = """
                INSERT INTO brain_history (recorded_at, actor_kind, actor, event, site_id, task_id, incident_id, resource_id, detail)
                SELECT ?, ?, ?, ?, change.of_site, change.of_task, change.of_incident, change.of_resource, change.of_detail
                FROM %s""".formatted(dialect.rows(
                "change", "of_site", "of_task:number", "of_incident:number", "of_resource", "of_detail"));
    }

    /** What changed: a task, an incident, or a site as a whole. */
    record Subject(
            String siteId,
            @Nullable Long taskId,
            @Nullable Long incidentId,
            @Nullable String resourceId,
            @Nullable String detail) {
        static Subject task(String siteId, long taskId, @Nullable String detail) {
            return new Subject(siteId, taskId, null, null, detail);
        }

        static Subject site(String siteId, @Nullable String detail) {
            return new Subject(siteId, null, null, null, detail);
        }

        Subject with(@Nullable String newDetail) {
            return new Subject(siteId, taskId, incidentId, resourceId, newDetail);
        }

        /** Reads a task from the columns {@code site_id} and {@code id}. */
        static Subject task(Row row) throws SQLException {
            return task(row.required("site_id"), row.number("id"), null);
        }
    }

    void record(Sql sql, Instant at, Actor actor, Event event, Collection<Subject> subjects) {
        if (!subjects.isEmpty()) {
            List<List<@Nullable Object>> rows = new ArrayList<>(subjects.size());
            for (Subject each : subjects) {
                rows.add(Arrays.asList(
                        each.siteId(), each.taskId(), each.incidentId(), each.resourceId(), each.detail()));
            }
            // as exact as every engine can store it
            sql.updateAtEnd(
                    insert,
                    at.truncatedTo(ChronoUnit.MILLIS),
                    kind(actor),
                    actor.name(),
                    event.code(),
                    new Sql.RowSet(rows));
        }
    }

    void record(Sql sql, Instant at, Actor actor, Event event, Subject subject) {
        record(sql, at, actor, event, List.of(subject));
    }

    /** Deletes what may be personal data about these tasks. */
    void prune(Sql sql, Collection<Long> taskIds) throws SQLException {
        if (!taskIds.isEmpty()) {
            sql.update(
                    "UPDATE brain_history SET detail = NULL WHERE detail IS NOT NULL AND "
                            + sql.dialect().in("task_id"),
                    taskIds);
        }
    }

    List<Entry> list(Sql sql, Filter filter) throws SQLException {
        return list(sql, new Conditions(), filter);
    }

    Page<Entry> page(Sql sql, HistorySearch search) throws SQLException {
        Cursor after = search.after();
        Conditions conditions = new Conditions();
        if (search.person() != null) {
            // as in the index of what people did
            conditions.add("actor_kind = 'person'");
        }
        Filter filter = new Filter(
                search.siteId() == null ? Set.of() : Set.of(search.siteId()),
                search.taskId(),
                search.incidentId(),
                search.person(),
                null,
                after == null ? Long.valueOf(Long.MAX_VALUE) : Long.valueOf(after.id()),
                search.limit() + 1);
        List<Entry> entries = list(sql, conditions, filter);
        if (entries.size() <= search.limit()) {
            return new Page<>(entries, null);
        }
        List<Entry> page = entries.subList(0, search.limit());
        return new Page<>(page, new Cursor(null, page.get(page.size() - 1).id()));
    }

    private static List<Entry> list(Sql sql, Conditions conditions, Filter filter) throws SQLException {
        if (!filter.siteIds().isEmpty()) {
            conditions.add(sql.dialect().in("site_id"), filter.siteIds());
        }
        conditions.addUnlessNull("task_id = ?", filter.taskId());
        conditions.addUnlessNull("incident_id = ?", filter.incidentId());
        String actor = filter.actor();
        if (actor != null) {
            // the index has only what people did, because workers and runs make almost all changes
            conditions.add(
                    sql.exists("SELECT 1 FROM brain_history WHERE " + BY_PERSON, actor) ? BY_PERSON : "actor = ?",
                    actor);
        }
        Instant since = filter.since();
        if (since != null) {
            conditions.add("recorded_at >= ?", since);
            conditions.add("id > ?", lastBefore(sql, since.minus(OUT_OF_ORDER)));
        }
        conditions.addUnlessNull("id < ?", filter.before());
        // few entries: a plan that reads all of them from the newest on would be wrong
        String order = filter.taskId() == null && filter.incidentId() == null ? "id" : "id + 0";
        return sql
                .query(
                        "SELECT id, recorded_at, actor_kind, actor, event, site_id, task_id, incident_id, resource_id, detail"
                                + " FROM brain_history" + conditions.where() + " ORDER BY " + order + " DESC LIMIT ?",
                        HistoryTable::read,
                        conditions.values(filter.limit()))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** Returns the number of an entry of about that time; no entry with a lower number is later. 0 if there is none. */
    private static long lastBefore(Sql sql, Instant time) throws SQLException {
        return sql.first(LAST_BEFORE, row -> row.number("id"), time).orElse(0L);
    }

    /** Returns empty for an entry of a later version. */
    private static Optional<Entry> read(Row row) throws SQLException {
        Optional<Event> event = Event.ofCode(row.required("event"));
        String text = row.required("actor_kind");
        Optional<Actor.Kind> kind = Arrays.stream(Actor.Kind.values())
                .filter(each -> each.name().equalsIgnoreCase(text))
                .findFirst();
        return event.isEmpty() || kind.isEmpty()
                ? Optional.empty()
                : Optional.of(new Entry(
                        row.number("id"),
                        row.requiredTime("recorded_at"),
                        new Actor(kind.get(), row.required("actor")),
                        event.get(),
                        row.required("site_id"),
                        row.optionalNumber("task_id"),
                        row.optionalNumber("incident_id"),
                        row.text("resource_id"),
                        row.text("detail")));
    }

    private static String kind(Actor actor) {
        return actor.kind().name().toLowerCase(Locale.ROOT);
    }
}
