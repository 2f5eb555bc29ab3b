package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.launcher.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TasksCommandTest {
    @TempDir
    private Path folder;

    private Shell shell;
    private JsonNode task;

    @BeforeEach
    void queue() throws IOException {
        shell = Shell.inWorld(folder, 150);
        assertThat(shell.run("run", "--once", "--max-claims", "3").status()).isZero();
        task = json(shell.run("tasks", "list", "--json", "--limit", "1"))
                .get("tasks")
                .get(0);
    }

    @Test
    void listShowsTheNewestFirst() {
        Outcome outcome = shell.run("tasks", "list");

        assertThat(outcome.lines().get(0)).matches("TASK +SITE +RESOURCE +REFERENCE +STATUS +CREATED");
        assertThat(outcome.lines()).hasSize(10);
        assertThat(outcome.lines().get(1)).contains(task.get("id").asText()).contains("pending");
    }

    @Test
    void listIsFilteredBySiteAndStatus() {
        assertThat(shell.run("tasks", "list", "--site", "madrid").lines()).hasSize(4);
        assertThat(shell.run("tasks", "list", "--status", "failed").out()).isEqualToIgnoringNewLines("No tasks match.");
        assertThat(shell.run("tasks", "list", "--status", "pending", "--limit", "2")
                        .out())
                .contains("--limit shows more");
        assertWrong(shell.run("tasks", "list", "--status", "lost"), "--status", "lost", "pending");
        assertWrong(shell.run("tasks", "list", "--limit", "0"), "--limit must be at least 1");
        assertWrong(shell.run("incidents", "list", "--limit", "0"), "--limit must be at least 1");
    }

    @Test
    void showTellsAllWithThePayload() throws IOException {
        Outcome outcome = shell.run("tasks", "show", id());
        JsonNode shown = json(shell.run("tasks", "show", id(), "--json"));

        assertThat(outcome.out()).contains("payload {").contains("\"source\" : \"brain_orchestrator\"");
        assertThat(shown.get("payload").get("idRecurso").isIntegralNumber()).isTrue();
        assertThat(shown.get("payload").fieldNames())
                .toIterable()
                .containsExactly(
                        "idRecurso",
                        "idExp",
                        "expediente",
                        "numclient",
                        "sujeto_recurso",
                        "fase_procedimiento",
                        "direct_url",
                        "source",
                        "claimed_at");
    }

    @Test
    void numbersAreShownAsTheyAreWritten() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE tramite_queue SET payload ="
                    + " '{\"idRecurso\": 1, \"price\": 10.50, \"many\": 123456789012345678901.25}' WHERE id = " + id());
        }
        assertThat(shell.run("tasks", "show", id(), "--json").out())
                .contains("\"price\":10.50,\"many\":123456789012345678901.25");
        assertThat(shell.run("tasks", "show", id()).out()).contains("10.50").contains("123456789012345678901.25");
    }

    @Test
    void aTaskIsHeldAndApproved() throws IOException {
        assertThat(shell.run("tasks", "hold", id(), "--reason", "the client called")
                        .out())
                .contains("Task " + id() + " is held");
        assertThat(shell.run("tasks", "list", "--status", "held").out()).contains("held: the client called");
        assertThat(json(shell.run("tasks", "show", id(), "--json"))
                        .get("hold_reason")
                        .asText())
                .isEqualTo("the client called");
        Outcome again = shell.run("tasks", "hold", id());
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("is held; only a pending or scheduled task can be held");

        assertWrong(shell.run("tasks", "approve", id(), "4711"), "there is no task 4711");
        assertThat(shell.run("tasks", "list", "--status", "held").lines())
                .as("none was approved")
                .hasSize(3);
        assertThat(shell.run("tasks", "approve", id(), "--note", "checked").out())
                .contains("Task " + id() + " is approved.");
        JsonNode approved = json(shell.run("tasks", "show", id(), "--json"));
        assertThat(approved.get("status").asText()).isEqualTo("pending");
        assertThat(approved.get("approved_by").asText()).isNotBlank();
        Outcome twice = shell.run("tasks", "approve", id());
        assertThat(twice.status()).isEqualTo(1);
        assertThat(twice.err()).contains("only a held task can be approved");

        shell.run("tasks", "hold", id());
        assertThat(shell.run("tasks", "cancel", id()).status()).isZero();
        assertThat(shell.run("tasks", "list", "--status", "cancelled").lines()).hasSize(2);
    }

    @Test
    void statsCountBySiteAndStatus() throws IOException {
        JsonNode stats = json(shell.run("tasks", "stats", "--json"));

        assertThat(shell.run("tasks", "stats").out()).contains("PENDING").contains("9 tasks of 3 sites");
        assertThat(stats.get("total").asInt()).isEqualTo(9);
        assertThat(stats.get("sites").get(0).get("pending").asInt()).isEqualTo(3);
    }

    @Test
    void aStatusThatAnotherProgramWroteIsShownAsItStands() throws Exception {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE tramite_queue SET status = 'en_curso' WHERE id = " + id());
        }
        JsonNode stats = json(shell.run("tasks", "stats", "--json"));

        assertThat(shell.run("tasks", "list", "--status", "other").lines())
                .hasSize(2)
                .last()
                .asString()
                .contains(" en_curso ");
        assertThat(shell.run("tasks", "list").out()).contains(" en_curso ");
        assertThat(shell.run("tasks", "stats").out()).contains("en_curso").contains("9 tasks of 3 sites");
        assertThat(stats.get("total").asInt()).isEqualTo(9);
        assertThat(stats.findValues("en_curso"))
                .singleElement()
                .satisfies(count -> assertThat(count.asInt()).isEqualTo(1));
        assertFailed(shell.run("tasks", "retry", id()), "en_curso", "only a failed or cancelled task");
        assertWrong(shell.run("tasks", "release", id()), "en_curso", "by hand");
    }

    @Test
    void aTaskIsCancelledAndRetried() {
        assertThat(shell.run("tasks", "cancel", id()).out())
                .contains("cancelled")
                .contains("brain tasks release " + id());
        assertFailed(shell.run("tasks", "cancel", id()), "cancelled");
        assertThat(shell.run("tasks", "retry", id()).out()).contains("pending again");
        assertFailed(shell.run("tasks", "retry", id()), "pending", "only a failed or cancelled task");
    }

    @Test
    void aReleasedResourceIsBlockedUntilItIsUnblocked() {
        String site = task.get("site_id").asText();
        String resource = task.get("resource_id").asText();

        assertThat(shell.run("tasks", "release", id()).out()).contains("was released");
        assertThat(shell.run("tasks", "release", id()).out()).contains("no longer belonged to the claimant");
        assertFailed(shell.run("tasks", "retry", id()), "can't be retried", "any more");
        assertThat(shell.run("sync", "--id", resource, "--site-id", site).out())
                .contains("blocked")
                .contains("unblock");
        assertThat(shell.run("tasks", "unblock", site, resource).out()).contains("may be queued again");
        assertFailed(shell.run("tasks", "unblock", site, resource), "nothing blocks");
        assertThat(shell.run("sync", "--id", resource, "--site-id", site).out()).contains("claimed and queued as task");
    }

    @Test
    void anIdIsFoundWithoutTheBlanksThatItsDatabasePadsItWith() throws Exception {
        String site = task.get("site_id").asText();
        String resource = task.get("resource_id").asText();
        shell.run("tasks", "cancel", id());
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE tramite_queue SET resource_id = '" + resource + "   ' WHERE id = " + id());
        }

        assertThat(shell.run("tasks", "unblock", site, resource).out()).contains("may be queued again");
        assertFailed(shell.run("tasks", "unblock", site, resource), "nothing blocks");
    }

    @Test
    void whatMayHaveBeenSubmittedIsLeftAloneUntilSomebodySaysThatItWasNot() throws Exception {
        String site = task.get("site_id").asText();
        String resource = task.get("resource_id").asText();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE tramite_queue SET status = 'failed', failure_kind = 'technical',"
                    + " failure_code = 'SUBMIT_UNKNOWN', error_log = 'no answer to the form' WHERE id = " + id());
        }
        String reference = task.get("reference").asText();
        for (String command : new String[] {"retry", "release"}) {
            assertFailed(
                    shell.run("tasks", command, id()),
                    "may have been submitted",
                    "no answer to the form",
                    reference,
                    "--not-submitted");
        }
        assertFailed(shell.run("tasks", "unblock", site, resource), "may have been submitted", "--not-submitted");
        assertThat(json(shell.run("tasks", "show", id(), "--json"))
                        .get("status")
                        .asText())
                .isEqualTo("failed");

        assertThat(shell.run("tasks", "retry", id(), "--not-submitted").out()).contains("pending again");
    }

    @Test
    void unknownTasksAndSitesAreWrong() {
        for (String command : new String[] {"show", "retry", "cancel", "release"}) {
            assertWrong(shell.run("tasks", command, "4711"), "no task 4711", "brain tasks list");
        }
        assertWrong(shell.run("tasks", "show", "first"), "first");
        assertWrong(shell.run("tasks", "unblock", "atlantis", "1"), "atlantis");
    }

    private String id() {
        return task.get("id").asText();
    }

    static void assertFailed(Outcome outcome, String... parts) {
        assertThat(outcome.err()).startsWith("brain: ").contains(parts);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.status()).isEqualTo(1);
    }

    private static JsonNode json(Outcome outcome) throws IOException {
        assertThat(outcome.lines()).hasSize(1);
        return new ObjectMapper().readTree(outcome.out());
    }
}
