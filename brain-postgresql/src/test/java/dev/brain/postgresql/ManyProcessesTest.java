package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.store.RelationalStore;
import dev.brain.tck.TaskHistories;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Workers in many processes on one server: drained, killed, and kept from the server. */
class ManyProcessesTest {
    @TempDir
    Path folder;

    private final TestSchema schema = new TestSchema();

    @BeforeEach
    void createTable() throws Exception {
        schema.execute("CREATE TABLE done (task_id bigint NOT NULL)");
    }

    @AfterEach
    void dropSchema() {
        schema.close();
    }

    private static void queued(String url, int count) {
        try (RelationalStore store = TestSchema.open(url)) {
            for (int from = 1; from <= count; from += 500) {
                TestSchema.queue(store.queue(), from, Math.min(count, from + 499));
            }
        }
    }

    private static List<Task> tasks(String url) {
        try (RelationalStore store = TestSchema.open(url)) {
            return store.operations().list(TaskFilter.newest(100_000));
        }
    }

    @Test
    @Tag("slow")
    void twoProcessesDoEachTaskOnce() throws Exception {
        eachTaskOnce(2, 400);
    }

    @Test
    @Tag("slow")
    void fourProcessesDoTwentyThousandTasksOnceEach() throws Exception {
        eachTaskOnce(4, 20_000);
    }

    private void eachTaskOnce(int processes, int count) throws Exception {
        queued(schema.url(), count);
        List<WorkerProcess> workers = new ArrayList<>();
        try {
            for (int i = 0; i < processes; i++) {
                workers.add(WorkerProcess.start(schema.url(), "w" + i, WorkerProcess.Mode.DRAINS));
            }
            for (WorkerProcess worker : workers) {
                assertThat(worker.awaitEnd()).isZero();
            }
        } finally {
            workers.forEach(WorkerProcess::close);
        }
        assertThat(schema.texts("SELECT task_id FROM done")).hasSize(count).doesNotHaveDuplicates();
        assertThat(tasks(schema.url()))
                .hasSize(count)
                .allMatch(task -> task.status() == TaskStatus.COMPLETED && task.attempts() == 1 && task.crashes() == 0);
    }

    @Test
    void killedWorkerLosesNoTask() throws Exception {
        killed(1, 60);
    }

    @Test
    @Tag("slow")
    void fiftyKilledWorkersLoseNoTask() throws Exception {
        killed(50, 2_000);
    }

    private void killed(int kills, int count) throws Exception {
        queued(schema.url(), count);
        schema.countEnds();
        for (int i = 0; i < kills; i++) {
            try (WorkerProcess worker = WorkerProcess.start(schema.url(), "killed" + i, WorkerProcess.Mode.STAYS)) {
                worker.awaitDone(1 + i % 20);
            }
            // its leases run out
            schema.execute("UPDATE tramite_queue SET lease_until = clock_timestamp() WHERE lease_owner = 'killed" + i
                    + "' AND status = 'processing'");
            assertThat(schema.texts(TaskHistories.WRONG)).isEmpty();
        }
        try (WorkerProcess last = WorkerProcess.start(schema.url(), "last", WorkerProcess.Mode.DRAINS)) {
            assertThat(last.awaitEnd()).isZero();
        }
        assertThat(schema.texts(TaskHistories.WRONG)).isEmpty();
        assertThat(schema.texts("SELECT task_id FROM ended")).hasSize(count).doesNotHaveDuplicates();
        assertThat(tasks(schema.url()))
                .allMatch(task -> task.status() == TaskStatus.COMPLETED && task.attempts() == task.crashes() + 1);
    }

    @Test
    @Tag("slow")
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no signal that stops a process")
    void stoppedWorkerCannotCompleteWhatAnotherHasTaken() throws Exception {
        queued(schema.url(), 1);
        schema.countEnds();
        try (WorkerProcess stopped = WorkerProcess.start(schema.url(), "stopped", WorkerProcess.Mode.WAITS)) {
            stopped.awaitBegun();
            stopped.signal("STOP");
            // its lease runs out
            schema.execute("UPDATE tramite_queue SET lease_until = clock_timestamp()");
            try (WorkerProcess other = WorkerProcess.start(schema.url(), "other", WorkerProcess.Mode.DRAINS)) {
                assertThat(other.awaitEnd()).isZero();
            }
            stopped.proceed();
            stopped.signal("CONT");
            assertThat(stopped.awaitEnd()).isZero();
        }
        assertThat(schema.texts("SELECT task_id FROM done"))
                .as("both have done it")
                .hasSize(2);
        assertThat(schema.texts("SELECT task_id FROM ended"))
                .as("one has completed it")
                .hasSize(1);
        assertThat(tasks(schema.url())).singleElement().satisfies(task -> {
            assertThat(task.status()).isEqualTo(TaskStatus.COMPLETED);
            assertThat(task.result()).isEqualTo("\"other\"");
            assertThat(task.attempts()).isEqualTo(2);
            assertThat(task.crashes()).isEqualTo(1);
        });
    }

    @Test
    @Tag("slow")
    void workGoesOnAfterTheServerIsKilledAndStartedAgain() throws Exception {
        int kills = 10;
        int count = 2_000;
        Path data = folder.resolve("data");
        EmbeddedPostgres server = start(data, 0);
        int port = server.getPort();
        try {
            String url = server.getJdbcUrl("postgres", "postgres");
            try (var connection = server.getPostgresDatabase().getConnection()) {
                TestSchema.execute(connection, "CREATE TABLE done (task_id bigint NOT NULL)");
            }
            queued(url, count);
            try (WorkerProcess worker = WorkerProcess.start(url, "patient", WorkerProcess.Mode.STAYS)) {
                for (int i = 0; i < kills; i++) {
                    worker.awaitDone(20);
                    kill(data);
                    server.close();
                    server = start(data, port);
                }
                while (tasks(url).stream().anyMatch(task -> task.status() != TaskStatus.COMPLETED)) {
                    // a take whose answer was lost holds its tasks until their leases run out
                    try (var connection = server.getPostgresDatabase().getConnection()) {
                        TestSchema.execute(
                                connection,
                                "UPDATE tramite_queue SET lease_until = clock_timestamp() WHERE status = 'processing'"
                                        + " AND id IN (SELECT task_id FROM done) OR status = 'processing' AND NOT EXISTS"
                                        + " (SELECT 1 FROM tramite_queue WHERE status = 'pending')");
                    }
                }
            }
            assertThat(tasks(url)).hasSize(count).allMatch(task -> task.status() == TaskStatus.COMPLETED);
        } finally {
            server.close();
        }
    }

    /** Starts a server whose commits survive its own end. */
    private static EmbeddedPostgres start(Path data, int port) throws Exception {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "100")
                // a killed server first reads its log again
                .setPGStartupWait(Duration.ofMinutes(5))
                .start();
    }

    /** Kills the server's first process, after which the others end by themselves. */
    private static void kill(Path data) throws Exception {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
        all.add(postmaster);
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : all) {
            each.onExit().join();
        }
    }
}
