package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.tck.TaskHistories;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers in many processes on one file: drained, killed, and kept from the file. */
class ManyWorkersTest {
    private static final Duration PAST_THE_LEASE = WorkerProcess.LEASE.plusSeconds(1);

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("queue.db");
    }

    private void queued(int tasks) throws IOException {
        try (SqliteStore store = WorkerProcess.store(file())) {
            WorkerProcess.queue(store.queue(), tasks);
        }
    }

    private List<Task> tasks() throws IOException {
        try (SqliteStore store = WorkerProcess.store(file())) {
            return store.operations().list(TaskFilter.newest(100_000));
        }
    }

    @Test
    void twoProcessesDoEachTaskOnce() throws Exception {
        twoProcessesDo(1_000);
    }

    @Test
    @Tag("slow")
    void twoProcessesDoTwentyThousandTasksOnceEach() throws Exception {
        twoProcessesDo(20_000);
    }

    private void twoProcessesDo(int count) throws Exception {
        queued(count);
        try (WorkerProcess one = WorkerProcess.startDraining(file());
                WorkerProcess two = WorkerProcess.startDraining(file())) {
            assertThat(one.awaitEnd()).isZero();
            assertThat(two.awaitEnd()).isZero();
        }
        assertThat(WorkerProcess.done(file())).hasSize(count).doesNotHaveDuplicates();
        assertThat(tasks())
                .hasSize(count)
                .allMatch(task -> task.status() == TaskStatus.COMPLETED
                        && task.attempts() == 1
                        && task.failures() == 0
                        && task.crashes() == 0);
    }

    @Test
    void killedAtAnyMomentEveryTaskEndsOnce() throws Exception {
        killed(1, 60);
    }

    @Test
    @Tag("slow")
    void killedFiftyTimesAtAnyMomentEveryTaskEndsOnce() throws Exception {
        killed(50, 2_000);
    }

    private void killed(int kills, int count) throws Exception {
        int allowed = 30;
        assertThat(kills * allowed).as("some are left for the last").isLessThan(count);
        queued(count);
        TestDatabase.execute(
                file(),
                "CREATE TABLE ended (task_id INTEGER)",
                "CREATE TRIGGER brain_ends AFTER UPDATE OF status ON tramite_queue"
                        + " WHEN NEW.status IN ('completed', 'failed', 'cancelled')"
                        + " BEGIN INSERT INTO ended VALUES (NEW.id); END");
        long seed = Long.getLong("brain.test.seed", new SplittableRandom().nextLong());
        SplittableRandom random = new SplittableRandom(seed);
        FileClock clock = FileClock.beside(file());
        // one that has nothing to do itself, and so takes back what the dead held while others take
        try (SqliteStore store = WorkerProcess.store(file());
                Worker watcher = Worker.builder()
                        .queue(store)
                        .clock(clock)
                        .handler("another", context -> TaskOutcome.done())
                        .poll(WorkerProcess.POLL)
                        .build()) {
            watcher.start();
            for (int i = 0; i < kills; i++) {
                try (WorkerProcess worker = WorkerProcess.start(file(), WorkerProcess.PATIENCE)) {
                    worker.allow(allowed);
                    // it goes on while this process makes up its mind to kill it
                    worker.awaitTold(random.nextInt(1, allowed + 1));
                }
                clock.advance(PAST_THE_LEASE);
                assertThat(TestDatabase.column(file(), TaskHistories.WRONG))
                        .as("seed " + seed)
                        .isEmpty();
            }
            try (WorkerProcess last = WorkerProcess.startDraining(file())) {
                assertThat(last.awaitEnd()).isZero();
            }
        }
        assertThat(TestDatabase.column(file(), TaskHistories.WRONG))
                .as("seed " + seed)
                .isEmpty();
        List<Object> ended = TestDatabase.column(file(), "SELECT task_id FROM ended");
        assertThat(ended).as("seed " + seed).hasSize(count).doesNotHaveDuplicates();
        assertThat(tasks())
                .as("seed " + seed)
                .allMatch(task -> task.status() == TaskStatus.COMPLETED
                        && task.attempts() == task.crashes() + 1
                        && task.failures() == 0);
        assertThat(tasks().stream().mapToInt(Task::crashes).sum())
                .as("tasks that lost their worker, seed " + seed)
                .isPositive();
    }

    @Test
    void whoWasStoppedPastItsLeaseChangesNothingWhenItGoesOn() throws Exception {
        queued(1);
        FileClock clock = FileClock.beside(file());
        try (WorkerProcess stopped = WorkerProcess.start(ObedientWorker.class, file());
                SqliteStore store = WorkerProcess.store(file())) {
            assertThat(stopped.told()).isEqualTo("begun");
            stopped.signal("STOP");
            clock.advance(PAST_THE_LEASE);
            CountDownLatch done = new CountDownLatch(1);
            Worker other = Worker.builder()
                    .queue(store)
                    .owner("the other")
                    .clock(clock)
                    .poll(WorkerProcess.POLL)
                    .handler(Drafts.SITE, context -> {
                        done.countDown();
                        return TaskOutcome.done(
                                JsonNodeFactory.instance.objectNode().put("by", "the other"));
                    })
                    .build();
            other.start();
            done.await();
            other.close();
            Task before = store.operations().list(TaskFilter.newest(1)).get(0);
            assertThat(before.status()).isEqualTo(TaskStatus.COMPLETED);
            assertThat(before.crashes()).isEqualTo(1);
            long rows = rowVersion();

            stopped.signal("CONT");
            stopped.say("go on");
            assertThat(stopped.told()).isEqualTo("submitting: LeaseLostException");
            assertThat(stopped.told()).isEqualTo("lost: true");
            assertThat(stopped.awaitEnd()).isZero();
            assertThat(store.operations().list(TaskFilter.newest(10))).containsExactly(before);
            assertThat(store.incidents().list(Set.of(), false, 10)).isEmpty();
            assertThat(rowVersion()).as("not a byte of the row").isEqualTo(rows);
        }
    }

    private long rowVersion() {
        return TestDatabase.column(
                        file(),
                        "SELECT json_array(t.id, t.status, t.result, t.error_log, t.lease_token,"
                                + " t.lease_until, t.progress, t.screenshot_path, t.attempts, t.crashes, t.failures, t.processed_at)"
                                + " FROM tramite_queue AS t")
                .get(0)
                .hashCode();
    }

    @Test
    @Tag("slow")
    void afterALongLockWorkGoesOnAndNothingIsLost() throws Exception {
        int count = 300;
        queued(count);
        try (SqliteStore store = WorkerProcess.store(file());
                WorkerProcess worker = WorkerProcess.start(file(), Duration.ofMillis(100))) {
            int first = count / 3;
            worker.allow(first);
            worker.awaitTold(first);
            try (Connection outsider = TestDatabase.connect(file());
                    Statement statement = outsider.createStatement()) {
                statement.execute("PRAGMA busy_timeout=" + WorkerProcess.PATIENCE.toMillis());
                statement.execute("BEGIN IMMEDIATE");
                long atStart = completed(store);
                worker.allow(count - first);
                for (int patienceEnded = 0; patienceEnded < 3; patienceEnded++) {
                    worker.awaitCannotUseTheQueue();
                    assertThat(completed(store))
                            .as("nobody can write, and readers don't wait")
                            .isEqualTo(atStart);
                }
                assertThat(worker.isAlive()).isTrue();
                statement.execute("ROLLBACK");
            }
            worker.awaitTold(count);
            assertThat(worker.stop()).isZero();
            assertThat(completed(store)).isEqualTo(count);
        }
        assertThat(WorkerProcess.done(file())).hasSize(count).doesNotHaveDuplicates();
        assertThat(tasks()).allMatch(task -> task.attempts() == 1 && task.crashes() == 0 && task.failures() == 0);
    }

    private static long completed(SqliteStore store) {
        return store.operations().counts().get(Drafts.SITE).getOrDefault("completed", 0L);
    }
}
