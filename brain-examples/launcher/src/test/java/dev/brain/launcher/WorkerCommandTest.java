package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.launcher.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerCommandTest {
    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void queue() {
        shell = Shell.inWorld(folder, 250);
        assertThat(shell.run("run", "--once").status()).isZero();
    }

    @Test
    void drainLeavesNothingReady() throws IOException {
        JsonNode before = stats();
        Path receipts = folder.resolve("receipts.txt");
        shell.set("DEMO_RECEIPTS", receipts.toString());
        Outcome outcome = shell.run("worker", "--drain", "--threads", "4");
        JsonNode after = stats();

        assertThat(outcome.status()).isZero();
        assertThat(sum(after, "pending") + sum(after, "processing")).isZero();
        assertThat(sum(after, "completed")).isPositive();
        assertThat(sum(after, "scheduled"))
                .as("the demo's handler fails now and then")
                .isPositive();
        assertThat(sum(after, "failed")).isPositive();
        assertThat(after.get("total")).isEqualTo(before.get("total"));
        assertThat(outcome.out())
                .contains((sum(after, "completed") + sum(after, "failed")) + " tasks ended")
                .contains(sum(after, "completed") + " completed, " + sum(after, "failed") + " failed")
                .contains("Left: 0 pending, " + sum(after, "scheduled") + " scheduled for later, 0 held for approval, "
                        + sum(after, "failed") + " failed in all");
        JsonNode done = json(shell.run("tasks", "list", "--status", "completed", "--limit", "1", "--json"))
                .get("tasks")
                .get(0);
        assertThat(done.get("attempts").asInt()).isEqualTo(1);
        assertThat(done.get("result").get("receipt").asText()).startsWith("R-" + done.get("id"));
        assertThat(shell.run("incidents", "list").out()).contains("BUSINESS_FAILURE");
        assertThat(Files.readAllLines(receipts))
                .as("what the public bodies received")
                .hasSize(sum(after, "completed"))
                .doesNotHaveDuplicates()
                .contains(done.get("result").get("receipt").asText());
    }

    @Test
    void whatWasFiledIsNotFiledAgain() throws Exception {
        Path receipts = folder.resolve("receipts.txt");
        shell.set("DEMO_RECEIPTS", receipts.toString());
        shell.run("worker", "--drain", "--site", "madrid");
        List<String> filed = Files.readAllLines(receipts);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE tramite_queue SET status = 'pending' WHERE status = 'completed'");
        }
        shell.run("worker", "--drain", "--site", "madrid");
        assertThat(sum(stats(), "completed")).isEqualTo(filed.size());
        assertThat(Files.readAllLines(receipts)).isEqualTo(filed);
    }

    @Test
    void onlyTheChosenSitesAreWorkedOff() throws IOException {
        shell.run("worker", "--drain", "--site", "madrid");

        for (JsonNode site : stats().get("sites")) {
            boolean chosen = site.get("site_id").asText().equals("madrid");
            assertThat(site.get("pending").asInt() == 0).as(site.toString()).isEqualTo(chosen);
        }
    }

    @Test
    void aPausedSiteWaitsUntilItIsResumed() throws IOException {
        assertThat(shell.run("sites", "pause", "madrid").status()).isZero();
        shell.run("worker", "--drain", "--site", "madrid");
        assertThat(sum(stats(), "completed")).isZero();
        assertThat(shell.run("tasks", "stats").out()).contains("madrid is paused");

        assertThat(shell.run("sites", "resume", "madrid").status()).isZero();
        shell.run("worker", "--drain", "--site", "madrid");
        assertThat(sum(stats(), "completed")).isPositive();
        assertThat(shell.run("tasks", "stats").out()).doesNotContain("paused");
    }

    @Test
    void aWorkerThatCanServeNoSiteEndsWithAnErrorAndOneThatCanServeAnotherGoesOn() throws Exception {
        setting("rate", "plenty", "site_id IN ('madrid', 'base_online')");
        assertWrong(shell.run("worker", "--drain", "--site", "madrid", "--site", "base_online"), "madrid", "plenty");
        assertThat(sum(stats(), "completed")).isZero();
        assertThat(shell.run("worker", "--drain").status()).isZero();
        assertThat(sum(stats(), "completed")).isPositive();

        setting("handler", "nobody", "site_id = 'madrid'");
        assertWrong(shell.run("worker", "--drain", "--site", "madrid"), "madrid", "'nobody'", "demo");
    }

    private void setting(String name, String value, String sites) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE organismo_config SET settings = json_set(coalesce(settings, '{}'), '$." + name
                    + "', '" + value + "') WHERE " + sites);
        }
    }

    @Test
    void aPrunedTaskKeepsWhatTellsItsResource() throws Exception {
        shell.run("worker", "--drain");
        int completed = sum(stats(), "completed");
        assertThat(shell.run("tasks", "prune", "--older-than", "30d").out()).contains("no tasks");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "UPDATE tramite_queue SET processed_at = '2020-01-01 00:00:00' WHERE status = 'completed'");
        }
        assertThat(shell.run("tasks", "prune", "--older-than", "30d").out()).contains(completed + " tasks");

        JsonNode done = json(shell.run("tasks", "list", "--status", "completed", "--limit", "1", "--json"))
                .get("tasks")
                .get(0);
        assertThat(done.get("payload")).isEmpty();
        assertThat(done.get("reference").asText()).isNotEmpty();
        assertThat(done.get("resource_id").asText()).isNotEmpty();
        assertWrong(shell.run("tasks", "prune", "--older-than", "soon"), "--older-than", "30d");
        assertWrong(shell.run("tasks", "prune"), "--older-than");
    }

    @Test
    void whatIsWrongIsSaid() {
        assertWrong(shell.run("worker", "--threads", "0"), "--threads");
        assertWrong(shell.run("worker", "--drain", "--site", "nowhere"), "nowhere", "madrid");
        assertThat(shell.run("sites", "pause", "nowhere").status()).isEqualTo(2);
    }

    private JsonNode stats() throws IOException {
        return json(shell.run("tasks", "stats", "--json"));
    }

    private static int sum(JsonNode stats, String status) {
        int sum = 0;
        for (JsonNode site : stats.get("sites")) {
            sum += site.get(status).asInt();
        }
        return sum;
    }

    private static JsonNode json(Outcome outcome) throws IOException {
        return new ObjectMapper().readTree(outcome.out());
    }
}
