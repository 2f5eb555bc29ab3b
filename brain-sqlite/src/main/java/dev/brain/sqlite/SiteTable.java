package dev.brain.sqlite;

import dev.brain.queue.Lease;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.SiteState;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What keeps workers from a site's tasks: a pause, failures in a row, and limits. */
final class SiteTable {
    private SiteTable() {}

    /** How many of the site's tasks may be begun now, at the most that many. */
    static int allowed(Connected connected, SiteLimits site, int most, Instant now) throws SQLException {
        SiteState state = state(connected, site.siteId());
        if (state != null && state.paused()) {
            return 0;
        }
        int allowed = most;
        Integer concurrent = site.concurrent();
        Instant failedAt = state == null ? null : state.failedAt();
        int breaker = site.breaker().failures();
        if (breaker > 0 && state != null && failedAt != null && state.failures() >= breaker) {
            if (now.isBefore(failedAt.plus(site.breaker().pause()))) {
                return 0;
            }
            // after the pause one task is tried, and until it has ended no other
            concurrent = 1;
        }
        if (concurrent != null) {
            allowed = Math.min(allowed, concurrent - inWork(connected, site.siteId()));
        }
        SiteLimits.Rate rate = site.rate();
        if (rate != null) {
            long since = now.minus(rate.period()).toEpochMilli();
            connected.update("DELETE FROM brain_beginning WHERE site_id = ? AND at <= ?", site.siteId(), since);
            int begun = count(connected, "SELECT count(*) FROM brain_beginning WHERE site_id = ?", site.siteId());
            allowed = Math.min(allowed, rate.tasks() - begun);
        }
        return Math.max(0, allowed);
    }

    private static int inWork(Connected connected, String siteId) throws SQLException {
        return count(connected, "SELECT count(*) FROM \"$queue\" WHERE status = 'processing' AND site_id = ?", siteId);
    }

    private static int count(Connected connected, String sql, String siteId) throws SQLException {
        return connected.first(sql, row -> row.getInt(1), siteId).orElse(0);
    }

    /** Remembers when tasks of sites with a rate were begun. */
    static void begun(Connected connected, List<SiteLimits> sites, List<Lease> leases, Instant now)
            throws SQLException {
        for (SiteLimits site : sites) {
            if (site.rate() != null) {
                for (Lease lease : leases) {
                    if (lease.task().siteId().equals(site.siteId())) {
                        connected.update(
                                "INSERT OR REPLACE INTO brain_beginning (site_id, at, task_id) VALUES (?, ?, ?)",
                                site.siteId(),
                                now.toEpochMilli(),
                                lease.taskId());
                    }
                }
            }
        }
    }

    static boolean succeeded(Connected connected, String siteId) throws SQLException {
        connected.update(
                "UPDATE brain_site SET failures = 0, failed_at = NULL WHERE site_id = ? AND failures > 0", siteId);
        return true;
    }

    static boolean failed(Connected connected, String siteId, Instant now) throws SQLException {
        connected.update("""
                INSERT INTO brain_site (site_id, failures, failed_at) VALUES (?, 1, ?)
                ON CONFLICT (site_id) DO UPDATE SET failures = failures + 1, failed_at = excluded.failed_at""", siteId, now.toEpochMilli());
        return true;
    }

    static int pause(Connected connected, String siteId, boolean paused) throws SQLException {
        return connected.update("""
                INSERT INTO brain_site (site_id, paused) VALUES (?, ?)
                ON CONFLICT (site_id) DO UPDATE SET paused = excluded.paused, failures = 0, failed_at = NULL""", siteId, paused ? 1 : 0);
    }

    static List<SiteState> states(Connected connected) throws SQLException {
        return connected.query(
                "SELECT site_id, paused, failures, failed_at FROM brain_site WHERE paused OR failures > 0 ORDER BY site_id",
                SiteTable::state);
    }

    private static @Nullable SiteState state(Connected connected, String siteId) throws SQLException {
        return connected
                .first(
                        "SELECT site_id, paused, failures, failed_at FROM brain_site WHERE site_id = ?",
                        SiteTable::state,
                        siteId)
                .orElse(null);
    }

    private static SiteState state(java.sql.ResultSet row) throws SQLException {
        long failedAt = row.getLong(4);
        return new SiteState(
                row.getString(1),
                row.getInt(2) != 0,
                row.getInt(3),
                failedAt == 0 ? null : Instant.ofEpochMilli(failedAt));
    }
}
