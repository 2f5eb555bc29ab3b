package dev.brain.store;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.brain.history.Actor;
import dev.brain.history.History.Event;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.incident.IncidentLog.Filter;
import dev.brain.internal.monitor.Cursor;
import dev.brain.internal.monitor.IncidentSearch;
import dev.brain.internal.monitor.Page;
import dev.brain.resource.ResourceId;
import dev.brain.store.HistoryTable.Subject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads and writes the table of incidents. An incident of a whole site has an empty resource id. */
final class IncidentTable {
    private static final String KNOWN_CODES =
            Arrays.stream(IncidentCode.values()).map(IncidentCode::name).collect(Collectors.joining("', '", "'", "'"));

    private static final String COLUMNS =
            "id, site_id, resource_id, code, message, evidence, count, opened_at, last_seen_at, resolved_at, owner,"
                    + " assignee";

    private static final String SELECT = "SELECT " + COLUMNS + " FROM brain_incident ";
    private static final String RETURNING = " RETURNING " + COLUMNS;

    private final HistoryTable history;
    private final IncidentLog.Listener listener;
    private final NotificationTable notifications;

    /** @param listener receives each recorded report and each closed incident, after the commit */
    IncidentTable(HistoryTable history, IncidentLog.Listener listener, NotificationTable notifications) {
        this.history = history;
        this.listener = listener;
        this.notifications = notifications;
    }

    /** Opens incidents or counts repeats. Returns the reports that opened an incident. */
    List<Report> report(Sql sql, List<Report> reports, Instant now) throws SQLException {
        List<Report> opened = new ArrayList<>();
        for (Report report : reports) {
            respell(sql, report);
            NotificationTable.Changed incident = sql.first(
                            """
                            INSERT INTO brain_incident
                                (site_id, resource_id, code, message, evidence, owner, opened_at, last_seen_at)
                            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                            ON CONFLICT (site_id, code, resource_id) WHERE resolved_at IS NULL DO UPDATE SET
                                count = brain_incident.count + 1, message = excluded.message,
                                evidence = coalesce(excluded.evidence, brain_incident.evidence),
                                owner = coalesce(excluded.owner, brain_incident.owner),
                                last_seen_at = excluded.last_seen_at
                            RETURNING id, count""",
                            row -> new NotificationTable.Changed(
                                    row.number("id"), row.integer("count"), report.siteId(), text(report.resourceId())),
                            report.siteId(),
                            text(report.resourceId()),
                            report.code().name(),
                            report.message(),
                            report.evidence(),
                            report.owner(),
                            now,
                            now)
                    .orElseThrow();
            boolean isOpened = incident.count() == 1;
            if (isOpened) {
                opened.add(report);
            }
            notifications.reported(sql, incident, now);
            sql.afterCommit(() -> listener.recorded(report, isOpened));
        }
        return opened;
    }

    /** Gives the exact id to an open incident that an earlier version recorded without the id's outer blanks. */
    private static void respell(Sql sql, Report report) throws SQLException {
        ResourceId id = report.resourceId();
        if (id != null && Spellings.isPadded(id)) {
            String code = report.code().name();
            sql.update(
                    """
                    UPDATE brain_incident SET resource_id = ?
                    WHERE site_id = ? AND code = ? AND resource_id = ? AND resolved_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM brain_incident AS exact WHERE exact.site_id = ? AND exact.code = ?
                        AND exact.resource_id = ? AND exact.resolved_at IS NULL)""", id.value(), report.siteId(), code, Spellings.stripped(id), report.siteId(), code, id.value());
        }
    }

    /** Closes the open incidents of these codes on these resources of a site. */
    int close(
            Sql sql,
            Actor actor,
            String siteId,
            Collection<IncidentCode> codes,
            Collection<ResourceId> resourceIds,
            Instant now)
            throws SQLException {
        return closeTexts(sql, actor, siteId, codes, Spellings.of(resourceIds), now);
    }

    /** Closes the open incidents of these codes that concern a whole site. */
    int closeOfSite(Sql sql, Actor actor, String siteId, Collection<IncidentCode> codes, Instant now)
            throws SQLException {
        return closeTexts(sql, actor, siteId, codes, List.of(""), now);
    }

    private int closeTexts(
            Sql sql,
            Actor actor,
            String siteId,
            Collection<IncidentCode> codes,
            Collection<String> resourceIds,
            Instant now)
            throws SQLException {
        return closed(
                sql,
                actor,
                null,
                sql.query(
                        "UPDATE brain_incident SET resolved_at = ? WHERE site_id = ? AND resolved_at IS NULL AND "
                                + sql.dialect().in("code") + " AND "
                                + sql.dialect().in("resource_id") + RETURNING,
                        IncidentTable::read,
                        now,
                        siteId,
                        names(codes),
                        resourceIds),
                now);
    }

    /** Records closed incidents and reports them to the listener. Returns their number. */
    private int closed(Sql sql, Actor actor, @Nullable String note, List<Incident> incidents, Instant now)
            throws SQLException {
        for (Incident incident : incidents) {
            record(sql, actor, Event.INCIDENT_RESOLVED, Optional.of(incident), note, now);
            Report report = incident.report();
            notifications.closed(
                    sql,
                    new NotificationTable.Changed(
                            incident.id(), incident.count(), report.siteId(), text(report.resourceId())),
                    now);
            sql.afterCommit(() -> listener.closed(incident));
        }
        return incidents.size();
    }

    boolean isOpenOfSite(Sql sql, String siteId, Collection<IncidentCode> codes) throws SQLException {
        return sql.exists(
                "SELECT 1 FROM brain_incident WHERE site_id = ? AND resource_id = '' AND resolved_at IS NULL AND "
                        + sql.dialect().in("code"),
                siteId,
                names(codes));
    }

    boolean resolve(Sql sql, Actor actor, long id, @Nullable String note, Instant now) throws SQLException {
        String open = "UPDATE brain_incident SET resolved_at = ? WHERE id = ? AND resolved_at IS NULL";
        List<Incident> resolved =
                sql.query(open + " AND code IN (" + KNOWN_CODES + ")" + RETURNING, IncidentTable::read, now, id);
        // an incident with a code of a later version is closed without telling anybody
        return closed(sql, actor, note, resolved, now) == 1 || sql.update(open, now, id) == 1;
    }

    boolean assign(Sql sql, Actor actor, long id, @Nullable String assignee, Instant now) throws SQLException {
        Optional<Incident> assigned = sql.first(
                "UPDATE brain_incident SET assignee = ? WHERE id = ? AND resolved_at IS NULL AND code IN ("
                        + KNOWN_CODES + ")" + RETURNING,
                IncidentTable::read,
                assignee,
                id);
        return record(
                sql, actor, Event.INCIDENT_ASSIGNED, assigned, assignee == null ? "to nobody" : "to " + assignee, now);
    }

    boolean note(Sql sql, Actor actor, long id, String note, Instant now) throws SQLException {
        return record(sql, actor, Event.INCIDENT_NOTED, find(sql, id), note, now);
    }

    private boolean record(
            Sql sql, Actor actor, Event event, Optional<Incident> incident, @Nullable String detail, Instant now) {
        incident.ifPresent(each -> {
            ResourceId resourceId = each.report().resourceId();
            String resource = resourceId == null ? null : resourceId.value();
            Subject subject = new Subject(each.report().siteId(), null, each.id(), resource, detail);
            history.record(sql, now, actor, event, subject);
        });
        return incident.isPresent();
    }

    Optional<Incident> find(Sql sql, long id) throws SQLException {
        return sql.first(SELECT + "WHERE code IN (" + KNOWN_CODES + ") AND id = ?", IncidentTable::read, id);
    }

    List<Incident> list(Sql sql, Filter filter) throws SQLException {
        Conditions conditions = new Conditions();
        conditions.add("code IN (" + KNOWN_CODES + ")");
        if (filter.openOnly()) {
            conditions.add("resolved_at IS NULL");
        }
        if (!filter.siteIds().isEmpty()) {
            conditions.add(sql.dialect().in("site_id"), filter.siteIds());
        }
        if (!filter.codes().isEmpty()) {
            conditions.add(sql.dialect().in("code"), names(filter.codes()));
        }
        String assignee = filter.assignee();
        if (assignee != null) {
            conditions.add("lower(coalesce(assignee, '')) = lower(?)", assignee);
        }
        conditions.addUnlessNull("opened_at < ?", filter.openedBefore());
        return sql.query(
                SELECT + conditions.where() + " ORDER BY last_seen_at DESC, id DESC LIMIT ?",
                IncidentTable::read,
                conditions.values(filter.limit()));
    }

    /** Lists incidents by pages. Those that are chosen by more than whether they are open are searched for in a limited number. */
    Page<Incident> page(Sql sql, IncidentSearch search) throws SQLException {
        Conditions walked = new Conditions();
        walked.add("code IN (" + KNOWN_CODES + ")");
        if (search.openOnly()) {
            walked.add("resolved_at IS NULL");
        }
        Cursor after = search.after();
        if (after != null) {
            walked.add("(last_seen_at, id) < (?, ?)", requireNonNullElse(after.at(), Instant.MAX), after.id());
        }
        Conditions filters = new Conditions();
        if (!search.siteIds().isEmpty()) {
            filters.add(sql.dialect().in("site_id"), search.siteIds());
        }
        if (!search.codes().isEmpty()) {
            filters.add(sql.dialect().in("code"), names(search.codes()));
        }
        filters.addUnlessNull("lower(coalesce(assignee, '')) = lower(?)", search.assignee());
        String order = " ORDER BY last_seen_at DESC, id DESC LIMIT ";
        String walk = "SELECT * FROM brain_incident" + walked.where() + order + "?";
        int most = filters.isEmpty() ? search.limit() + 1 : TaskPages.SEARCHED;
        List<Object> values = new ArrayList<>(Arrays.asList(walked.values(most)));
        values.addAll(Arrays.asList(filters.values(search.limit() + 1)));
        List<Incident> found = sql.query(
                "SELECT " + COLUMNS + " FROM (" + walk + ") AS walked" + filters.where() + order + "?",
                IncidentTable::read,
                values.toArray());
        if (found.size() > search.limit()) {
            List<Incident> page = found.subList(0, search.limit());
            Incident last = page.get(page.size() - 1);
            return new Page<>(page, new Cursor(last.lastSeenAt(), last.id()));
        }
        Cursor next = filters.isEmpty()
                ? null
                : sql.first(
                                "SELECT last_seen_at, id FROM (" + walk + ") AS walked" + order + "1 OFFSET "
                                        + (TaskPages.SEARCHED - 1),
                                row -> new Cursor(row.time("last_seen_at"), row.number("id")),
                                walked.values(most))
                        .orElse(null);
        return new Page<>(found, next);
    }

    /** Returns which of these resources of a site have an open incident of that code. */
    Set<ResourceId> openOn(Sql sql, String siteId, IncidentCode code, Collection<ResourceId> resourceIds)
            throws SQLException {
        return on(sql, siteId, code, resourceIds, " AND resolved_at IS NULL");
    }

    /** Returns which of these resources of a site have, or had, an incident of that code. */
    Set<ResourceId> everOn(Sql sql, String siteId, IncidentCode code, Collection<ResourceId> resourceIds)
            throws SQLException {
        return on(sql, siteId, code, resourceIds, " AND resource_id <> ''");
    }

    private static Set<ResourceId> on(
            Sql sql, String siteId, IncidentCode code, Collection<ResourceId> resourceIds, String condition)
            throws SQLException {
        Set<String> found = sql.texts(
                "SELECT resource_id FROM brain_incident WHERE site_id = ? AND code = ? AND "
                        + sql.dialect().in("resource_id") + condition,
                siteId,
                code.name(),
                Spellings.of(resourceIds));
        return resourceIds.stream()
                .filter(id -> Spellings.of(id).stream().anyMatch(found::contains))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the next open incidents on resources of a site. */
    List<Incident> open(Sql sql, String siteId, IncidentCode code, @Nullable ResourceId after, int limit)
            throws SQLException {
        return sql.query(SELECT + """
                        WHERE site_id = ? AND code = ? AND resource_id > ? AND resolved_at IS NULL
                        ORDER BY resource_id LIMIT ?""", IncidentTable::read, siteId, code.name(), text(after), limit);
    }

    /** Returns the codes of the open incidents of each site. A code of a later version is left out. */
    Map<String, Set<IncidentCode>> openCodes(Sql sql) throws SQLException {
        Map<String, IncidentCode> known =
                Arrays.stream(IncidentCode.values()).collect(Collectors.toMap(IncidentCode::name, code -> code));
        Map<String, Set<IncidentCode>> codes = new HashMap<>();
        sql.query("SELECT DISTINCT site_id, code FROM brain_incident WHERE resolved_at IS NULL", row -> {
            IncidentCode code = known.get(row.text("code"));
            return code != null
                    && codes.computeIfAbsent(
                                    requireNonNull(row.text("site_id")), id -> EnumSet.noneOf(IncidentCode.class))
                            .add(code);
        });
        return codes;
    }

    /** Returns the open incidents of that code about whole sites. */
    List<Incident> openOfSites(Sql sql, IncidentCode code) throws SQLException {
        return sql.query(
                SELECT + "WHERE code = ? AND resource_id = '' AND resolved_at IS NULL ORDER BY id",
                IncidentTable::read,
                code.name());
    }

    private static List<String> names(Collection<IncidentCode> codes) {
        return codes.stream().map(IncidentCode::name).toList();
    }

    private static String text(@Nullable ResourceId id) {
        return id == null ? "" : id.value();
    }

    private static Incident read(Row row) throws SQLException {
        Report report = new Report(
                IncidentCode.valueOf(row.required("code")),
                row.required("site_id"),
                TaskRow.resourceId(row.text("resource_id")),
                row.required("message"),
                row.text("evidence"),
                row.text("owner"));
        return new Incident(
                row.number("id"),
                report,
                row.integer("count"),
                row.requiredTime("opened_at"),
                row.requiredTime("last_seen_at"),
                row.time("resolved_at"),
                row.text("assignee"));
    }
}
