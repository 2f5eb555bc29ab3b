package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers in many processes on one file: drained, killed, and kept from the file. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ManyWorkersTest {
    private static final Duration USUAL_LEASE = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(50);

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("queue.db");
    }

    private void queued(int tasks) {
        try (SqliteStore store = SqliteStore.open(file())) {
            WorkerProcess.queue(store, tasks);
        }
    }

    private List<Task> tasks() {
        try (SqliteStore store = SqliteStore.open(file())) {
            return store.list(TaskFilter.newest(100_000));
        }
    }

    @Test
    void twoProcessesOfFourThreadsDoTwentyThousandTasksOnceEach() throws Exception {
        int count = 20_000;
        queued(count);
        long start = System.nanoTime();
        try (WorkerProcess one = WorkerProcess.start(file(), 4, USUAL_LEASE, POLL, Duration.ZERO, true);
                WorkerProcess two = WorkerProcess.start(file(), 4, USUAL_LEASE, POLL, Duration.ZERO, true)) {
            assertThat(one.awaitEnd(240_000)).as("the first has drained it").isTrue();
            assertThat(two.awaitEnd(30_000)).as("so has the second").isTrue();
            assertThat(one.status() + two.status()).isZero();
        }
        System.out.printf(
                "%d tasks by 2 processes of 4 threads: %d ms%n", count, (System.nanoTime() - start) / 1_000_000);
        assertThat(WorkerProcess.done(file())).hasSize(count).doesNotHaveDuplicates();
        assertThat(tasks())
                .hasSize(count)
                .allMatch(task -> task.status() == TaskStatus.COMPLETED
                        && task.attempts() == 1
                        && task.failures() == 0
                        && task.crashes() == 0);
    }

    @Test
    void killedAtAnyMomentEveryTaskEndsOnceAndSoon() throws Exception {
        int count = 2_000;
        int kills = 50;
        Duration lease = Duration.ofSeconds(1);
        queued(count);
        TestDatabase.execute(
                file(),
                "CREATE TABLE ended (task_id INTEGER)",
                "CREATE TRIGGER ends AFTER UPDATE OF status ON tramite_queue"
                        + " WHEN NEW.status IN ('completed', 'failed', 'cancelled')"
                        + " BEGIN INSERT INTO ended VALUES (NEW.id); END",
                "CREATE TABLE taken_back (late INTEGER)",
                "CREATE TRIGGER taken_back AFTER UPDATE OF crashes ON tramite_queue WHEN NEW.crashes > OLD.crashes"
                        + " BEGIN INSERT INTO taken_back VALUES"
                        + " (CAST(unixepoch('subsec') * 1000 AS INTEGER) - OLD.lease_until); END");
        long seed = Long.getLong("brain.test.seed", System.nanoTime());
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Duration work = Duration.ofMillis(25);
        // one that has nothing to do itself, but sees to it that what the dead held comes back
        try (SqliteStore store = SqliteStore.open(file());
                Worker watcher = Worker.builder()
                        .queue(store)
                        .handler("another", context -> TaskOutcome.done())
                        .poll(POLL)
                        .build()) {
            watcher.start();
            for (int i = 0; i < kills; i++) {
                try (WorkerProcess worker = WorkerProcess.start(file(), 4, lease, POLL, work, false)) {
                    assertThat(worker.told()).isEqualTo("begun");
                    // the moment is the test's matter, not a wait for something: any moment will do
                    assertThat(worker.awaitEnd(random.nextInt(1, 150)))
                            .as("it is killed at work")
                            .isFalse();
                }
            }
            long left = store.counts().get(Drafts.SITE).getOrDefault("completed", 0L);
            assertThat(left).as("done when the last was killed, seed " + seed).isLessThan(count);
            try (WorkerProcess last = WorkerProcess.start(file(), 4, lease, POLL, Duration.ZERO, false)) {
                assertThat(last.told()).isEqualTo("begun");
                Await.until(
                        Duration.ofMinutes(1),
                        () -> Map.of("completed", (long) count)
                                .equals(store.counts().get(Drafts.SITE)));
            }
        }
        List<Object> ended = TestDatabase.column(file(), "SELECT task_id FROM ended");
        assertThat(ended).as("seed " + seed).hasSize(count).doesNotHaveDuplicates();
        assertThat(tasks())
                .as("seed " + seed)
                .allMatch(task -> task.attempts() == task.crashes() + 1 && task.failures() == 0);
        int crashes = tasks().stream().mapToInt(Task::crashes).sum();
        int latest = ((Number) TestDatabase.column(file(), "SELECT max(late) FROM taken_back")
                        .get(0))
                .intValue();
        System.out.printf(
                "%d kills, %d tasks lost their worker, the latest was taken back %d ms after its lease; done %d times%n",
                kills, crashes, latest, WorkerProcess.done(file()).size());
        assertThat(crashes).as("seed " + seed).isPositive();
        assertThat(latest)
                .as("taken back so long after the lease, seed " + seed)
                .isLessThan(2_000);
    }

    @Test
    void whoWasStoppedPastItsLeaseChangesNothingWhenItGoesOn() throws Exception {
        queued(1);
        Duration lease = Duration.ofSeconds(1);
        try (WorkerProcess stopped = WorkerProcess.start(ObedientWorker.class, file(), lease.toMillis());
                SqliteStore store = SqliteStore.open(file())) {
            assertThat(stopped.told()).isEqualTo("begun");
            stopped.signal("STOP");
            CountDownLatch done = new CountDownLatch(1);
            Worker other = Worker.builder()
                    .queue(store)
                    .owner("the other")
                    .poll(POLL)
                    .handler(Drafts.SITE, context -> {
                        done.countDown();
                        return TaskOutcome.done(
                                JsonNodeFactory.instance.objectNode().put("by", "the other"));
                    })
                    .build();
            other.start();
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            other.close();
            Task before = store.list(TaskFilter.newest(1)).get(0);
            assertThat(before.status()).isEqualTo(TaskStatus.COMPLETED);
            assertThat(before.crashes()).isEqualTo(1);
            long rows = rowVersion();

            stopped.signal("CONT");
            stopped.say("go on");
            assertThat(stopped.told()).isEqualTo("submitting: LeaseLostException");
            assertThat(stopped.told()).isEqualTo("lost: true");
            assertThat(stopped.awaitEnd(30_000)).isTrue();
            assertThat(store.list(TaskFilter.newest(10))).containsExactly(before);
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
    void afterAStormWorkGoesOnAndNothingIsLost() throws Exception {
        int count = 3_000;
        Duration storm = Duration.ofSeconds(30);
        queued(count);
        try (WorkerProcess worker = WorkerProcess.start(file(), 4, USUAL_LEASE, POLL, Duration.ofMillis(2), false);
                SqliteStore store = SqliteStore.open(file())) {
            assertThat(worker.told()).isEqualTo("begun");
            Await.until(Duration.ofSeconds(30), () -> completed(store) > 100);
            try (Connection outsider = TestDatabase.connect(file());
                    Statement statement = outsider.createStatement()) {
                statement.execute("PRAGMA busy_timeout=60000");
                statement.execute("BEGIN IMMEDIATE");
                long until = System.nanoTime() + storm.toNanos();
                long atStart = completed(store);
                long slowest = 0;
                while (System.nanoTime() < until) {
                    long start = System.nanoTime();
                    assertThat(completed(store)).as("nobody could write").isEqualTo(atStart);
                    slowest = Math.max(slowest, System.nanoTime() - start);
                    assertThat(worker.awaitEnd(200)).as("it lives").isFalse();
                }
                statement.execute("ROLLBACK");
                System.out.printf("locked for %s; the slowest look took %d ms%n", storm, slowest / 1_000_000);
                assertThat(slowest).as("readers don't wait for writers").isLessThan(1_000_000_000);
            }
            Await.until(Duration.ofMinutes(1), () -> completed(store) == count);
        }
        assertThat(WorkerProcess.done(file())).hasSize(count).doesNotHaveDuplicates();
        assertThat(tasks()).allMatch(task -> task.attempts() == 1 && task.crashes() == 0 && task.failures() == 0);
    }

    private static long completed(SqliteStore store) {
        return store.counts().get(Drafts.SITE).getOrDefault("completed", 0L);
    }
}
