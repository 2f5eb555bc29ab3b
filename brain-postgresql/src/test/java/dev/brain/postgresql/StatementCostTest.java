package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.config.Environment;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Store;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.store.RelationalStore;
import dev.brain.store.TaskFailures;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the statements of claiming and working cost the server. */
class StatementCostTest {
    private static final Duration LEASE = Duration.ofHours(1);
    private static final int BATCH = 100;

    private final TestSchema schema = new TestSchema();

    @AfterEach
    void dropSchema() {
        schema.close();
    }

    private String counter(String name) throws SQLException {
        return schema.texts("SELECT " + name + " FROM pg_stat_user_tables WHERE relid = to_regclass('tramite_queue')")
                .get(0);
    }

    private static TakeRequest request(int most) {
        return new TakeRequest("one", most, LEASE, List.of(SiteLimits.none(TestSchema.SITE)));
    }

    private RelationalStore open() {
        return TestSchema.open(schema.url() + "&ApplicationName=" + schema.name());
    }

    @Test
    void noStatementScansTheQueueWhateverTheStatisticsSay() throws SQLException {
        open().close();
        // statistics of an empty table, as after a vacuum of a drained queue
        schema.execute("ANALYZE tramite_queue");
        schema.awaitEndOf(schema.name());
        String scansBefore = counter("seq_scan");
        try (RelationalStore store = open()) {
            TaskQueue queue = store.queue();
            for (int batch = 0; batch < 8; batch++) {
                TestSchema.queue(queue, batch * 250 + 1, batch * 250 + 250);
                List<Lease> leases = queue.take(request(250));
                assertThat(leases).hasSize(250);
                assertThat(queue.renew(leases, LEASE)).hasSize(250);
                queue.finish(
                        leases.stream()
                                .map(lease -> new FinishedTask(lease, new TaskResult.Completed(null)))
                                .toList(),
                        request(1));
                queue.sweep();
            }
        }
        schema.awaitEndOf(schema.name());
        assertThat(counter("seq_scan")).isEqualTo(scansBefore);
    }

    @Test
    void takingTasksOfManySitesLocksFewOthers() throws SQLException {
        try (RelationalStore store = open()) {
            TestSchema.queue(store.queue(), 1, 1000);
            schema.execute("UPDATE tramite_queue SET site_id = 'site' || id % 50");
            List<SiteLimits> sites = IntStream.range(0, 50)
                    .mapToObj(site -> SiteLimits.none("site" + site))
                    .toList();
            assertThat(store.queue().take(new TakeRequest("one", 10, LEASE, sites)))
                    .hasSize(10);
            int locked = Integer.parseInt(
                    schema.texts("SELECT count(*) FROM tramite_queue WHERE status = 'pending' AND xmax <> 0")
                            .get(0));
            assertThat(locked).as("four of each of ten sites are read").isEqualTo(30);
        }
    }

    @Test
    void renewingALeaseChangesNoIndex() throws SQLException {
        try (RelationalStore store = open()) {
            TaskQueue queue = store.queue();
            TestSchema.queue(queue, 1, 10);
            List<Lease> leases = queue.take(request(10));
            for (int i = 0; i < 5; i++) {
                assertThat(queue.renew(leases, LEASE)).hasSize(10);
            }
        }
        schema.awaitEndOf(schema.name());
        assertThat(Long.parseLong(counter("n_tup_hot_upd"))).isGreaterThanOrEqualTo(50);
    }

    @Test
    @Tag("slow")
    void takeReadsFewPagesBesideAMillionEndedTasksAndAnOldTransaction() throws SQLException {
        open().close();
        long whenEmpty = pagesOfATake(1);
        schema.execute(
                "INSERT INTO tramite_queue (site_id, resource_id, reference, payload, status, attempts, processed_at)"
                        + " SELECT '" + TestSchema.SITE + "', 'ended' || i, '2020/' || i, '{}', 'completed', 1, now()"
                        + " FROM generate_series(1, 1000000) AS i; ANALYZE tramite_queue");
        try (Connection old = schema.connect()) {
            old.setAutoCommit(false);
            old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            TestSchema.execute(old, "SELECT 1 FROM tramite_queue LIMIT 1");
            schema.awaitEndOf(schema.name());
            String scansBefore = counter("seq_scan");
            for (int round = 0; round < 10; round++) {
                // no dead row or index entry can be removed
                long dead = (long) round * BATCH;
                assertThat(pagesOfATake(round + 2))
                        .as("pages of a take after %d tasks, %d in an empty queue", dead, whenEmpty)
                        .isLessThan(whenEmpty * 3L / 2 + dead * 3);
            }
            assertThat(counter("seq_scan")).isEqualTo(scansBefore);
            old.rollback();
        }
    }

    /** Returns how many pages of the queue and its indexes are read to take a batch, which is then completed. */
    private long pagesOfATake(int round) throws SQLException {
        try (RelationalStore store = open()) {
            TestSchema.queue(store.queue(), round * BATCH, round * BATCH + BATCH - 1);
        }
        schema.awaitEndOf(schema.name());
        long before = pages();
        List<Lease> leases;
        try (RelationalStore store = open()) {
            leases = store.queue().take(request(BATCH));
        }
        schema.awaitEndOf(schema.name());
        long pages = pages() - before;
        assertThat(leases).hasSize(BATCH);
        try (RelationalStore store = open()) {
            store.queue()
                    .finish(
                            leases.stream()
                                    .map(lease -> new FinishedTask(lease, new TaskResult.Completed(null)))
                                    .toList(),
                            null);
        }
        return pages;
    }

    private long pages() throws SQLException {
        return Long.parseLong(schema.texts("SELECT heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit"
                        + " FROM pg_statio_user_tables WHERE relid = to_regclass('tramite_queue')")
                .get(0));
    }

    @Test
    void numberOfStatementsDoesNotGrowWithTheBatch() {
        // the server's clock may be read in between
        assertThat(statements(200)).isLessThan(2 * statements(2));
    }

    private long statements(int size) {
        try (TestSchema own = new TestSchema();
                PostgresTransactions transactions =
                        new PostgresTransactions(PostgresDatabase.connect(TestSchema.options(own.url())), false)) {
            own.open().close();
            var queue = new RelationalStore(transactions, Clock.systemUTC(), TaskFailures.DEFAULT, own.url()).queue();
            queue.sweep();
            long before = transactions.statements();
            TestSchema.queue(queue, 1, size);
            List<Lease> leases = queue.take(request(size));
            queue.renew(leases, LEASE);
            queue.finish(
                    leases.stream()
                            .map(lease -> new FinishedTask(lease, new TaskResult.Completed(null)))
                            .toList(),
                    null);
            return transactions.statements() - before;
        }
    }

    @Test
    void batchCostsTwoRoundTripsToReserveTwoToSettleAndFourToFinish() {
        Store.Options options = new Store.Options(
                schema.url(),
                Store.Options.Access.CREATE,
                Environment.of(Map.of("BRAIN_QUEUE_NOTIFY", "off")),
                Clock.systemUTC());
        open().close();
        try (PostgresTransactions transactions = new PostgresTransactions(PostgresDatabase.connect(options), false)) {
            // with a clock that stands still, no sweep comes in between
            Clock still = Clock.fixed(Instant.now(), ZoneOffset.UTC);
            TaskQueue queue = new RelationalStore(transactions, still, TaskFailures.DEFAULT, schema.url()).queue();
            TestSchema.queue(queue, 1, BATCH);
            List<Lease> leases = queue.take(request(BATCH));
            long fewest = Long.MAX_VALUE;
            for (int batch = 1; batch <= 5; batch++) {
                long before = transactions.statements();
                TestSchema.queue(queue, batch * BATCH + 1, (batch + 1) * BATCH);
                leases = queue.finish(
                                leases.stream()
                                        .map(lease -> new FinishedTask(lease, new TaskResult.Completed(null)))
                                        .toList(),
                                request(BATCH))
                        .next();
                assertThat(leases).hasSize(BATCH);
                fewest = Math.min(fewest, transactions.statements() - before);
            }
            // a heartbeat may come in between, or the server's clock be read
            assertThat(fewest).isEqualTo(2 + 2 + 4);
        }
    }
}
