package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.launcher.Shell.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueBackupCommandTest {
    @TempDir
    private Path folder;

    @Test
    void aQueueIsBackedUpRestoredAndApproved() throws Exception {
        Shell shell = Shell.inWorld(folder, 60);
        assertThat(shell.run("run", "--once", "--max-claims", "2").status()).isZero();
        String backup = folder.resolve("backup.db").toString();
        assertThat(shell.run("queue", "backup", backup).status()).isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(backup))))
                .isEqualTo("rw-------");
        assertWrong(shell.run("queue", "backup", backup), "exists", "--force");
        assertThat(shell.run("queue", "backup", backup, "--force").status()).isZero();

        assertThat(shell.run("run", "--once", "--max-claims", "2").status()).isZero();
        assertWrong(shell.run("queue", "restore", backup), "has tasks", "--force");
        assertWrong(shell.run("queue", "restore", backup + ".none"), "there is no file");
        Outcome restored = shell.run("queue", "restore", backup, "--force", "--by", "anna");
        assertThat(restored.out()).contains("6 tasks held");
        assertThat(shell.run("history", "--actor", "anna").out()).contains("held", "person anna");
        assertThat(shell.run("doctor").out())
                .contains(
                        "restored from a backup; to be looked at: 6 held tasks", "the claims of ", "restored approve");
        assertThat(shell.run("run", "--once", "--dry-run").out())
                .contains("Look: the queue was restored from a backup; to be looked at: 6 held tasks");
        Outcome run = shell.run("run", "--once", "--json");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out())
                .contains("\"errors\":3")
                .contains("\"enqueued\":0")
                .contains("\"restored\":\"the queue was");
        assertThat(shell.run("incidents", "list", "--limit", "50").out())
                .contains("RESTORED")
                .contains("ORPHAN_CLAIM");
        assertThat(shell.run("queue", "restored", "approve", "--by", "berta").out())
                .contains("6 tasks go on");
        assertThat(shell.run("history", "--actor", "berta").out()).contains("approved", "incident resolved");
        assertThat(shell.run("doctor").out())
                .contains("claims without a task", "which the next cycle reads")
                .doesNotContain("held tasks");
        assertThat(shell.run("tasks", "list", "--status", "held").out()).contains("No tasks match");
    }
}
