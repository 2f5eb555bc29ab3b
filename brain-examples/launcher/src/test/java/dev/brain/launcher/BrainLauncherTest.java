package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What all commands have in common. */
class BrainLauncherTest {
    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void shell() {
        shell = new Shell(folder);
    }

    @Test
    void verboseAddsTheStack() {
        Shell.Outcome outcome = shell.run("sites", "import", "nowhere.json", "--verbose");

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).startsWith("brain: ").contains("\tat dev.brain.");
    }

    @Test
    void withoutACommandItTellsWhichThereAre() {
        Shell.Outcome outcome = shell.run();

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("Usage: brain").contains("run").contains("doctor");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void helpAndVersionAreDone() {
        assertThat(shell.run("--version").out()).startsWith("brain ");
        Shell.Outcome help = shell.run("run", "--help");
        assertThat(help.out()).contains("--max-claims").contains("BRAIN_MAX_CLAIMS, else 50");
        assertThat(help.status()).isZero();
    }
}
