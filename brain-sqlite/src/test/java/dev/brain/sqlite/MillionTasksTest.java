package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.internal.monitor.Monitor;
import dev.brain.store.RelationalStore;
import dev.brain.store.Sql;
import dev.brain.store.StoreDialect;
import dev.brain.store.TableNames;
import dev.brain.store.TaskFailures;
import dev.brain.store.Transactions;
import dev.brain.tck.DashboardQueries;
import dev.brain.tck.PlanRecorder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a dashboard asks of a queue with a million tasks. */
@Tag("slow")
class MillionTasksTest {
    private static final String NUMBERS = """
            WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < %d)
            """;

    /** Whole indexes are read only of the few tasks in work, and in the order of the list, which its limit ends. */
    private static final Pattern SCAN = Pattern.compile(
            "SCAN (?!(site|kind|found|walked|next|with_[a-z]+|value|organismo_config|brain_site|brain_cycle)\\b)"
                    + "(?!.*USING (COVERING )?INDEX (tramite_queue_(claiming|processing)|brain_incident_(seen|unresolved))\\b)"
                    + "(?!CONSTANT ROW|json_each|jsonb_each|\\().*");

    @TempDir
    Path folder;

    private final PlanRecorder plans = new PlanRecorder("EXPLAIN QUERY PLAN", 4);

    private static void fill(Path file) throws SQLException {
        SqliteStore.open(file).close();
        try (Connection connection = TestDatabase.connect(file)) {
            try (var statement = connection.createStatement()) {
                statement.execute("PRAGMA synchronous=OFF");
                statement.execute("BEGIN");
                statement.execute(NUMBERS.formatted(1_000_000) + """
                        INSERT INTO tramite_queue (site_id, resource_id, reference, payload, status, processed_at, deadline,
                            unblocked_at, created_at, revision)
                        SELECT 'site' || (i % 20), 'r' || i, '2026/' || i, '{"idRecurso":' || i || '}',
                            CASE WHEN i % 100 < 85 THEN 'completed' WHEN i % 100 < 90 THEN 'failed'
                                WHEN i % 100 < 92 THEN 'cancelled' WHEN i % 100 < 98 THEN 'pending'
                                WHEN i % 100 = 98 THEN 'held' ELSE 'scheduled' END,
                            CASE WHEN i % 100 < 92 THEN datetime('now', '-' || (i / 10) || ' seconds') END,
                            CASE WHEN i % 3 = 0 THEN CAST(strftime('%s', 'now') AS INTEGER) * 1000 + i * 1000 - 100000000 END,
                            CASE WHEN i % 100 = 87 THEN 1 END, datetime('now', '-' || i || ' seconds'), 0 FROM numbers""");
                statement.execute(NUMBERS.formatted(100_000) + """
                        INSERT INTO brain_incident (site_id, resource_id, code, message, opened_at, last_seen_at, resolved_at)
                        SELECT 'site' || (i % 20), 'r' || i, 'BUSINESS_FAILURE', 'no', i, i, CASE WHEN i % 50 > 0 THEN i END
                        FROM numbers""");
                statement.execute(NUMBERS.formatted(500_000) + """
                        INSERT INTO brain_history (recorded_at, actor_kind, actor, event, site_id, task_id)
                        SELECT i, CASE WHEN i % 1000 = 0 THEN 'person' ELSE 'worker' END,
                            CASE WHEN i % 2000 = 0 THEN 'anna' ELSE 'w' END, 'completed', 'site' || (i % 20), i FROM numbers""");
                statement.execute("COMMIT");
            }
        }
    }

    @Test
    void noPageScansATable() throws SQLException {
        Path file = folder.resolve("queue.db");
        fill(file);
        try (RelationalStore store =
                new RelationalStore(new Recorded(file), Clock.systemUTC(), TaskFailures.DEFAULT, "the queue")) {
            Monitor monitor = ((Monitor.Source) store.queue()).monitor();
            DashboardQueries.all().forEach((name, query) -> {
                var explained = plans.during(() ->
                        assertThat(query.applyAsInt(monitor)).as(name).isLessThanOrEqualTo(DashboardQueries.PAGE));
                assertThat(explained).isNotEmpty();
                for (PlanRecorder.Plan plan : explained) {
                    assertThat(plan.lines())
                            .as("%s: %s", name, plan.query())
                            .noneMatch(line -> SCAN.matcher(line).lookingAt());
                }
            });
        }
    }

    /** Reads a file on one connection, whose plans are recorded. */
    private final class Recorded implements Transactions {
        private final Sql sql;

        Recorded(Path file) throws SQLException {
            sql = new Sql(
                    plans.of(TestDatabase.connect(file)),
                    SqliteStoreDialect.INSTANCE,
                    TableNames.DEFAULT,
                    new LongAdder());
        }

        @Override
        public StoreDialect dialect() {
            return SqliteStoreDialect.INSTANCE;
        }

        @Override
        public <T> T read(String what, Work<T> work) {
            try {
                return work.run(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public <T> T write(String what, Work<T> work) {
            return read(what, work);
        }

        @Override
        public void close() {
            try {
                sql.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
