package dev.brain.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.launcher.Shell.Outcome;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DashboardCommandTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "70000", ":8085", "127.0.0.1:", "127.0.0.1:x", "-1"})
    void anAddressThatIsNoneIsRefused(String address) {
        Outcome outcome = new Shell(folder).run("dashboard", "--listen=" + address);
        Shell.assertWrong(outcome, "[HOST:]PORT");
    }

    @Test
    void anAddressThatOthersReachNeedsUsers() {
        Shell shell = Shell.inWorld(folder, 1);
        Shell.assertWrong(shell.run("dashboard", "--listen", "0.0.0.0:0"), "password file", "127.0.0.1");
        Shell.assertWrong(
                shell.run(
                        "dashboard",
                        "--listen",
                        "0",
                        "--password-file",
                        folder.resolve("none").toString()),
                "users");
        Shell.assertWrong(shell.run("dashboard", "--listen", "0", "--behind-proxy"), "proxy", "password file");
    }

    @Test
    void theOptionsOfADashboardNeedOne() {
        Shell shell = Shell.inWorld(folder, 1);
        Shell.assertWrong(shell.run("run", "--once", "--operate"), "--dashboard");
        Shell.assertWrong(shell.run("run", "--once", "--dashboard", "0"), "--once");
        Shell.assertWrong(shell.run("worker", "--drain", "--behind-proxy"), "--dashboard");
    }

    @Test
    void aPasswordIsAddedAndOnlyItsHashIsStored() throws IOException {
        Path file = folder.resolve("users");
        Outcome outcome = withInput(
                "correct horse\n",
                "dashboard",
                "password",
                "nora",
                "--role",
                "viewer",
                "--password-file",
                file.toString());
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).contains("nora may log in as viewer");
        assertThat(Files.readString(file))
                .startsWith("nora:viewer:pbkdf2-sha256:")
                .doesNotContain("correct horse");
        Shell.assertWrong(
                withInput("short\n", "dashboard", "password", "nora", "--password-file", file.toString()), "too short");
        Shell.assertWrong(
                withInput("", "dashboard", "password", "nora", "--password-file", file.toString()), "no password");
    }

    private Outcome withInput(String text, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(text.getBytes(UTF_8)));
        try {
            return new Shell(folder).run(arguments);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    @Tag("slow")
    void theDashboardIsServedUntilItIsStopped() throws Exception {
        Shell.inWorld(folder, 3);
        assertThat(servedBy("dashboard", "--listen", "0")).contains("read-only");
        assertThat(servedBy("dashboard", "--listen", "0", "--operate", "--json"))
                .doesNotContain("read-only");
        assertThat(servedBy("run", "--dashboard", "0", "--operate")).doesNotContain("read-only");
        assertThat(servedBy("worker", "--dashboard", "127.0.0.1:0")).contains("read-only");
    }

    /** Returns the first page of the dashboard that a command serves. */
    private String servedBy(String... arguments) throws Exception {
        Map<String, String> environment = Map.of(
                "BRAIN_HOME", folder.toString(),
                "SQLITE_DB_PATH", folder.resolve("queue.db").toString(),
                "BRAIN_SOURCE_URL", "jdbc:sqlite:" + folder.resolve("cases.db"));
        return LauncherProcess.dashboard(LauncherProcess.builder(folder, environment, arguments));
    }
}
