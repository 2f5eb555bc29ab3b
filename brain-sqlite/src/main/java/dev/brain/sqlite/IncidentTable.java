package dev.brain.sqlite;

import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.resource.ResourceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The incidents beside the queue. */
final class IncidentTable implements IncidentLog {
    private static final Logger LOG = LoggerFactory.getLogger(IncidentTable.class);

    private static final String CODES =
            Arrays.stream(IncidentCode.values()).map(IncidentCode::name).collect(Collectors.joining("', '", "'", "'"));

    private static final String COLUMNS =
            "id, site_id, resource_id, code, message, evidence, count, opened_at, last_seen_at, resolved_at, owner";

    private final Writer writer;
    private final Readers readers;
    private final Clock clock;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    IncidentTable(Writer writer, Readers readers, Clock clock) {
        this.writer = writer;
        this.readers = readers;
        this.clock = clock;
        writer.onIncidents(this::tell);
    }

    @Override
    public Subscription listen(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(Recorded recorded) {
        for (Listener listener : listeners) {
            try {
                listener.recorded(recorded.report(), recorded.opened());
            } catch (RuntimeException e) {
                LOG.warn(
                        "a listener failed on an incident of site {}",
                        recorded.report().siteId(),
                        e);
            }
        }
    }

    /** A report with whether it opened an incident. */
    record Recorded(Report report, boolean opened) {}

    @Override
    public List<Report> report(List<Report> reports) {
        return reports.isEmpty()
                ? List.of()
                : writer.run("report incidents", connected -> report(connected, reports, clock.instant()));
    }

    /** Opens incidents or counts repeats. Returns the reports that opened an incident. */
    static List<Report> report(Connected connected, List<Report> reports, Instant now) throws SQLException {
        List<Report> opened = new ArrayList<>();
        for (Report report : reports) {
            ResourceId resourceId = report.resourceId();
            if (resourceId != null) {
                respell(connected, report, resourceId);
            }
            boolean isOpened = connected
                    .first(
                            """
                            INSERT INTO brain_incident
                                (site_id, resource_id, code, message, evidence, owner, opened_at, last_seen_at)
                            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
                            ON CONFLICT (site_id, code, resource_id) WHERE resolved_at IS NULL DO UPDATE SET
                                count = count + 1, message = excluded.message,
                                evidence = coalesce(excluded.evidence, evidence),
                                owner = coalesce(excluded.owner, owner), last_seen_at = excluded.last_seen_at
                            RETURNING count = 1""",
                            row -> row.getBoolean(1),
                            report.siteId(),
                            resourceId == null ? "" : resourceId.value(),
                            report.code().name(),
                            report.message(),
                            report.evidence(),
                            report.owner(),
                            now.toEpochMilli())
                    .orElseThrow();
            if (isOpened) {
                opened.add(report);
            }
            connected.recorded().add(new Recorded(report, isOpened));
        }
        return opened;
    }

    /** An open incident that an earlier version recorded without the id's outer blanks goes on under the exact id. */
    private static void respell(Connected connected, Report report, ResourceId resourceId) throws SQLException {
        String stripped = resourceId.value().strip();
        if (!stripped.equals(resourceId.value())) {
            connected.update(
                    """
                    UPDATE OR IGNORE brain_incident SET resource_id = ?
                    WHERE site_id = ? AND code = ? AND resource_id = ? AND resolved_at IS NULL""", resourceId.value(), report.siteId(), report.code().name(), stripped);
        }
    }

    @Override
    public void settleSite(String siteId, Collection<IncidentCode> codes) {
        String wanted = Json.texts(codes);
        boolean open = readers.run(
                "read the incidents of site " + siteId,
                connected -> connected.first("""
                                SELECT 1 FROM brain_incident WHERE site_id = ? AND resource_id = '' AND resolved_at IS NULL
                                AND code IN (SELECT value FROM json_each(?)) LIMIT 1""", row -> true, siteId, wanted).isPresent());
        if (open) {
            // Called for every site in every cycle: a commit is spent only where there is something to close.
            writer.run(
                    "close incidents of site " + siteId,
                    connected -> connected.update("""
                            UPDATE brain_incident SET resolved_at = ?
                            WHERE site_id = ? AND resource_id = '' AND resolved_at IS NULL
                            AND code IN (SELECT value FROM json_each(?))""", clock.millis(), siteId, wanted));
        }
    }

    @Override
    public boolean resolve(long id) {
        return writer.run("resolve incident " + id, connected -> connected.update("""
                                UPDATE brain_incident SET resolved_at = ? WHERE id = ? AND resolved_at IS NULL""", clock.millis(), id)) == 1;
    }

    @Override
    public List<Incident> list(Set<String> siteIds, boolean openOnly, int limit) {
        return readers.run(
                "list incidents",
                connected -> connected.query(
                        "SELECT " + COLUMNS + " FROM brain_incident WHERE code IN (" + CODES + ")" + """
                                 AND (?1 = '[]' OR site_id IN (SELECT value FROM json_each(?1)))
                                AND (NOT ?2 OR resolved_at IS NULL)
                                ORDER BY last_seen_at DESC, id DESC LIMIT ?3""",
                        IncidentTable::incident,
                        Json.texts(siteIds),
                        openOnly,
                        limit));
    }

    @Override
    public void settle(String siteId, IncidentCode code, Collection<ResourceId> resourceIds) {
        if (!resourceIds.isEmpty()) {
            writer.run(
                    "close incidents of site " + siteId,
                    connected -> settle(connected, siteId, Set.of(code), resourceIds, clock.instant()));
        }
    }

    /** Closes the open incidents of these codes on these resources of a site. */
    static int settle(
            Connected connected,
            String siteId,
            Collection<IncidentCode> codes,
            Collection<ResourceId> resourceIds,
            Instant now)
            throws SQLException {
        return settleTexts(connected, siteId, codes, TaskTable.spellings(resourceIds), now);
    }

    /** Closes the open incidents of these codes that are about no particular resource of a site. */
    static int settleWithoutResource(Connected connected, String siteId, Collection<IncidentCode> codes, Instant now)
            throws SQLException {
        return settleTexts(connected, siteId, codes, List.of(""), now);
    }

    private static int settleTexts(
            Connected connected,
            String siteId,
            Collection<IncidentCode> codes,
            Collection<String> resourceIds,
            Instant now)
            throws SQLException {
        return connected.update("""
                UPDATE brain_incident SET resolved_at = ?
                WHERE site_id = ? AND code IN (SELECT value FROM json_each(?))
                AND resource_id IN (SELECT value FROM json_each(?)) AND resolved_at IS NULL""", now.toEpochMilli(), siteId, Json.texts(codes), Json.texts(resourceIds));
    }

    @Override
    public Set<ResourceId> openOn(String siteId, IncidentCode code, Collection<ResourceId> resourceIds) {
        Set<String> open = Set.copyOf(readers.run(
                "read the incidents of site " + siteId,
                connected -> connected.query(
                        """
                        SELECT i.resource_id FROM json_each(?) AS wanted CROSS JOIN brain_incident AS i
                        ON i.site_id = ? AND i.code = ? AND i.resource_id = wanted.value
                        WHERE i.resolved_at IS NULL""",
                        row -> row.getString(1),
                        Json.texts(TaskTable.spellings(resourceIds)),
                        siteId,
                        code.name())));
        return resourceIds.stream()
                .filter(id -> TaskTable.spellings(id).stream().anyMatch(open::contains))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public List<Incident> open(String siteId, IncidentCode code, @Nullable ResourceId after, int limit) {
        return readers.run(
                "read the incidents of site " + siteId,
                connected -> connected.query(
                        "SELECT " + COLUMNS + """
                                 FROM brain_incident
                                WHERE site_id = ? AND code = ? AND resource_id > ? AND resolved_at IS NULL
                                ORDER BY resource_id LIMIT ?""",
                        IncidentTable::incident,
                        siteId,
                        code.name(),
                        after == null ? "" : after.value(),
                        limit));
    }

    @Override
    public List<Incident> openOfSites(IncidentCode code) {
        return readers.run(
                "read the incidents of sites",
                connected -> connected.query("SELECT " + COLUMNS + """
                                 FROM brain_incident
                                WHERE code = ? AND resource_id = '' AND resolved_at IS NULL ORDER BY id""", IncidentTable::incident, code.name()));
    }

    private static Incident incident(ResultSet row) throws SQLException {
        String resourceId = row.getString("resource_id");
        Report report = new Report(
                IncidentCode.valueOf(row.getString("code")),
                row.getString("site_id"),
                resourceId.isBlank() ? null : new ResourceId(resourceId),
                row.getString("message"),
                row.getString("evidence"),
                row.getString("owner"));
        long resolvedAt = row.getLong("resolved_at");
        return new Incident(
                row.getLong("id"),
                report,
                row.getInt("count"),
                Instant.ofEpochMilli(row.getLong("opened_at")),
                Instant.ofEpochMilli(row.getLong("last_seen_at")),
                resolvedAt == 0 ? null : Instant.ofEpochMilli(resolvedAt));
    }
}
