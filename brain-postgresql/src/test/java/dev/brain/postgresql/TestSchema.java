package dev.brain.postgresql;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.config.Environment;
import dev.brain.payload.Payload;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Store;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskResult;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.store.RelationalStore;
import dev.brain.store.StoreDialect.SiteLock;
import dev.brain.store.TaskFailures;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** An empty schema of the test server, which is dropped in the end. */
final class TestSchema implements AutoCloseable {
    static final String SITE = "fines";

    /** Creates the table {@code ended}, which gets a row each time a task ends. */
    static final String COUNT_ENDS =
            "CREATE TABLE ended (task_id bigint NOT NULL); CREATE FUNCTION note_end() RETURNS trigger AS"
                    + " 'BEGIN INSERT INTO ended VALUES (NEW.id); RETURN NEW; END' LANGUAGE plpgsql;"
                    + " CREATE TRIGGER brain_ends AFTER UPDATE OF status ON tramite_queue FOR EACH ROW"
                    + " WHEN (NEW.status IN ('completed', 'failed', 'cancelled')) EXECUTE FUNCTION note_end()";

    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private final String name = "test_" + ProcessHandle.current().pid() + "_" + SCHEMAS.incrementAndGet();

    TestSchema() {
        TestServer.createSchema(name);
    }

    String name() {
        return name;
    }

    String url() {
        return TestServer.url(name);
    }

    RelationalStore open() {
        return open(url());
    }

    static RelationalStore open(String url) {
        return PostgresStoreProvider.open(options(url), TaskFailures.DEFAULT);
    }

    static Store.Options options(String url) {
        return new Store.Options(url, Store.Options.Access.CREATE, Environment.of(Map.of()), Clock.systemUTC());
    }

    Connection connect() throws SQLException {
        return TestServer.connect(name);
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect()) {
            execute(connection, sql);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Holds the lock of the site as a transaction of another process does. */
    static void lock(Connection connection, SiteLock purpose) throws SQLException {
        connection.setAutoCommit(false);
        execute(
                connection,
                "SELECT pg_advisory_xact_lock(hashtextextended('" + SITE
                        + "', 'tramite_queue'::regclass::oid::bigint * 2 + " + PostgresStoreDialect.number(purpose)
                        + "))");
    }

    /** Returns the first column of a query. */
    List<String> texts(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (result.next()) {
                texts.add(result.getString(1));
            }
            return texts;
        }
    }

    /** Records in the table {@code ended} each time a task ends. */
    void countEnds() throws SQLException {
        execute(COUNT_ENDS);
    }

    /** Waits until so many sessions of this server wait for an advisory lock. */
    void awaitWaiting(int sessions) throws SQLException {
        while (!texts("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                .equals(List.of(String.valueOf(sessions)))) {
            Thread.onSpinWait();
        }
    }

    /** Waits until the sessions of an application have ended. A session reports its counts at its end at the latest. */
    void awaitEndOf(String application) throws SQLException {
        while (!texts("SELECT 1 FROM pg_stat_activity WHERE application_name = '" + application + "'")
                .isEmpty()) {
            Thread.onSpinWait();
        }
    }

    static TaskDraft draft(int id) {
        ObjectNode content = JsonNodeFactory.instance.objectNode().put("idRecurso", id);
        return new TaskDraft(
                SITE,
                new Resource(ResourceId.of(id), "2026/" + id, Map.of("idRecurso", (long) id)),
                Payload.of(content),
                new Claimant("ROBOT"),
                0);
    }

    static List<TaskDraft> drafts(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(TestSchema::draft).toList();
    }

    /** Queues tasks and returns what was reserved for them. */
    static List<Reservation> queue(TaskQueue queue, int from, int to) {
        List<Reservation> reserved = queue.reserve(drafts(from, to));
        queue.settle(reserved.stream()
                .map(each -> new Settlement(each, Settlement.Verdict.CONFIRM))
                .toList());
        return reserved;
    }

    /** Queues tasks, and completes as many, which other threads may have queued. */
    static void queueAndWork(TaskQueue queue, int from, int to, SiteLimits limits) {
        queue(queue, from, to);
        for (int left = to - from + 1; left > 0; ) {
            List<FinishedTask> done =
                    queue.take(new TakeRequest("w" + from, left, Duration.ofHours(1), List.of(limits))).stream()
                            .map(lease -> new FinishedTask(lease, new TaskResult.Completed(null)))
                            .toList();
            left -= queue.finish(done, null).held().size();
        }
    }

    @Override
    public void close() {
        TestServer.dropSchema(name);
    }
}
