package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.error.UnavailableException;
import dev.brain.queue.Failure;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.Settlement.Verdict;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskResult;
import dev.brain.store.RelationalStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The connection breaks at each round trip in turn, until one run needs fewer. Callers do what the engine and a worker
 * do: they repeat what failed.
 */
class BrokenConnectionTest {
    private static final Duration LEASE = Duration.ofHours(1);

    private final TestSchema schema = new TestSchema();
    private Connection direct;
    private ServerProxy proxy;
    private String url;

    @BeforeEach
    void countEnds() throws Exception {
        schema.open().close();
        schema.countEnds();
        direct = schema.connect();
        proxy = new ServerProxy(schema.url());
        // a stalled connection is given up soon; an answer that is only slow is one more fault
        url = proxy.url() + "&socketTimeout=1";
    }

    @AfterEach
    void close() throws SQLException {
        direct.close();
        proxy.close();
        schema.close();
    }

    @Test
    void lostAnswerDuringWorkIsFoundOrRepeated() throws Exception {
        try (RelationalStore store = repeated(() -> TestSchema.open(url))) {
            int roundTrip = 0;
            do {
                roundTrip += 5;
                proxy.breakAt(roundTrip, ServerProxy.Fault.CUT_ANSWER);
                work(store.queue(), roundTrip * 10);
            } while (proxy.hasBroken());
            assertThat(roundTrip).isGreaterThan(20);
        }
        assertWorkIsDone();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void connectionThatBreaksAnywhereLosesAndDoublesNothing(ServerProxy.Fault fault) throws Exception {
        int roundTrip = 0;
        do {
            roundTrip++;
            proxy.breakAt(roundTrip, fault);
            try (RelationalStore store = repeated(() -> TestSchema.open(url))) {
                work(store.queue(), roundTrip * 10);
            }
        } while (proxy.hasBroken());
        assertThat(roundTrip).isGreaterThan(30);
        assertWorkIsDone();
    }

    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void creatingTheTablesThatBreaksOffCanBeRepeated(ServerProxy.Fault fault) throws Exception {
        int roundTrip = 0;
        boolean hasBroken;
        do {
            roundTrip++;
            try (TestSchema empty = new TestSchema();
                    ServerProxy between = new ServerProxy(empty.url())) {
                between.breakAt(roundTrip, fault);
                repeated(() -> TestSchema.open(between.url() + "&socketTimeout=1"))
                        .close();
                hasBroken = between.hasBroken();
                assertThat(new PostgresStoreProvider().missingStatements(TestSchema.options(empty.url())))
                        .isEmpty();
            }
        } while (hasBroken);
        assertThat(roundTrip).isGreaterThan(20);
    }

    /** Returns the answer to a call, which is made until there is one. Each failure says in one line what failed. */
    private static <T> T repeated(Supplier<T> call) {
        while (true) {
            try {
                return call.get();
            } catch (UnavailableException e) {
                assertThat(e).hasMessageStartingWith("cannot ").hasMessageNotContaining("\n");
            }
        }
    }

    /** Claims four resources, of which three are won, and works on them. */
    private void work(TaskQueue queue, int first) throws SQLException {
        List<Reservation> reserved = reserve(queue, TestSchema.drafts(first, first + 3));
        assertThat(reserved).hasSize(4);
        List<Settlement> settlements = new ArrayList<>();
        reserved.forEach(
                each -> settlements.add(new Settlement(each, settlements.isEmpty() ? Verdict.DROP : Verdict.CONFIRM)));
        repeated(() -> queue.settle(settlements));

        List<Lease> leases = take(queue, 3);
        assertThat(repeated(() -> queue.renew(leases, LEASE))).hasSize(3);
        assertThat(repeated(() -> queue.note(leases.get(0), Note.PROGRESS, "half")))
                .isTrue();
        repeated(() -> queue.finish(leases.get(0), new TaskResult.Completed(null)));
        Failure failure = new Failure(Failure.Kind.TECHNICAL, "TIMEOUT", "the page did not load");
        repeated(() -> queue.finish(leases.get(1), new TaskResult.Retry(failure, Instant.EPOCH)));
        repeated(() -> queue.finish(leases.get(2), new TaskResult.Returned()));

        List<FinishedTask> others = take(queue, 2).stream()
                .map(lease -> new FinishedTask(lease, new TaskResult.Completed(null)))
                .toList();
        repeated(() -> queue.finish(others, request()));
    }

    /** Reserves as a cycle does, which begins by settling what an earlier one left: these resources are still free. */
    private static List<Reservation> reserve(TaskQueue queue, List<TaskDraft> drafts) {
        while (true) {
            try {
                return queue.reserve(drafts);
            } catch (UnavailableException e) {
                repeated(() -> queue.settle(queue.unsettled().stream()
                        .map(each -> new Settlement(each, Verdict.DROP))
                        .toList()));
            }
        }
    }

    /** Takes so many tasks. The leases of an answer that was lost run out. */
    private List<Lease> take(TaskQueue queue, int tasks) throws SQLException {
        List<Lease> leases = new ArrayList<>();
        while (leases.size() < tasks) {
            TestSchema.execute(
                    direct,
                    "UPDATE tramite_queue SET lease_until = clock_timestamp() WHERE status = 'processing' AND id"
                            + " <> ALL (ARRAY"
                            + leases.stream().map(Lease::taskId).toList() + "::bigint[])");
            repeated(queue::sweep);
            leases.addAll(repeated(() -> queue.take(request())));
        }
        return leases;
    }

    private static TakeRequest request() {
        return new TakeRequest("one", 5, LEASE, List.of(SiteLimits.none(TestSchema.SITE)));
    }

    /** Three of each four resources have one task each, which was completed once. */
    private void assertWorkIsDone() throws SQLException {
        Map<String, List<String>> statuses =
                schema.texts("SELECT resource_id || ' ' || status FROM tramite_queue").stream()
                        .map(row -> row.split(" "))
                        .collect(Collectors.groupingBy(
                                row -> row[0].substring(0, row[0].length() - 1),
                                Collectors.mapping(
                                        row -> row[0].charAt(row[0].length() - 1) + row[1], Collectors.toList())));
        assertThat(statuses.values())
                .allSatisfy(
                        each -> assertThat(each).containsExactlyInAnyOrder("1completed", "2completed", "3completed"));
        assertThat(schema.texts("SELECT task_id FROM ended"))
                .hasSize(statuses.size() * 3)
                .doesNotHaveDuplicates();
        assertThat(schema.texts("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'"))
                .as("locks that were not given back")
                .isEmpty();
    }
}
