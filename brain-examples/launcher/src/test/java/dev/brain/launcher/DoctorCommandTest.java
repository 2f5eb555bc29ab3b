package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.launcher.Shell.Outcome;
import dev.brain.sqlserver.TdsServer;
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
    void theEndSaysWhatAServiceLacks() throws IOException {
        assertThat(shell.run("run", "--once").status()).isZero();
        Outcome lacking = shell.run("doctor");
        assertThat(lacking.status()).as("none of it is an error").isZero();
        assertThat(lacking.out().substring(lacking.out().indexOf("As a service")))
                .contains("BRAIN_NOTIFY_URL is not set", "none is in work", "No file in " + folder.resolve("backup"))
                .doesNotContain("BRAIN_HOME");

        Files.writeString(Files.createDirectory(folder.resolve("backup")).resolve("queue-1.db"), "");
        assertThat(shell.run("worker", "--drain").status()).isZero();
        JsonNode gaps = new ObjectMapper()
                .readTree(shell.set("BRAIN_NOTIFY_URL", "https://hooks.example/brain")
                        .run("doctor", "--json")
                        .out())
                .get("service");
        assertThat(gaps).allMatch(gap -> gap.asText().contains("root"), "only the user of the tests is left");
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

    @Test
    void aWebhookThatCannotBeUsedIsToldWithoutItsValue() {
        Outcome outcome = shell.set("BRAIN_NOTIFY_URL", "chat.example/tok3n").run("doctor");
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out())
                .containsPattern("ERROR +environment +BRAIN_NOTIFY_URL +BRAIN_NOTIFY_URL must be an http or https URL")
                .contains("site madrid")
                .doesNotContain("tok3n");
        assertThat(shell.set("BRAIN_NOTIFY_URL", "http://localhost:1/tok3n")
                        .run("doctor")
                        .out())
                .containsPattern("ERROR +environment +BRAIN_NOTIFY_URL +its host can't be reached")
                .containsPattern("WARN +environment +BRAIN_NOTIFY_URL +it is http")
                .doesNotContain("tok3n");
    }

    @Test
    void notificationsThatHaveWaitedForLongAreTold() throws SQLException {
        assertThat(shell.run("doctor").out()).doesNotContain("notifications");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO brain_notification (incident_id, event, count, happened_at, due_at)"
                    + " VALUES (1, 'incident_opened', 1, 1767225600000, 1767225600000)");
        }
        assertThat(shell.run("doctor").out())
                .containsPattern("WARN +queue +notifications +1 of incidents .*2026-01-01T00:00:00Z: no 'brain run'");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE brain_notification SET failures = 3, problem = 'it answered HTTP 500'");
        }
        assertThat(shell.run("doctor").out())
                .containsPattern(
                        "WARN +queue +notifications +1 of incidents .*does not accept them: it answered HTTP 500");
    }

    /** By the parts, whose settings the advice names; each site's check says it too. */
    @Test
    void aServerWithoutEncryptionIsToldAsSuchWithTheSettingsInUse() throws IOException {
        try (TdsServer server = TdsServer.refusing(null, 18456, "Login failed for user 'u'.")) {
            shell.unset("BRAIN_SOURCE_URL")
                    .set("SQLSERVER_SERVER", "localhost," + server.port())
                    .set("SQLSERVER_DATABASE", "d")
                    .set("SQLSERVER_USERNAME", "u")
                    .set("SQLSERVER_PASSWORD", "swordfish");
            Outcome outcome = shell.run("doctor");

            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.out())
                    .containsPattern("ERROR +source +connection +cannot connect to SQL Server localhost:"
                            + server.port() + "/d: .*not configured to support SSL.*TLS 1.2.*SQLSERVER_ENCRYPT=no")
                    .containsPattern("ERROR +site madrid .*SQLSERVER_ENCRYPT=no")
                    .doesNotContain("ClientConnectionId")
                    .doesNotContain("tried")
                    .doesNotContain("swordfish");
            assertThat(server.logins()).isZero();

            assertThat(shell.set("SQLSERVER_ENCRYPT", "no").run("doctor").out())
                    .contains("SQLSERVER_ENCRYPT")
                    .containsPattern(
                            "ERROR +source +connection +cannot connect .*error 18456.; check user and password");
        }
    }
}
