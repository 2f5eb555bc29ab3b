package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncidentsCommandTest {
    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void world() {
        shell = Shell.inWorld(folder, 150);
    }

    @Test
    void withoutIncidentsItSaysSo() {
        assertThat(shell.run("incidents", "list").out()).isEqualToIgnoringNewLines("No open incidents.");
    }

    @Test
    void incidentsAreListedAndResolved() throws IOException {
        shell.run("run", "--once");
        JsonNode incidents = json().get("incidents");

        assertThat(shell.run("incidents", "list").out())
                .contains("ORPHAN_CLAIM")
                .contains("REFERENCE_REJECTED");
        assertThat(incidents).anySatisfy(incident -> {
            assertThat(incident.get("code").asText()).isEqualTo("ORPHAN_CLAIM");
            assertThat(incident.get("site_id").asText()).isEqualTo("xaloc_girona");
            assertThat(incident.get("resource_id").isTextual()).isTrue();
            assertThat(incident.get("resolved_at").isNull()).isTrue();
        });

        String id = incidents.get(0).get("id").asText();
        assertThat(shell.run("incidents", "resolve", id).out()).contains("Incident " + id + " is resolved");
        assertThat(json().get("incidents")).hasSize(incidents.size() - 1);
        assertThat(shell.run("incidents", "list", "--all").out()).contains("(resolved)");
        assertWrong(shell.run("incidents", "resolve", id), "no open incident " + id);
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper()
                .readTree(shell.run("incidents", "list", "--json").out());
    }
}
