package dev.brain.examples.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.examples.launcher.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {
    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void world() {
        shell = Shell.inWorld(folder, 60);
    }

    @Test
    void aSoundWorldHasNoErrorAndNoValueIsShown() {
        Outcome outcome = shell.set("XVIA_PASSWORD", "not-for-eyes").run("doctor");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("XVIA_PASSWORD")
                .doesNotContain("not-for-eyes")
                .doesNotContain("ERROR")
                .contains("4 sites, 3 active")
                .contains("site madrid");
    }

    @Test
    void jsonHasEveryCheckAndTheCounts() throws IOException {
        Outcome outcome = shell.run("doctor", "--json");
        JsonNode report = new ObjectMapper().readTree(outcome.out());

        assertThat(outcome.lines()).hasSize(1);
        assertThat(report.get("checks").fieldNames())
                .toIterable()
                .startsWith("environment", "folder", "source", "queue")
                .contains("site xaloc_girona");
        assertThat(report.get("errors").asInt()).isZero();
    }

    @Test
    void withoutAQueueAndASourceBothAreToldAndNothingIsMade() throws IOException {
        Path fresh = Files.createDirectory(folder.resolve("fresh"));
        Outcome outcome = new Shell(fresh).run("doctor");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out())
                .containsPattern("ERROR +source +connection +no system of record")
                .containsPattern("ERROR +queue +file +there is no queue")
                .contains("2 errors");
        assertThat(fresh).isEmptyDirectory();
    }

    @Test
    void aMissingTableIsAnErrorOfTheActiveSitesAndAWarningOfTheOthers() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("ALTER TABLE RecursosExp RENAME TO elsewhere");
        }
        Outcome outcome = shell.run("doctor");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out())
                .containsPattern("ERROR +site madrid .*RecursosExp")
                .containsPattern("WARN +site vallfosca .*RecursosExp");
    }

    @Test
    void badNumbersInTheEnvironmentAreTold() {
        Outcome outcome = shell.set("BRAIN_SYNC_INTERVAL", "often").run("doctor");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).containsPattern("ERROR +environment +BRAIN_SYNC_INTERVAL");
    }
}
