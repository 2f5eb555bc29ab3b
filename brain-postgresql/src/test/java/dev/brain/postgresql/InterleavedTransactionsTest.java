package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.UnavailableException;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Store;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.store.RelationalStore;
import dev.brain.store.StoreDialect.SiteLock;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens if a transaction commits in the middle of another; each test forces the order. */
class InterleavedTransactionsTest {
    private static final Duration LEASE = Duration.ofHours(1);

    private final TestSchema schema = new TestSchema();
    private final RelationalStore store = schema.open();
    private final TaskQueue queue = store.queue();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        threads.shutdownNow();
        store.close();
        schema.close();
    }

    private static void insert(Connection connection, int resource, String status) throws SQLException {
        TestSchema.execute(
                connection,
                "INSERT INTO tramite_queue (site_id, resource_id, payload, status) VALUES ('" + TestSchema.SITE + "', '"
                        + resource + "', '{\"idRecurso\":" + resource + "}', '" + status + "')");
    }

    @Test
    void resourceThatIsQueuedAndFailsWhileItIsBeingReservedStaysBlocked() throws Exception {
        try (Connection other = schema.connect()) {
            TestSchema.lock(other, SiteLock.RESERVE);
            Future<List<Reservation>> reserved = threads.submit(() -> queue.reserve(TestSchema.drafts(1, 2)));
            schema.awaitWaiting(1);
            insert(other, 1, "failed");
            other.commit();

            assertThat(reserved.get())
                    .extracting(each -> each.resourceId().value())
                    .containsExactly("2");
        }
    }

    @Test
    void resourceWhoseTaskFailsInAnotherTransactionIsNotReserved() throws Exception {
        TestSchema.queue(queue, 1, 1);
        try (Connection other = schema.connect()) {
            other.setAutoCommit(false);
            TestSchema.execute(other, "UPDATE tramite_queue SET status = 'failed'");
            assertThat(queue.reserve(TestSchema.drafts(1, 1)))
                    .as("still active")
                    .isEmpty();
            other.commit();
        }
        assertThat(queue.reserve(TestSchema.drafts(1, 1))).as("blocked").isEmpty();
    }

    @Test
    void taskThatIsInsertedLaterHasAHigherNumber() throws Exception {
        try (Connection other = schema.connect()) {
            TestSchema.lock(other, SiteLock.RESERVE);
            Future<List<Reservation>> later = threads.submit(() -> queue.reserve(TestSchema.drafts(1, 1)));
            schema.awaitWaiting(1);
            insert(other, 2, "pending");
            other.commit();

            long earlier = Long.parseLong(schema.texts("SELECT id FROM tramite_queue WHERE resource_id = '2'")
                    .get(0));
            assertThat(later.get().get(0).id()).isGreaterThan(earlier);
        }
    }

    @Test
    void wonClaimIsNotQueuedAgainIfAnotherProcessFinishedItMeanwhile() throws Exception {
        Reservation won = queue.reserve(TestSchema.drafts(1, 1)).get(0);
        try (Connection other = schema.connect()) {
            TestSchema.lock(other, SiteLock.RESERVE);
            // its recovery took this run for dead, found the resource free, and claimed it again
            TestSchema.execute(other, "DELETE FROM tramite_queue");
            insert(other, 1, "completed");
            Future<Integer> settled =
                    threads.submit(() -> queue.settle(List.of(new Settlement(won, Settlement.Verdict.CONFIRM))));
            other.commit();

            assertThat(settled.get()).isZero();
        }
        assertThat(store.operations().list(TaskFilter.newest(10))).hasSize(1);
    }

    @Test
    void limitHoldsForTransactionsThatTakeAtTheSameTime() throws Exception {
        TestSchema.queue(queue, 1, 10);
        SiteLimits two = new SiteLimits(TestSchema.SITE, 2, null, SiteLimits.Breaker.USUAL);
        try (Connection other = schema.connect()) {
            TestSchema.lock(other, SiteLock.TAKE);
            Future<List<Lease>> first =
                    threads.submit(() -> queue.take(new TakeRequest("one", 5, LEASE, List.of(two))));
            Future<List<Lease>> second =
                    threads.submit(() -> queue.take(new TakeRequest("two", 5, LEASE, List.of(two))));
            schema.awaitWaiting(2);
            TestSchema.execute(
                    other,
                    "UPDATE tramite_queue SET status = 'processing', lease_owner = 'three', lease_token = 1,"
                            + " lease_until = clock_timestamp() + interval '1 hour' WHERE resource_id = '5'");
            other.commit();

            assertThat(first.get().size() + second.get().size()).isEqualTo(1);
        }
    }

    @Test
    void brokenSiteIsTriedWithOneTaskOnAllMachinesTogether() throws Exception {
        TestSchema.queue(queue, 1, 10);
        SiteLimits broken =
                new SiteLimits(TestSchema.SITE, null, null, new SiteLimits.Breaker(3, Duration.ofMinutes(1)));
        schema.execute("INSERT INTO brain_site (site_id, failures, failed_at) VALUES ('" + TestSchema.SITE
                + "', 3, clock_timestamp() - interval '1 day')");
        try (Connection other = schema.connect()) {
            TestSchema.lock(other, SiteLock.TAKE);
            Future<List<Lease>> waiting =
                    threads.submit(() -> queue.take(new TakeRequest("one", 5, LEASE, List.of(broken))));
            schema.awaitWaiting(1);
            // the task that another machine tried has failed again
            TestSchema.execute(other, "UPDATE brain_site SET failures = 4, failed_at = clock_timestamp()");
            other.commit();

            assertThat(waiting.get()).isEmpty();
        }
        schema.execute("UPDATE brain_site SET failed_at = clock_timestamp() - interval '1 day'");
        assertThat(queue.take(new TakeRequest("one", 5, LEASE, List.of(broken))))
                .hasSize(1);
        assertThat(queue.take(new TakeRequest("two", 5, LEASE, List.of(broken))))
                .isEmpty();
    }

    @Test
    void workersThatTakeAtTheSameTimeGetDifferentTasks() throws Exception {
        TestSchema.queue(queue, 1, 2);
        try (Connection other = schema.connect()) {
            other.setAutoCommit(false);
            TestSchema.execute(other, "SELECT 1 FROM tramite_queue WHERE resource_id = '1' FOR UPDATE");
            List<Lease> leases =
                    queue.take(new TakeRequest("one", 5, LEASE, List.of(SiteLimits.none(TestSchema.SITE))));
            assertThat(leases)
                    .extracting(lease -> lease.task().reference())
                    .as("taken without waiting")
                    .containsExactly("2026/2");
            other.rollback();
        }
    }

    @Test
    void workerWhoseFirstSitesAreBeingTakenByOthersGetsATaskOfAnotherSite() throws Exception {
        TestSchema.queue(queue, 1, 2);
        schema.execute("UPDATE tramite_queue SET site_id = 'parking' WHERE resource_id = '2'");
        List<SiteLimits> both = List.of(SiteLimits.none(TestSchema.SITE), SiteLimits.none("parking"));
        try (Connection other = schema.connect()) {
            other.setAutoCommit(false);
            TestSchema.execute(other, "SELECT 1 FROM tramite_queue WHERE resource_id = '1' FOR UPDATE");
            assertThat(queue.take(new TakeRequest("one", 1, LEASE, both)))
                    .extracting(lease -> lease.task().reference())
                    .containsExactly("2026/2");
            other.rollback();
        }
    }

    @Test
    void transactionsInADeadlockBothSucceed() throws Exception {
        schema.execute("CREATE TABLE counter (id integer PRIMARY KEY, value integer NOT NULL);"
                + " INSERT INTO counter VALUES (1, 0), (2, 0)");
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        AtomicInteger runs = new AtomicInteger();
        try (PostgresTransactions transactions =
                new PostgresTransactions(PostgresDatabase.connect(TestSchema.options(schema.url())), false)) {
            Future<Integer> one = threads.submit(() -> crosswise(transactions, 1, 2, bothHoldOne, runs));
            Future<Integer> two = threads.submit(() -> crosswise(transactions, 2, 1, bothHoldOne, runs));
            assertThat(one.get() + two.get()).isEqualTo(2);
        }
        assertThat(schema.texts("SELECT value FROM counter")).containsExactly("2", "2");
        assertThat(runs.get()).as("one of them ran again").isGreaterThan(2);
    }

    private static int crosswise(
            PostgresTransactions transactions, int first, int second, CyclicBarrier bothHoldOne, AtomicInteger runs) {
        return transactions.write("count", sql -> {
            boolean isFirstRun = runs.incrementAndGet() <= 2;
            sql.update("UPDATE counter SET value = value + 1 WHERE id = ?", first);
            if (isFirstRun) {
                try {
                    bothHoldOne.await();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            return sql.update("UPDATE counter SET value = value + 1 WHERE id = ?", second);
        });
    }

    @Test
    void transactionThatFailsEveryTimeIsGivenUp() {
        AtomicInteger runs = new AtomicInteger();
        try (PostgresTransactions transactions =
                new PostgresTransactions(PostgresDatabase.connect(TestSchema.options(schema.url())), false)) {
            assertThatThrownBy(() -> transactions.write("count", sql -> {
                        runs.incrementAndGet();
                        throw new SQLException("could not serialize access", "40001");
                    }))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageStartingWith("cannot count: other transactions in ");
        }
        assertThat(runs.get()).isEqualTo(10);
    }

    @Test
    void reservationsOfARunAreFreeOnceItGivesNoSignOfLife() throws Exception {
        TestSchema.queue(queue, 1, 1);
        queue.reserve(TestSchema.drafts(2, 2));
        try (RelationalStore other = schema.open()) {
            assertThat(other.queue().unsettled()).as("its run is alive").isEmpty();
            schema.execute("UPDATE brain_run SET seen_at = seen_at - interval '2 minutes'");
            assertThat(other.queue().unsettled()).hasSize(1);
        }
    }

    @Test
    void closedRunIsNoLongerAlive() throws Exception {
        RelationalStore other = schema.open();
        other.queue().reserve(TestSchema.drafts(1, 1));
        assertThat(queue.unsettled()).isEmpty();
        other.close();
        assertThat(queue.unsettled()).hasSize(1);
        assertThat(schema.texts("SELECT name FROM brain_run")).hasSize(1);
    }

    @Test
    void processesThatCreateTheTablesAtTheSameTimeWaitForEachOther() throws Exception {
        try (TestSchema empty = new TestSchema()) {
            List<Future<Integer>> opened =
                    List.of(threads.submit(() -> sites(empty)), threads.submit(() -> sites(empty)));
            for (Future<Integer> each : opened) {
                assertThat(each.get()).isZero();
            }
        }
    }

    private static int sites(TestSchema schema) {
        try (RelationalStore store = schema.open()) {
            return store.sites().sites().size();
        }
    }

    @Test
    void leaseEndsByTheClockOfTheServer() throws Exception {
        TestSchema.queue(queue, 1, 1);
        queue.take(new TakeRequest("one", 1, LEASE, List.of(SiteLimits.none(TestSchema.SITE))));
        assertThat(schema.texts("SELECT lease_until BETWEEN clock_timestamp() AND clock_timestamp() + interval '1 hour'"
                        + " FROM tramite_queue"))
                .containsExactly("t");
    }

    @Test
    void readOnlyStoreChangesNothing() throws Exception {
        Store.Options.Access access = Store.Options.Access.READ_ONLY;
        Store.Options options = new Store.Options(
                schema.url(), access, dev.brain.config.Environment.of(Map.of()), java.time.Clock.systemUTC());
        try (RelationalStore looking = PostgresStoreProvider.open(options, dev.brain.store.TaskFailures.DEFAULT)) {
            assertThat(looking.operations().counts()).isEmpty();
            assertThatThrownBy(() -> looking.queue().sweep()).isInstanceOf(IllegalStateException.class);
        }
        assertThat(schema.texts("SELECT name FROM brain_run"))
                .as("its run is not recorded")
                .hasSize(1);
    }
}
