package dev.brain.bench.queue;

import dev.brain.sqlite.SqliteStore;
import dev.brain.sqlite.SqliteStore.Synchronous;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.sqlite.JDBC;

/** Files with tasks that ended long ago. */
final class FinishedRows {
    /** Numbers of resources begin here, apart from those that are measured. */
    private static final int FIRST = 100_000_000;

    private static final int CHUNK = 50_000;

    private FinishedRows() {}

    /** Adds so many finished tasks of the same site to a queue's file. */
    static void write(Path file, int rows) throws SQLException {
        SqliteStore.open(file).close();
        try (Connection connection = JDBC.createConnection("jdbc:sqlite:" + file, new Properties())) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA synchronous=" + Synchronous.NORMAL);
            }
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO tramite_queue (site_id, payload, status, attempts, created_at, processed_at, resource_id,
                        reference, claimant, resource, lease_owner, lease_token)
                    VALUES (?, ?, 'completed', 1, '2025-01-01 00:00:00', '2025-01-01 00:00:01', ?, ?, 'BENCH',
                        '{"Estado":0}', 'worker', 1)""")) {
                for (int i = 1; i <= rows; i++) {
                    insert.setString(1, Work.SITE);
                    insert.setString(2, Work.payload(i));
                    insert.setString(3, String.valueOf(FIRST + i));
                    insert.setString(4, Work.reference(i));
                    insert.executeUpdate();
                    if (i % CHUNK == 0) {
                        connection.commit();
                    }
                }
                connection.commit();
            }
        }
    }
}
