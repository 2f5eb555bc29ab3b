package dev.brain.bench.cycle;

import dev.brain.sqlite.SqliteStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Claims each case by an update, and queues it afterwards by an insert: a crash between the two loses the case. */
record NaiveCycle() implements CycleContender {
    @Override
    public String name() {
        return "naive loop, row by row";
    }

    @Override
    public boolean isRowByRow() {
        return true;
    }

    @Override
    public Session open(Path cases, Path queue) throws SQLException {
        SqliteStore.open(queue).close();
        Connection source = CaseFile.connect(cases);
        Connection target = CaseFile.connect(queue);
        return new Session() {
            @Override
            public int run() throws SQLException {
                return claimEach(source, target);
            }

            @Override
            public void close() throws SQLException {
                source.close();
                target.close();
            }
        };
    }

    private static int claimEach(Connection source, Connection target) throws SQLException {
        int queued = 0;
        try (PreparedStatement page = source.prepareStatement(HandWrittenCycle.CANDIDATES);
                PreparedStatement claim = source.prepareStatement(
                        "UPDATE cases SET kind = 1, owner = 'BENCH' WHERE id = ? AND state = 0 AND kind IN (2, 3)");
                PreparedStatement insert = target.prepareStatement("""
                        INSERT INTO tramite_queue (site_id, payload, created_at, resource_id, reference, claimant, resource,
                            status) VALUES ('bench', ?, ?, ?, ?, 'BENCH', ?, 'pending')""")) {
            List<Case> found = new ArrayList<>();
            page.setLong(1, 0);
            page.setInt(2, Integer.MAX_VALUE);
            try (ResultSet rows = page.executeQuery()) {
                while (rows.next()) {
                    found.add(Case.of(rows));
                }
            }
            for (Case each : found) {
                claim.setLong(1, each.id());
                if (claim.executeUpdate() == 1) {
                    insert.setString(1, each.payload());
                    insert.setString(2, Case.time(Instant.now()));
                    insert.setString(3, String.valueOf(each.id()));
                    insert.setString(4, each.reference());
                    insert.setString(5, each.columns());
                    queued += insert.executeUpdate();
                }
            }
        }
        return queued;
    }
}
