package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.examples.demo.DemoWorld;
import dev.brain.launcher.Shell.Outcome;
import dev.brain.postgresql.TestServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands with a queue in PostgreSQL. */
class PostgresQueueTest {
    private static final String SCHEMA = "launcher_" + ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void shell() {
        TestServer.createSchema(SCHEMA);
        shell = new Shell(folder).set("BRAIN_QUEUE_URL", TestServer.url(SCHEMA));
    }

    @AfterEach
    void dropSchema() {
        TestServer.dropSchema(SCHEMA);
    }

    private static void assertDone(Outcome outcome) {
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
    }

    @Test
    void sitesAreImportedAndTheirCasesClaimed() {
        try (DemoWorld world = DemoWorld.open(folder, 11, 60)) {
            shell.set("BRAIN_SOURCE_URL", world.sourceUrl());
            assertDone(shell.run("sites", "import", world.siteFile().toString()));
        }
        assertDone(shell.run("run", "--once", "--dry-run"));
        assertThat(shell.run("tasks", "list").out()).contains("No tasks");

        assertDone(shell.run("run", "--once"));

        assertThat(shell.run("tasks", "list").out()).contains("pending");
        assertThat(shell.run("doctor").out()).contains("PostgreSQL ").doesNotContain("ERROR queue");
    }

    @Test
    void initCreatesTheTablesAndMayBeRepeated() {
        assertWrong(shell.run("tasks", "list"), "there is no queue at jdbc:postgresql:");
        for (int i = 0; i < 2; i++) {
            Outcome outcome = shell.run("queue", "init");
            assertDone(outcome);
            assertThat(outcome.out()).contains("is ready, with no sites.");
        }
        assertDone(shell.run("tasks", "list"));
    }

    @Test
    void initPrintsTheStatementsAndRunsNone() {
        Outcome printed = shell.run("queue", "init", "--print");
        assertDone(printed);
        assertThat(printed.out()).contains("CREATE TABLE \"tramite_queue\"").endsWith(";\n");
        assertWrong(shell.run("tasks", "list"), "there is no queue at ");

        assertDone(shell.run("queue", "init"));
        assertThat(shell.run("queue", "init", "--print").out()).isEmpty();
    }

    @Test
    void optionNamesTheQueue() {
        shell.unset("BRAIN_QUEUE_URL");
        assertDone(shell.run("queue", "init", "--queue", TestServer.url(SCHEMA)));
        assertDone(shell.run("tasks", "list", "--queue", TestServer.url(SCHEMA)));
    }

    @Test
    void fileNeedsNoStatements() {
        shell.unset("BRAIN_QUEUE_URL");
        assertThat(shell.run("queue", "init", "--print").out()).isEmpty();
        assertDone(shell.run("queue", "init"));
    }

    @Test
    void databaseThatDoesNotExistIsOneLine() {
        shell.set("BRAIN_QUEUE_URL", TestServer.url(SCHEMA).replaceFirst("/[a-z]+\\?", "/nowhere?"));
        assertWrong(shell.run("tasks", "list"), "/nowhere does not exist", "BRAIN_QUEUE_URL");
    }

    @Test
    void urlWithoutAnEngineNamesTheEngines() {
        shell.set("BRAIN_QUEUE_URL", "jdbc:oracle:thin:@host:1521/x");
        assertWrong(shell.run("tasks", "list"), "no store knows the URL", "sqlite", "postgresql");
    }
}
