package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryCommandTest {
    @TempDir
    private Path folder;

    private Shell shell;
    private JsonNode task;

    @BeforeEach
    void queue() throws IOException {
        shell = Shell.inWorld(folder, 150);
        assertThat(shell.run("run", "--once", "--max-claims", "3").status()).isZero();
        task = json("tasks", "list", "--json", "--limit", "1").get("tasks").get(0);
    }

    private JsonNode json(String... arguments) throws IOException {
        return new ObjectMapper().readTree(shell.run(arguments).out());
    }

    @Test
    void theWayOfATaskIsToldWithItsActors() throws IOException {
        String id = task.get("id").asText();
        assertThat(shell.run("tasks", "cancel", id, "--by", "anna").status()).isZero();

        assertThat(shell.run("tasks", "history", id).lines())
                .satisfiesExactly(
                        title -> assertThat(title).matches("TIME +WHAT +SITE +TASK +INCIDENT +BY"),
                        reserved -> assertThat(reserved).contains("reserved", "run "),
                        claimant -> assertThat(claimant).contains("for "),
                        claimed -> assertThat(claimed).contains("claimed", "run "),
                        cancelled -> assertThat(cancelled).contains("cancelled", "person anna"));
        JsonNode entries = json("tasks", "history", id, "--json").get("history");
        assertThat(entries).hasSize(3);
        assertThat(entries.get(2).get("event").asText()).isEqualTo("cancelled");
        assertThat(entries.get(2).get("actor_kind").asText()).isEqualTo("person");
        assertThat(entries.get(2).get("task_id").asText()).isEqualTo(id);
    }

    @Test
    void changesAreFilteredAndContinued() throws IOException {
        assertThat(shell.run("sites", "pause", "madrid", "--by", "anna").status())
                .isZero();
        assertThat(shell.run("history", "--actor", "anna").out())
                .contains("site paused", "madrid", "person anna")
                .doesNotContain("claimed");
        JsonNode two = json("history", "--limit", "2", "--json").get("history");
        JsonNode next = json(
                        "history",
                        "--limit",
                        "2",
                        "--json",
                        "--before",
                        two.get(1).get("id").asText())
                .get("history");
        assertThat(next.get(0).get("id").asLong())
                .isLessThan(two.get(1).get("id").asLong());
        assertThat(shell.run("history", "--limit", "2").out()).contains("continues the list");
        assertThat(shell.run("history", "--actor", "nobody").out()).isEqualToIgnoringNewLines("No changes match.");
        assertThat(shell.run("history", "--since", "2999-01-01").out()).isEqualToIgnoringNewLines("No changes match.");
        assertWrong(shell.run("history", "--since", "yesterday"), "--since", "yesterday", "2026-03-01");
        assertWrong(shell.run("sites", "pause", "madrid", "--by", " "), "--by must be a name");
    }

    @Test
    void aCaseIsFoundByItsReferenceItsResourceAndItsText() throws IOException {
        String reference = task.get("reference").asText();
        assertThat(json("tasks", "show", reference, "--json").get("id")).isEqualTo(task.get("id"));
        assertThat(json("tasks", "list", "--reference", reference, "--json")
                        .get("tasks")
                        .findValuesAsText("id"))
                .contains(task.get("id").asText());
        assertThat(json("tasks", "list", "--resource", task.get("resource_id").asText(), "--json")
                        .get("tasks")
                        .findValuesAsText("id"))
                .contains(task.get("id").asText());
        assertThat(json("tasks", "list", "--text", reference.toLowerCase(Locale.ROOT), "--json")
                        .get("tasks"))
                .isNotEmpty();
        assertThat(shell.run("tasks", "list", "--text", "20__/").out()).isEqualToIgnoringNewLines("No tasks match.");
        assertThat(json("tasks", "list", "--after", task.get("id").asText(), "--json")
                        .get("tasks")
                        .findValuesAsText("id"))
                .isNotEmpty()
                .doesNotContain(task.get("id").asText());
        assertThat(shell.run("tasks", "list", "--since", "2999-01-01").out())
                .isEqualToIgnoringNewLines("No tasks match.");
        assertWrong(shell.run("tasks", "show", "2999/1"), "there is no task 2999/1");
    }

    @Test
    void incidentsAreWorkedOff() throws IOException {
        shell.run("run", "--once");
        String id = json("incidents", "list", "--json")
                .get("incidents")
                .get(0)
                .get("id")
                .asText();
        assertThat(shell.run("incidents", "assign", id, "berta", "--by", "anna").out())
                .isEqualToIgnoringNewLines("Incident " + id + " is berta's.");
        assertThat(json("incidents", "list", "--assignee", "Berta", "--json").get("incidents"))
                .hasSize(1);
        assertThat(json("incidents", "list", "--unassigned", "--json")
                        .get("incidents")
                        .findValuesAsText("id"))
                .doesNotContain(id);
        assertThat(shell.run("incidents", "note", id, "called the office").status())
                .isZero();
        assertThat(shell.run("incidents", "show", id).out())
                .contains("assignee", "berta", "called the office", "person anna", "Resolving it");
        assertThat(shell.run("incidents", "resolve", id, "--note", "corrected", "--by", "berta")
                        .out())
                .contains("Resolving it", "Incident " + id + " is resolved.");
        assertThat(shell.run("history", "--actor", "berta").out()).contains("incident resolved", "corrected");
        assertThat(shell.run("incidents", "assign", id).status()).isEqualTo(2);
        assertThat(shell.run("incidents", "list", "--opened-before", "30d").out())
                .isEqualToIgnoringNewLines("No open incidents.");
        assertWrong(shell.run("incidents", "show", "999"), "there is no incident 999");
        assertWrong(shell.run("incidents", "list", "--code", "NOTHING"), "--code", "NOTHING");
    }
}
