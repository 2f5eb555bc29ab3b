package dev.brain.store;

import dev.brain.queue.SiteState;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The states of sites in one unit of work. They are read once, and again after the unit has changed them. */
final class SiteStates {
    private final Sql sql;
    private Sql.Later<List<SiteState>> read;

    SiteStates(Sql sql) {
        this.sql = sql;
        this.read = SiteStateTable.statesLater(sql);
    }

    Map<String, SiteState> bySite() throws SQLException {
        return read.rows().stream().collect(Collectors.toMap(SiteState::siteId, Function.identity()));
    }

    /** Forgets what was read, because it may have changed. */
    void readAgain() {
        read = SiteStateTable.statesLater(sql);
    }

    /** Ends the failures in a row of these sites. A failure that is being recorded elsewhere comes after this. */
    void succeeded(Collection<String> siteIds) throws SQLException {
        Map<String, SiteState> states = bySite();
        Set<String> broken = siteIds.stream()
                .filter(siteId ->
                        states.containsKey(siteId) && states.get(siteId).failures() > 0)
                .collect(Collectors.toSet());
        if (!broken.isEmpty()) {
            sql.update(
                    "UPDATE brain_site SET failures = 0, failed_at = NULL WHERE failures > 0 AND "
                            + sql.dialect().in("site_id"),
                    broken);
            readAgain();
        }
    }

    void failed(String siteId, Instant now) throws SQLException {
        sql.update("""
                INSERT INTO brain_site (site_id, failures, failed_at) VALUES (?, 1, ?)
                ON CONFLICT (site_id) DO UPDATE SET
                    failures = brain_site.failures + 1, failed_at = excluded.failed_at""", siteId, now);
        readAgain();
    }
}
