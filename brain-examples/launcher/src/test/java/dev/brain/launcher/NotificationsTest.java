package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.launcher.Shell.Outcome;
import dev.brain.tck.NotificationReceiver;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of the webhook. */
class NotificationsTest {
    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void world() {
        shell = Shell.inWorld(folder, 250);
    }

    @Test
    void aBadUrlOrSecretEndsRunAndWorkerBeforeTheyBegin() {
        shell.set("BRAIN_NOTIFY_URL", "chat.example/tok3n");
        assertWrong(shell.run("run", "--once"), "BRAIN_NOTIFY_URL must be an http or https URL");
        assertWrong(shell.run("run"), "BRAIN_NOTIFY_URL must be an http or https URL");
        assertWrong(shell.run("worker", "--drain"), "BRAIN_NOTIFY_URL must be an http or https URL");
        shell.set("BRAIN_NOTIFY_URL", "https://chat.example/tok3n").set("BRAIN_NOTIFY_SECRET", "short");
        assertWrong(shell.run("run", "--once"), "BRAIN_NOTIFY_SECRET is too short");
        assertThat(shell.run("tasks", "list").status())
                .as("who delivers nothing needs no webhook")
                .isZero();
    }

    @Test
    void workersDeliverAndWhatOtherCommandsChangeIsKeptForThem() throws Exception {
        try (NotificationReceiver receiver = new NotificationReceiver()) {
            String url = receiver.uri().toString();
            assertThat(shell.run("run", "--once").status()).isZero();
            // the demo's own .env in this folder names source and queue
            Process worker = LauncherProcess.builder(folder, Map.of("BRAIN_NOTIFY_URL", url), "worker")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            JsonNode told;
            try {
                told = receiver.awaitRequest();
            } finally {
                worker.destroyForcibly().waitFor();
            }
            assertThat(told.get("event").asText()).isEqualTo("incident_opened");
            assertThat(told.get("code").asText()).isEqualTo("BUSINESS_FAILURE");
            assertThat(told.has("task")).isTrue();

            String incident = told.get("incident").asText();
            shell.set("BRAIN_NOTIFY_URL", url);
            Outcome resolved = shell.run("incidents", "resolve", incident);
            assertThat(resolved.status()).as(resolved.err()).isZero();
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery(
                            "SELECT count(*) FROM brain_notification WHERE event = 'incident_closed' AND incident_id = "
                                    + incident)) {
                assertThat(rows.getInt(1)).isEqualTo(1);
            }
        }
    }
}
