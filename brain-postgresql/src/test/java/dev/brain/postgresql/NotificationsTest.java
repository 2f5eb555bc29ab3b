package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.queue.Store;
import dev.brain.queue.TaskStatus;
import dev.brain.store.RelationalStore;
import dev.brain.store.TaskFailures;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Workers that poll once an hour start tasks at once, because they are notified. */
class NotificationsTest {
    private final TestSchema schema = new TestSchema();
    private final BlockingQueue<Long> handled = new LinkedBlockingQueue<>();
    private RelationalStore store;
    private RelationalStore workers;
    private Worker worker;
    private String channel;

    @BeforeEach
    void open() throws SQLException {
        store = schema.open();
        channel =
                "brain_" + schema.texts("SELECT 'tramite_queue'::regclass::oid").get(0);
    }

    @AfterEach
    void close() {
        stopWork();
        store.close();
        schema.close();
    }

    private void stopWork() {
        if (worker != null) {
            worker.close();
            workers.close();
        }
    }

    /** Starts a worker on a store of its own, and waits until it listens. Returns the process of its connection. */
    private String work() throws SQLException {
        workers = schema.open();
        worker = Worker.builder()
                .queue(workers)
                .poll(Duration.ofHours(1))
                .handler(TestSchema.SITE, task -> {
                    handled.add(task.payload().get("idRecurso").asLong());
                    return TaskOutcome.done();
                })
                .build();
        worker.start();
        return listener("");
    }

    /** Queues a task from another store, and waits until it is completed. Then its worker is idle. */
    private long done(int id) throws InterruptedException {
        long taskId = TestSchema.queue(store.queue(), id, id).get(0).id();
        awaitDone(id, taskId);
        return taskId;
    }

    private void awaitDone(int id, long taskId) throws InterruptedException {
        assertThat(handled.take()).isEqualTo(id);
        while (store.operations().find(taskId).orElseThrow().status() != TaskStatus.COMPLETED) {
            Thread.onSpinWait();
        }
    }

    /** Waits for the connection that listens, other than that one, and returns its process. */
    private String listener(String other) throws SQLException {
        while (true) {
            List<String> found =
                    schema.texts("SELECT pid FROM pg_stat_activity WHERE state = 'idle' AND query = 'LISTEN " + channel
                            + "' AND pid::text <> '" + other + "'");
            if (!found.isEmpty()) {
                return found.get(0);
            }
        }
    }

    @Test
    void idleWorkerIsToldOfTasksOfAnotherStore() throws Exception {
        work();
        for (int id = 1; id <= 5; id++) {
            done(id);
        }
        assertThat(handled).isEmpty();
    }

    @Test
    void idleWorkerIsToldOfTasksOfAnotherProcess() throws Exception {
        work();
        done(1);
        try (WorkerProcess process = WorkerProcess.queueing(schema.url(), 2, 3)) {
            assertThat(process.awaitEnd()).isZero();
        }
        assertThat(List.of(handled.take(), handled.take())).containsExactlyInAnyOrder(2L, 3L);
    }

    @Test
    @Tag("slow")
    void idleWorkerIsToldOfResumedSites() throws Exception {
        work();
        done(1);
        store.operations().pause(Actor.ofProcess(), TestSchema.SITE, true);
        long taskId = TestSchema.queue(store.queue(), 2, 2).get(0).id();
        store.operations().pause(Actor.ofProcess(), TestSchema.SITE, false);
        awaitDone(2, taskId);
    }

    @Test
    @Tag("slow")
    void lostConnectionIsOpenedAgain() throws Exception {
        String first = work();
        done(1);
        schema.execute("SELECT pg_terminate_backend(" + first + ")");
        listener(first);
        done(2);
        done(3);
    }

    @Test
    void listenerIsRemovedAndTheConnectionClosedWithTheStore() throws Exception {
        work();
        List<Set<String>> told = new ArrayList<>();
        workers.queue().listen(told::add).orElseThrow().close();
        done(1);
        stopWork();
        assertThat(told).isEmpty();
        while (!schema.texts("SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN " + channel + "'")
                .isEmpty()) {
            Thread.onSpinWait();
        }
    }

    @Test
    @Tag("slow")
    void sitesAreGatheredAndToldOnceEach() throws Exception {
        PostgresDatabase database = PostgresDatabase.connect(TestSchema.options(schema.url()));
        try (PostgresTransactions transactions = new PostgresTransactions(database, false);
                Connection connection = listening()) {
            try (Notifications notifications = new Notifications(transactions, database, Duration.ofHours(1))) {
                long before = transactions.statements();
                for (int i = 0; i < 100; i++) {
                    notifications.announce(Set.of("a", "site " + i % 2));
                }
                assertThat(transactions.statements()).isEqualTo(before);
            }
            assertThat(payloads(connection)).containsExactly("a", "site 0", "site 1");
        }
    }

    @Test
    @Tag("slow")
    void closedStoreHasToldWhatItQueued() throws Exception {
        try (Connection connection = listening()) {
            try (RelationalStore brief = schema.open()) {
                TestSchema.queue(brief.queue(), 1, 1);
                TestSchema.queue(brief.queue(), 2, 2);
            }
            assertThat(payloads(connection)).containsOnly(TestSchema.SITE);
        }
    }

    private Connection listening() throws SQLException {
        Connection connection = schema.connect();
        TestSchema.execute(connection, "LISTEN " + channel);
        return connection;
    }

    /** Returns what the server has sent before it answers the next statement. */
    private static List<String> payloads(Connection connection) throws SQLException {
        TestSchema.execute(connection, "SELECT 1");
        List<String> payloads = new ArrayList<>();
        for (PGNotification each : connection.unwrap(PGConnection.class).getNotifications()) {
            payloads.add(each.getParameter());
        }
        return payloads;
    }

    private Store open(String notify) {
        return PostgresStoreProvider.open(
                new Store.Options(
                        schema.url(),
                        Store.Options.Access.CREATE,
                        Environment.of(Map.of("BRAIN_QUEUE_NOTIFY", notify)),
                        Clock.systemUTC()),
                TaskFailures.DEFAULT);
    }

    @Test
    void notificationsCanBeTurnedOff() throws Exception {
        try (Connection connection = listening()) {
            try (Store quiet = open("off")) {
                assertThat(quiet.queue().listen(siteIds -> {})).isEmpty();
                TestSchema.queue(quiet.queue(), 1, 1);
            }
            TestSchema.execute(connection, "SELECT 1");
            assertThat(connection.unwrap(PGConnection.class).getNotifications()).isNullOrEmpty();
        }
        assertThatThrownBy(() -> open("maybe"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("BRAIN_QUEUE_NOTIFY must be on or off, not 'maybe'");
    }
}
