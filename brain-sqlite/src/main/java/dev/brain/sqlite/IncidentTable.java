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
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The incidents beside the queue. */
final class IncidentTable implements IncidentLog {
    private static final String CODES =
            Arrays.stream(IncidentCode.values()).map(IncidentCode::name).collect(Collectors.joining("', '", "'", "'"));

    private static final String COLUMNS =
            "id, site_id, resource_id, code, message, evidence, count, opened_at, last_seen_at, resolved_at";

    private final Writer writer;
    private final Readers readers;
    private final Clock clock;

    IncidentTable(Writer writer, Readers readers, Clock clock) {
        this.writer = writer;
        this.readers = readers;
        this.clock = clock;
    }

    @Override
    public void report(List<Report> reports) {
        if (reports.isEmpty()) {
            return;
        }
        writer.run("report incidents", connected -> report(connected, reports, clock.instant()));
    }

    /** Opens incidents, or counts repeats. */
    static int report(Connected connected, List<Report> reports, Instant now) throws SQLException {
        for (Report report : reports) {
            ResourceId resourceId = report.resourceId();
            connected.update(
                    """
                        INSERT INTO brain_incident (site_id, resource_id, code, message, evidence, opened_at, last_seen_at)
                        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
                        ON CONFLICT (site_id, code, resource_id) WHERE resolved_at IS NULL DO UPDATE SET
                            count = count + 1, message = excluded.message,
                            evidence = coalesce(excluded.evidence, evidence), last_seen_at = excluded.last_seen_at""",
                    report.siteId(),
                    resourceId == null ? "" : resourceId.value(),
                    report.code().name(),
                    report.message(),
                    report.evidence(),
                    now.toEpochMilli());
        }
        return reports.size();
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
            Connected connected, String siteId, Collection<IncidentCode> codes, Collection<?> resourceIds, Instant now)
            throws SQLException {
        return connected.update("""
                UPDATE brain_incident SET resolved_at = ?
                WHERE site_id = ? AND code IN (SELECT value FROM json_each(?))
                AND resource_id IN (SELECT value FROM json_each(?)) AND resolved_at IS NULL""", now.toEpochMilli(), siteId, Json.texts(codes), Json.texts(resourceIds));
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

    private static Incident incident(ResultSet row) throws SQLException {
        String resourceId = row.getString("resource_id");
        Report report = new Report(
                IncidentCode.valueOf(row.getString("code")),
                row.getString("site_id"),
                resourceId.isEmpty() ? null : new ResourceId(resourceId),
                row.getString("message"),
                row.getString("evidence"));
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
