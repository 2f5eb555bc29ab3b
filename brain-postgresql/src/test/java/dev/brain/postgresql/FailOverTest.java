package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.store.RelationalStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A synchronous standby is promoted in the middle of work; skipped where PostgreSQL is not installed. */
@Tag("slow")
class FailOverTest {
    private static final int TASKS = 300;
    private static final int DONE_BEFORE = 100;

    @TempDir
    Path folder;

    @BeforeAll
    static void find() {
        Assumptions.assumeTrue(
                ReplicatedServer.programs().isPresent(), "PostgreSQL is not installed: apt install postgresql");
    }

    @Test
    void promotedStandbyLosesAndDoublesNothing() throws Exception {
        try (ReplicatedServer server = ReplicatedServer.start(folder)) {
            String url = server.url();
            try (RelationalStore store = TestSchema.open(url)) {
                execute(url, "CREATE TABLE done (task_id bigint NOT NULL)");
                execute(url, TestSchema.COUNT_ENDS);
                TestSchema.queue(store.queue(), 1, TASKS);
            }
            List<Long> doneBefore = new ArrayList<>();
            String promoted = server.standbyUrl();
            try (WorkerProcess worker = WorkerProcess.start(url, "patient", WorkerProcess.Mode.STAYS)) {
                for (int i = 0; i < DONE_BEFORE; i++) {
                    doneBefore.add(worker.awaitDone());
                }
                server.failOver();
                while (tasks(promoted).stream().anyMatch(task -> task.status() != TaskStatus.COMPLETED)) {
                    // a take whose answer was lost holds its tasks until their leases run out
                    execute(
                            promoted,
                            "UPDATE tramite_queue SET lease_until = clock_timestamp() WHERE status = 'processing' AND NOT"
                                    + " EXISTS (SELECT 1 FROM tramite_queue WHERE status = 'pending');"
                                    + " UPDATE tramite_queue SET due_at = clock_timestamp() WHERE status = 'scheduled'");
                }
            }
            assertThat(tasks(promoted)).hasSize(TASKS);
            assertThat(numbers(promoted, "SELECT task_id FROM done"))
                    .as("what was written before")
                    .containsAll(doneBefore);
            assertThat(numbers(promoted, "SELECT task_id FROM ended"))
                    .hasSize(TASKS)
                    .doesNotHaveDuplicates();
        }
    }

    private static List<Task> tasks(String url) {
        try (RelationalStore store = TestSchema.open(url)) {
            return store.operations().list(TaskFilter.newest(1_000));
        }
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            TestSchema.execute(connection, sql);
        }
    }

    private static List<Long> numbers(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            List<Long> numbers = new ArrayList<>();
            while (result.next()) {
                numbers.add(result.getLong(1));
            }
            return numbers;
        }
    }
}
