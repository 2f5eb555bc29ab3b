package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that are really killed, at moments that a seed decides. */
@Tag("slow")
class KilledRunTest {
    private static final int CASES = 4000;
    private static final int KILLS = 25;

    @TempDir
    Path folder;

    @Test
    void aRunThatIsKilledAgainAndAgainLosesNothingAndQueuesNothingTwice() throws Exception {
        ManyCases.create(folder.resolve("cases.db"), CASES, 1);
        long seed = Long.getLong("brain.test.seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        int killed = 0;
        for (int i = 0; i < KILLS; i++) {
            Process run = start();
            // The moment is the test's matter, not a wait for something: any moment will do.
            if (run.inputReader().readLine() != null && !run.waitFor(random.nextInt(1, 120), TimeUnit.MILLISECONDS)) {
                run.destroyForcibly();
                killed++;
            }
            run.waitFor();
        }
        assertThat(killed).as("runs that were killed, seed " + seed).isPositive();
        Process last = start();
        try {
            assertThat(last.waitFor())
                    .as("the last run ends well, seed " + seed)
                    .isZero();
        } finally {
            last.destroyForcibly();
        }

        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"))) {
            List<Task> tasks = store.list(TaskFilter.newest(2 * CASES));
            assertThat(tasks).as("seed " + seed).allMatch(task -> task.status() == TaskStatus.PENDING);
            assertThat(tasks.stream()
                            .map(task -> Long.valueOf(task.resourceId().value()))
                            .toList())
                    .as("what is held has exactly one task, seed " + seed)
                    .containsExactlyInAnyOrderElementsOf(held())
                    .hasSize(CASES);
        }
    }

    private Process start() throws Exception {
        return new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyCases.class.getName(),
                        folder.toString(),
                        "3"))
                .redirectErrorStream(true)
                .start();
    }

    private List<Long> held() throws Exception {
        List<Long> held = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM cases WHERE state = 1 AND owner = 'ROBOT'")) {
            while (rows.next()) {
                held.add(rows.getLong(1));
            }
        }
        return held;
    }
}
