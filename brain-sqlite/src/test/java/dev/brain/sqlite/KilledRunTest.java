package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.tck.TaskHistories;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that are really killed, at moments that a seed decides. */
class KilledRunTest {
    private static final int BATCH = 3;
    private static final int MOST_BATCHES = 40;

    @TempDir
    Path folder;

    @Test
    void aRunThatIsKilledLosesNothingAndQueuesNothingTwice() throws Exception {
        killed(2, 400, false);
    }

    @Test
    void whatIsHeldForAnApprovalHasItsWholeHistoryToo() throws Exception {
        killed(1, 200, true);
    }

    @Test
    @Tag("slow")
    void aRunThatIsKilledAgainAndAgainLosesNothingAndQueuesNothingTwice() throws Exception {
        killed(25, 4_000, false);
    }

    @Test
    @Tag("slow")
    void aRunThatHoldsItsTasksMayBeKilledAgainAndAgainToo() throws Exception {
        killed(25, 4_000, true);
    }

    private void killed(int kills, int cases, boolean approval) throws Exception {
        assertThat(kills * (MOST_BATCHES + 1) * BATCH)
                .as("some are left for the last")
                .isLessThan(cases);
        ManyCases.create(folder.resolve("cases.db"), cases, 1);
        long seed = Long.getLong("brain.test.seed", new SplittableRandom().nextLong());
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < kills; i++) {
            int batches = random.nextInt(MOST_BATCHES + 1);
            Process run = start(approval);
            try (OutputStream allowed = run.getOutputStream()) {
                allowed.write(new byte[MOST_BATCHES]);
                allowed.flush();
                // and "running"; it goes on while this process makes up its mind to kill it
                for (int line = 0; line <= batches; line++) {
                    assertThat(run.inputReader().readLine()).as("seed " + seed).isNotNull();
                }
                run.destroyForcibly().waitFor();
            }
            assertHistory(seed);
        }
        Process last = start(approval);
        try {
            last.getOutputStream().close();
            String said = new String(last.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(last.waitFor()).as("seed %d: %s", seed, said).isZero();
        } finally {
            last.destroyForcibly();
        }

        assertHistory(seed);
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"))) {
            List<Task> tasks = store.operations().list(TaskFilter.newest(2 * cases));
            assertThat(tasks)
                    .as("seed " + seed)
                    .allMatch(task -> task.status() == (approval ? TaskStatus.HELD : TaskStatus.PENDING));
            assertThat(tasks.stream()
                            .map(task -> Long.valueOf(task.resourceId().value()))
                            .toList())
                    .as("what is held has exactly one task, seed " + seed)
                    .containsExactlyInAnyOrderElementsOf(held())
                    .hasSize(cases);
        }
    }

    private void assertHistory(long seed) {
        Path queue = folder.resolve("queue.db");
        assertThat(TestDatabase.column(queue, TaskHistories.WRONG))
                .as("seed " + seed)
                .isEmpty();
        assertThat(TestDatabase.column(
                        queue,
                        "SELECT task_id FROM brain_history WHERE task_id NOT IN (SELECT id FROM tramite_queue) AND event <> 'lost'"
                                + " GROUP BY task_id HAVING count(*) <> 1"))
                .as("a dropped reservation was made once, seed " + seed)
                .isEmpty();
    }

    private Process start(boolean approval) throws Exception {
        List<String> command = JavaProcess.command(ManyCases.class);
        command.addAll(List.of(folder.toString(), String.valueOf(BATCH), String.valueOf(approval)));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
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
