package dev.brain.bench.cycle;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The parts that the polling contenders share: the two files, and the wait for the last case. */
final class Polled {
    /** Tasks from a JSON list of lists, which {@code :rows} names. */
    static final String INSERT = """
            INSERT INTO tramite_queue (site_id, payload, created_at, resource_id, reference, claimant, resource, status)
            SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, 'BENCH', value ->> 5, 'pending'
            FROM json_each(:rows)""";

    private static final long MINUTES_AT_MOST = 5;

    private final SingleConnectionDataSource cases;
    private final SingleConnectionDataSource queue;
    private final CountDownLatch left;
    private final int count;

    Polled(Path cases, Path queue) throws SQLException {
        this.cases = connect(cases);
        this.queue = connect(queue);
        try (Connection connection = CaseFile.connect(cases);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM cases")) {
            count = row.getInt(1);
        }
        left = new CountDownLatch(count);
    }

    private static SingleConnectionDataSource connect(Path file) throws SQLException {
        Connection connection = CaseFile.connect(file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA synchronous=FULL");
        }
        return new SingleConnectionDataSource(connection, true);
    }

    DataSource cases() {
        return cases;
    }

    DataSource queue() {
        return queue;
    }

    void queued(int tasks) {
        for (int i = 0; i < tasks; i++) {
            left.countDown();
        }
    }

    /** Waits until all cases are queued. Returns how many are. */
    int await() {
        try {
            if (!left.await(MINUTES_AT_MOST, TimeUnit.MINUTES)) {
                throw new IllegalStateException(left.getCount() + " cases are not queued");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Math.toIntExact(count - left.getCount());
    }

    void close() {
        cases.destroy();
        queue.destroy();
    }
}
