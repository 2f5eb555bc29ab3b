package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signal that arrives before a command has begun its work. */
class StopWhileStartingTest {
    @TempDir
    private Path root;

    private Path folder;
    private Shell shell;

    @BeforeEach
    void world() throws Exception {
        folder = root.resolve("world");
        shell = Shell.inWorld(folder, 60);
    }

    @Test
    void aWorkerTakesNoTaskAndPrintsItsSummary() throws Exception {
        assertThat(shell.run("run", "--once").status()).isZero();
        long pending = tasks("pending");
        assertThat(pending).isPositive();

        Shell.Outcome outcome = stopped("worker");

        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("0 completed, 0 failed", "Left: " + pending + " pending")
                .doesNotContain("Working with");
        assertThat(tasks("pending")).isEqualTo(pending);
    }

    @Test
    @Tag("slow")
    void aRunAtAnIntervalClaimsNothing() throws Exception {
        Shell.Outcome outcome = stopped("run", "--interval", "60");

        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).endsWith("stopped").doesNotContain("candidates");
        assertThat(tasks("pending")).isZero();
    }

    @Test
    @Tag("slow")
    void aSingleRunClaimsNothingAndFails() throws Exception {
        Shell.Outcome outcome = stopped("run", "--once");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).startsWith("brain: stopped before it began").hasLineCount(1);
        assertThat(tasks("pending")).isZero();
    }

    private Shell.Outcome stopped(String... arguments) throws Exception {
        SlowStart.install(folder);
        return SlowStart.stopped(LauncherProcess.builder(folder, Map.of(), arguments));
    }

    private long tasks(String status) throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery("SELECT count(*) FROM tramite_queue WHERE status = '" + status + "'")) {
            return rows.getLong(1);
        }
    }
}
