package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.config.Environment;
import dev.brain.internal.monitor.Count;
import dev.brain.internal.monitor.Monitor;
import dev.brain.queue.Store;
import dev.brain.store.TaskFailures;
import dev.brain.tck.DashboardQueries;
import dev.brain.tck.PlanRecorder;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Map;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What a dashboard asks of a queue with a million tasks. */
@Tag("slow")
class MillionTasksTest {
    private static final Pattern SCAN =
            Pattern.compile("Seq Scan on (tramite_queue|brain_incident|brain_history)|Rows Removed by Filter: (\\d+)");

    /** The rows of a step of a plan, each time that it ran. */
    private static final Pattern ROWS = Pattern.compile("actual rows=(\\d+)");

    /** How many tasks a search for a text looks at. */
    private static final int SEARCHED = 5_000;

    /** A reference is looked up in the index of active tasks, which has no references: all of them are read. */
    private static final int ACTIVE = 80_000;

    private final PlanRecorder plans =
            new PlanRecorder("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF)", 1);

    private static void fill(TestSchema schema) throws SQLException {
        schema.open().close();
        schema.execute("""
                INSERT INTO tramite_queue (site_id, resource_id, reference, payload, status, processed_at, deadline, unblocked_at,
                    created_at)
                SELECT 'site' || (i % 20), 'r' || i, '2026/' || i, '{"idRecurso":' || i || '}',
                    CASE WHEN i % 100 < 85 THEN 'completed' WHEN i % 100 < 90 THEN 'failed'
                        WHEN i % 100 < 92 THEN 'cancelled' WHEN i % 100 < 98 THEN 'pending'
                        WHEN i % 100 = 98 THEN 'held' ELSE 'scheduled' END,
                    CASE WHEN i % 100 < 92 THEN now() - i / 10 * interval '1 second' END,
                    CASE WHEN i % 3 = 0 THEN now() + (i - 100000) * interval '1 second' END,
                    CASE WHEN i % 100 = 87 THEN now() END, now() - i * interval '1 second'
                FROM generate_series(1, 1000000) AS i""");
        schema.execute("""
                INSERT INTO brain_incident (site_id, resource_id, code, message, opened_at, last_seen_at, resolved_at)
                SELECT 'site' || (i % 20), 'r' || i, 'BUSINESS_FAILURE', 'no', now() - i * interval '1 second',
                    now() - i * interval '1 second', CASE WHEN i % 50 > 0 THEN now() END
                FROM generate_series(1, 100000) AS i""");
        schema.execute("""
                INSERT INTO brain_history (recorded_at, actor_kind, actor, event, site_id, task_id)
                SELECT now() - (500000 - i) * interval '1 second', CASE WHEN i % 1000 = 0 THEN 'person' ELSE 'worker' END,
                    CASE WHEN i % 2000 = 0 THEN 'anna' ELSE 'w' END, 'completed', 'site' || (i % 20), i
                FROM generate_series(1, 500000) AS i""");
        schema.execute("ANALYZE");
    }

    @Test
    void noPageScansATable() throws SQLException {
        try (TestSchema schema = new TestSchema()) {
            fill(schema);
            PGSimpleDataSource driver = PostgresDatabase.driver(TestSchema.options(schema.url()));
            Store.Options options = new Store.Options(
                            schema.url(), Store.Options.Access.EXISTING, Environment.of(Map.of()), Clock.systemUTC())
                    .withDataSource(new Recorded(driver));
            try (Store store = PostgresStoreProvider.open(options, TaskFailures.DEFAULT)) {
                Monitor monitor = ((Monitor.Source) store.queue()).monitor();
                DashboardQueries.all().forEach((name, query) -> {
                    var explained = plans.during(() ->
                            assertThat(query.applyAsInt(monitor)).as(name).isLessThanOrEqualTo(DashboardQueries.PAGE));
                    assertThat(explained).isNotEmpty();
                    for (PlanRecorder.Plan plan : explained) {
                        plan.lines().forEach(line -> assertBounded(line, name, plan));
                    }
                });
            }
        }
    }

    private static void assertBounded(String line, String name, PlanRecorder.Plan plan) {
        Matcher scan = SCAN.matcher(line);
        if (scan.find()) {
            assertThat(scan.group(2))
                    .as("%s%n%s%n%s", name, plan.query(), String.join("\n", plan.lines()))
                    .isNotNull();
            assertThat(Integer.parseInt(scan.group(2)))
                    .as("%s%n%s%n%s", name, plan.query(), String.join("\n", plan.lines()))
                    .isLessThanOrEqualTo(name.startsWith("found") ? ACTIVE : SEARCHED);
        }
        Matcher rows = ROWS.matcher(line);
        if (rows.find() && line.contains("Scan")) {
            assertThat(Integer.parseInt(rows.group(1)))
                    .as("%s%n%s%n%s", name, plan.query(), String.join("\n", plan.lines()))
                    .isLessThanOrEqualTo(name.startsWith("found") ? ACTIVE : Count.LIMIT + 1);
        }
    }

    /** Connections whose plans are recorded. */
    private final class Recorded implements DataSource {
        private final DataSource real;

        Recorded(DataSource real) {
            this.real = real;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return plans.of(real.getConnection());
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return plans.of(real.getConnection(user, password));
        }

        @Override
        public PrintWriter getLogWriter() throws SQLException {
            return real.getLogWriter();
        }

        @Override
        public void setLogWriter(PrintWriter out) throws SQLException {
            real.setLogWriter(out);
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            real.setLoginTimeout(seconds);
        }

        @Override
        public int getLoginTimeout() throws SQLException {
            return real.getLoginTimeout();
        }

        @Override
        public Logger getParentLogger() {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            return real.unwrap(type);
        }

        @Override
        public boolean isWrapperFor(Class<?> type) throws SQLException {
            return real.isWrapperFor(type);
        }
    }
}
