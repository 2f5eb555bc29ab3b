package dev.brain.sqlite;

import dev.brain.queue.Lease;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.SiteState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What keeps workers from a site's tasks: a pause, failures in a row, and limits. */
final class SiteTable {
    private SiteTable() {}

    /** The states of the sites that have one, by site. */
    static Map<String, SiteState> statesBySite(Connected connected) throws SQLException {
        return states(connected).stream().collect(Collectors.toMap(SiteState::siteId, Function.identity()));
    }

    static List<SiteState> states(Connected connected) throws SQLException {
        return connected.query(
                "SELECT site_id, paused, failures, failed_at FROM brain_site WHERE paused OR failures > 0 ORDER BY site_id",
                SiteTable::state);
    }

    private static SiteState state(ResultSet row) throws SQLException {
        long failedAt = row.getLong(4);
        return new SiteState(
                row.getString(1),
                row.getInt(2) != 0,
                row.getInt(3),
                failedAt == 0 ? null : Instant.ofEpochMilli(failedAt));
    }

    /** How many of the site's tasks may be begun now, at the most that many. */
    static int allowed(Connected connected, SiteLimits site, @Nullable SiteState state, int most, Instant now)
            throws SQLException {
        if (state != null && state.paused()) {
            return 0;
        }
        int allowed = most;
        Integer concurrent = site.concurrent();
        int breaker = site.breaker().failures();
        if (state != null && breaker > 0 && state.failures() >= breaker) {
            Instant failedAt = state.failedAt();
            // a failure in the future is one from before the clock was set back: it ends no pause, so it begins none
            if (failedAt != null
                    && !now.isBefore(failedAt)
                    && now.isBefore(failedAt.plus(site.breaker().pause()))) {
                return 0;
            }
            // after the pause one task is tried, and until it has ended no other
            concurrent = 1;
        }
        if (concurrent != null) {
            allowed = Math.min(allowed, concurrent - inWork(connected, site.siteId()));
        }
        SiteLimits.Rate rate = site.rate();
        if (rate != null && allowed > 0) {
            allowed = Math.min(allowed, rate.tasks() - begun(connected, site.siteId(), now.minus(rate.period()), now));
        }
        return Math.max(0, allowed);
    }

    private static int inWork(Connected connected, String siteId) throws SQLException {
        return connected
                .first(
                        "SELECT count(*) FROM \"$queue\" WHERE status = 'processing' AND site_id = ?",
                        row -> row.getInt(1),
                        siteId)
                .orElse(0);
    }

    private static int begun(Connected connected, String siteId, Instant since, Instant now) throws SQLException {
        return connected
                .first(
                        "SELECT count(*) FROM brain_beginning WHERE site_id = ? AND at > ? AND at <= ?",
                        row -> row.getInt(1),
                        siteId,
                        since.toEpochMilli(),
                        now.toEpochMilli())
                .orElse(0);
    }

    /** Remembers when tasks of sites with a rate were begun, for as long as that matters. */
    static void begun(Connected connected, List<SiteLimits> sites, List<Lease> leases, Instant now)
            throws SQLException {
        for (SiteLimits site : sites) {
            SiteLimits.Rate rate = site.rate();
            List<Long> begun = rate == null
                    ? List.of()
                    : leases.stream()
                            .filter(lease -> lease.task().siteId().equals(site.siteId()))
                            .map(Lease::taskId)
                            .toList();
            if (rate != null && !begun.isEmpty()) {
                connected.update(
                        "DELETE FROM brain_beginning WHERE site_id = ? AND at <= ?",
                        site.siteId(),
                        now.minus(rate.period()).toEpochMilli());
                connected.update("""
                        INSERT OR REPLACE INTO brain_beginning (site_id, at, task_id)
                        SELECT ?, ?, value FROM json_each(?)""", site.siteId(), now.toEpochMilli(), Json.write(begun));
            }
        }
    }

    static void succeeded(Connected connected, String siteId) throws SQLException {
        connected.update(
                "UPDATE brain_site SET failures = 0, failed_at = NULL WHERE site_id = ? AND failures > 0", siteId);
    }

    static void failed(Connected connected, String siteId, Instant now) throws SQLException {
        connected.update("""
                INSERT INTO brain_site (site_id, failures, failed_at) VALUES (?, 1, ?)
                ON CONFLICT (site_id) DO UPDATE SET failures = failures + 1, failed_at = excluded.failed_at""", siteId, now.toEpochMilli());
    }

    static int pause(Connected connected, String siteId, boolean paused) throws SQLException {
        return connected.update("""
                INSERT INTO brain_site (site_id, paused) VALUES (?, ?)
                ON CONFLICT (site_id) DO UPDATE SET paused = excluded.paused, failures = 0, failed_at = NULL""", siteId, paused ? 1 : 0);
    }
}
