package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.Store;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** An application that hands over its own connections. */
class ApplicationDataSourceTest {
    private final TestSchema schema = new TestSchema();

    @AfterEach
    void dropSchema() {
        schema.close();
    }

    private PGSimpleDataSource driver() {
        PGSimpleDataSource driver = new PGSimpleDataSource();
        driver.setURL(schema.url());
        return driver;
    }

    private static Store open(DataSource connections, Store.Options.Access access) {
        return Store.open(Store.Options.of(connections).withAccess(access));
    }

    /** Queues two tasks and works on them, the second one when the worker is idle. */
    private static void work(DataSource connections) throws InterruptedException {
        BlockingQueue<Long> handled = new LinkedBlockingQueue<>();
        try (Store store = open(connections, Store.Options.Access.CREATE)) {
            Worker worker = Worker.builder()
                    .queue(store)
                    .poll(Duration.ofHours(1))
                    .handler(TestSchema.SITE, task -> {
                        handled.add(task.payload().get("idRecurso").asLong());
                        return TaskOutcome.done();
                    })
                    .build();
            try {
                worker.start();
                for (int id = 1; id <= 2; id++) {
                    long taskId = TestSchema.queue(store.queue(), id, id).get(0).id();
                    assertThat(handled.take()).isEqualTo(id);
                    while (store.operations().find(taskId).orElseThrow().status() != TaskStatus.COMPLETED) {
                        Thread.onSpinWait();
                    }
                }
            } finally {
                worker.close();
            }
        }
    }

    @Test
    void storeWorksOnTheDriversConnections() throws Exception {
        work(driver());
        try (Store store = open(driver(), Store.Options.Access.READ_ONLY)) {
            assertThat(store.operations().list(TaskFilter.newest(10))).hasSize(2);
        }
    }

    @Test
    void poolStaysOpenAndGetsItsConnectionsBackAsTheyWere() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setDataSource(driver());
        config.setMaximumPoolSize(4);
        config.setAutoCommit(false);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            work(pool);

            assertThat(pool.isClosed()).isFalse();
            assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero();
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isFalse();
            }
            assertThat(schema.texts("SELECT count(*) FROM brain_run")).containsExactly("0");
            assertNothingListens(pool);
        }
    }

    private static void assertNothingListens(HikariDataSource pool) throws SQLException {
        try (Connection first = pool.getConnection();
                Connection second = pool.getConnection();
                Connection third = pool.getConnection();
                Connection fourth = pool.getConnection()) {
            for (Connection each : new Connection[] {first, second, third, fourth}) {
                try (var statement = each.createStatement();
                        var channels = statement.executeQuery("SELECT pg_listening_channels()")) {
                    assertThat(channels.next()).isFalse();
                }
            }
        }
    }

    @Test
    void missingStoreIsNotCreated() {
        assertThatThrownBy(() -> open(driver(), Store.Options.Access.EXISTING))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("there is no queue at " + schema.url().replaceFirst("[?].*", ""));
    }

    @Test
    void storeThatMustBeCurrentIsNotChanged() throws SQLException {
        open(driver(), Store.Options.Access.CREATE).close();
        open(driver(), Store.Options.Access.CURRENT).close();
        schema.execute("DROP INDEX brain_incident_open");
        assertThatThrownBy(() -> open(driver(), Store.Options.Access.CURRENT))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("brain queue init");
        open(driver(), Store.Options.Access.UNCHECKED).close();
        assertThat(schema.texts("SELECT count(*) FROM pg_indexes WHERE indexname = 'brain_incident_open'"))
                .doesNotContain("1");
    }
}
