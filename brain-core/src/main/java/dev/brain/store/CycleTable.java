package dev.brain.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.cycle.SiteReport.Counter;
import dev.brain.error.BrainException;
import dev.brain.internal.monitor.Overview.Cycle;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes and reads the table of the last cycles. It has a fixed number of places, of which the oldest is written next. */
final class CycleTable {
    /** The reports of the last cycles. A place is written again and again. */
    static final Tables.Table TABLE = new Tables.Table(TableNames.CYCLES, """
            CREATE TABLE brain_cycle (
                place INTEGER PRIMARY KEY,
                number {NUMBER} NOT NULL,
                run TEXT NOT NULL,
                started_at {TIME} NOT NULL,
                ended_at {TIME} NOT NULL,
                report {JSON} NOT NULL
            )""", List.of(), List.of());

    /** How many cycles are kept. */
    static final int KEPT = 50;

    /** Cycles that ended before this are not shown any more. */
    private static final Duration SHOWN = Duration.ofDays(30);

    private static final int ATTEMPTS = 10;

    private CycleTable() {}

    /** Keeps a report in place of the oldest one. */
    static boolean record(Sql sql, String run, CycleReport report, Instant endedAt) throws SQLException {
        String json = write(report);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            // a cycle that ends at the same time may get the number first
            int recorded =
                    sql.update("""
                    INSERT INTO brain_cycle (place, number, run, started_at, ended_at, report)
                    SELECT next.number % %1$d, next.number, ?, ?, ?, ?
                    FROM (SELECT coalesce(max(number), 0) + 1 AS number FROM brain_cycle) AS next WHERE true
                    ON CONFLICT (place) DO UPDATE SET number = excluded.number, run = excluded.run,
                        started_at = excluded.started_at, ended_at = excluded.ended_at, report = excluded.report
                    WHERE brain_cycle.number < excluded.number""".replace("%1$d", String.valueOf(KEPT)), run, report.startedAt(), endedAt, json);
            if (recorded == 1) {
                return true;
            }
        }
        throw new BrainException("the report of the cycle was not recorded, because others were recorded all the time");
    }

    /** Deletes the reports of cycles that ended before that time, except the last one, whose number goes on. */
    static int prune(Sql sql, Instant endedBefore) throws SQLException {
        return sql.update(
                "DELETE FROM brain_cycle WHERE ended_at < ? AND number < (SELECT max(number) FROM brain_cycle)",
                endedBefore);
    }

    /** Returns the last cycles, the newest first. Those with numbers up to the known ones' are taken from there. */
    static List<Cycle> last(Sql sql, List<Cycle> known, Instant now) throws SQLException {
        long read = known.isEmpty() ? 0 : known.get(0).number();
        List<Cycle> cycles = new ArrayList<>(sql.query(
                "SELECT number, run, ended_at, report FROM brain_cycle WHERE number > ? ORDER BY number DESC",
                row -> new Cycle(
                        row.number("number"),
                        row.required("run"),
                        row.requiredTime("ended_at"),
                        read(row.required("report"))),
                read));
        cycles.addAll(known);
        return cycles.stream()
                .filter(cycle -> cycle.endedAt().isAfter(now.minus(SHOWN)))
                .limit(KEPT)
                .toList();
    }

    private static String write(CycleReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("started_at", report.startedAt().toString());
        json.put("took_ms", report.took().toMillis());
        json.put("errors", report.errors());
        json.put("sites", report.sites().stream().map(CycleTable::json).toList());
        return StoredJson.write(json);
    }

    private static Map<String, Object> json(SiteReport site) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("site_id", site.siteId());
        if (site.paused()) {
            json.put("paused", true);
        }
        Instant opensAt = site.opensAt();
        if (opensAt != null) {
            json.put("opens_at", opensAt.toString());
        }
        Map<String, Long> counts = new LinkedHashMap<>();
        site.counts().forEach((counter, count) -> {
            if (count != 0) {
                counts.put(counter.jsonName(), count);
            }
        });
        json.put("counts", counts);
        json.put("errors", site.errors());
        json.put("warnings", site.warnings());
        return json;
    }

    private static CycleReport read(String json) throws SQLException {
        try {
            JsonNode report = StoredJson.MAPPER.readTree(json);
            List<SiteReport> sites = new ArrayList<>();
            report.path("sites").forEach(site -> sites.add(site(site)));
            return new CycleReport(
                    Instant.parse(report.path("started_at").asText()),
                    Duration.ofMillis(report.path("took_ms").asLong()),
                    sites,
                    texts(report.path("errors")));
        } catch (JsonProcessingException e) {
            throw new SQLException("a report of a cycle can't be read", e);
        }
    }

    private static SiteReport site(JsonNode site) {
        Map<Counter, Long> counts = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            long count = site.path("counts").path(counter.jsonName()).asLong();
            if (count != 0) {
                counts.put(counter, count);
            }
        }
        @Nullable
        Instant opensAt =
                site.hasNonNull("opens_at") ? Instant.parse(site.get("opens_at").asText()) : null;
        return new SiteReport(
                site.path("site_id").asText(),
                site.path("paused").asBoolean(),
                opensAt,
                counts,
                texts(site.path("errors")),
                texts(site.path("warnings")));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
