package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.brain.error.UnavailableException;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskStatus;
import dev.brain.store.RelationalStore;
import dev.brain.store.Sql;
import dev.brain.store.StoreDialect.SiteLock;
import dev.brain.store.TaskFailures;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections that are all in use, and those that the server ends in the middle of a transaction. */
class ScarceConnectionsTest {
    private static final int THREADS = 8;
    private static final int TASKS_PER_THREAD = 5;

    private final TestSchema schema = new TestSchema();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        schema.close();
    }

    private static PostgresDatabase databaseWithOneConnection(String url, Duration wait) {
        PGSimpleDataSource driver = PostgresDatabase.driver(TestSchema.options(url));
        HikariConfig pool = PostgresDatabase.pool(driver);
        pool.setMaximumPoolSize(1);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(wait.toMillis());
        // the first connection may take longer
        pool.setInitializationFailTimeout(Duration.ofHours(1).toMillis());
        HikariDataSource connections = new HikariDataSource(pool);
        return new PostgresDatabase(connections, driver, connections, false, url);
    }

    @Test
    void threadsThatShareOneConnectionWaitForIt() throws Exception {
        schema.open().close();
        PostgresTransactions transactions =
                new PostgresTransactions(databaseWithOneConnection(schema.url(), Duration.ofHours(1)), false);
        try (RelationalStore store =
                new RelationalStore(transactions, Clock.systemUTC(), TaskFailures.DEFAULT, schema.url())) {
            TaskQueue queue = store.queue();
            List<Future<?>> done = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread * TASKS_PER_THREAD + 1;
                done.add(threads.submit(() -> TestSchema.queueAndWork(
                        queue, first, first + TASKS_PER_THREAD - 1, SiteLimits.none(TestSchema.SITE))));
            }
            for (Future<?> each : done) {
                each.get();
            }
            assertThat(store.operations().list(TaskFilter.newest(1_000)))
                    .hasSize(THREADS * TASKS_PER_THREAD)
                    .allMatch(task -> task.status() == TaskStatus.COMPLETED && task.attempts() == 1);
        }
    }

    @Test
    void callerThatGetsNoConnectionIsTold() throws Exception {
        schema.execute("CREATE TABLE counter (value integer NOT NULL)");
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);
        try (PostgresTransactions transactions =
                new PostgresTransactions(databaseWithOneConnection(schema.url(), Duration.ofSeconds(1)), false)) {
            Future<Integer> holder = threads.submit(() -> transactions.write("count", sql -> {
                int inserted = sql.update("INSERT INTO counter VALUES (1)");
                held.countDown();
                await(refused);
                return inserted;
            }));
            held.await();
            assertThatThrownBy(() -> insert(transactions))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageStartingWith("cannot count: all 1 connections of this process to jdbc:postgresql:")
                    .hasMessageContaining("are in use");
            refused.countDown();
            assertThat(holder.get()).isEqualTo(1);
            insert(transactions);
        }
        assertThat(schema.texts("SELECT value FROM counter")).hasSize(2);
    }

    private static int insert(PostgresTransactions transactions) {
        return transactions.write("count", sql -> sql.update("INSERT INTO counter VALUES (1)"));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void transactionThatPausesTooLongForTheServerChangesNothing() throws Exception {
        String options =
                "&options=" + URLEncoder.encode("-c idle_in_transaction_session_timeout=100", StandardCharsets.UTF_8);
        assertChangesNothing(schema.url() + options, "");
    }

    @Test
    void transactionThatAnAdministratorEndsChangesNothing() throws Exception {
        assertChangesNothing(schema.url(), "SELECT pg_terminate_backend(%s)");
    }

    /** @param end the statement that ends a session; empty if the server does so by itself */
    private void assertChangesNothing(String url, String end) throws Exception {
        schema.execute("CREATE TABLE counter (value integer NOT NULL)");
        try (PostgresTransactions transactions =
                new PostgresTransactions(PostgresDatabase.connect(TestSchema.options(url)), false)) {
            assertThatThrownBy(() -> transactions.write("count", sql -> {
                        sql.update("INSERT INTO counter VALUES (1)");
                        awaitEnd(sql, end);
                        return sql.update("INSERT INTO counter VALUES (2)");
                    }))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageStartingWith("cannot count: jdbc:postgresql:")
                    .hasMessageNotContaining("\n");
            assertThat(schema.texts("SELECT value FROM counter")).isEmpty();
            insert(transactions);
        }
        assertThat(schema.texts("SELECT value FROM counter")).containsExactly("1");
    }

    private void awaitEnd(Sql sql, String end) throws SQLException {
        String session = sql.value("SELECT pg_backend_pid()");
        if (!end.isEmpty()) {
            schema.execute(end.formatted(session));
        }
        while (!schema.texts("SELECT 1 FROM pg_stat_activity WHERE pid = " + session)
                .isEmpty()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void reservationThatAnAdministratorEndsCanBeRepeated() throws Exception {
        try (RelationalStore store = TestSchema.open(schema.url() + "&ApplicationName=" + schema.name());
                Connection other = schema.connect()) {
            TestSchema.lock(other, SiteLock.RESERVE);
            Future<List<Reservation>> waiting =
                    threads.submit(() -> store.queue().reserve(TestSchema.drafts(1, 3)));
            schema.awaitWaiting(1);
            schema.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                    + " AND application_name = '" + schema.name() + "'");
            assertThatThrownBy(waiting::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnavailableException.class)
                    .hasMessageContaining("cannot reserve tasks: ");
            other.rollback();
            assertThat(store.queue().reserve(TestSchema.drafts(1, 3))).hasSize(3);
        }
    }
}
