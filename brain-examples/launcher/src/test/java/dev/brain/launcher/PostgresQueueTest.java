package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.config.Environment;
import dev.brain.examples.demo.DemoWorld;
import dev.brain.launcher.Shell.Outcome;
import dev.brain.postgresql.TestServer;
import dev.brain.queue.Store;
import dev.brain.queue.Store.Options.Access;
import java.nio.file.Path;
import java.util.Map;
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
    void queueIsCopiedFromAFile() {
        shell = Shell.inWorld(folder, 60);
        assertDone(shell.run("run", "--once"));
        String tasks = shell.run("tasks", "stats", "--json").out();
        String file = "jdbc:sqlite:" + folder.resolve("queue.db");

        Outcome copied = shell.run("queue", "copy", "--from", file, "--to", TestServer.url(SCHEMA), "--json");

        assertDone(copied);
        assertThat(copied.out()).startsWith("{\"tasks\":{\"rows\":").contains("\"sites\":{\"rows\":");
        assertThat(shell.run("tasks", "stats", "--json", "--queue", TestServer.url(SCHEMA))
                        .out())
                .isEqualTo(tasks);
        Outcome repeated = shell.watched().run("queue", "copy", "--from", file, "--to", TestServer.url(SCHEMA));
        assertThat(repeated.out()).contains("ADDED NOW", "The stores are equal.");
        assertThat(repeated.err()).contains("tasks: ", " of ");
        assertThat(repeated.status()).isZero();
    }

    @Test
    void copyIsRefusedWithAReason() {
        shell = Shell.inWorld(folder, 60);
        String file = "jdbc:sqlite:" + folder.resolve("queue.db");
        String url = TestServer.url(SCHEMA);
        assertWrong(shell.run("queue", "copy", "--from", file, "--to", file), "name the same store");
        assertWrong(shell.run("queue", "copy", "--from", file + "x", "--to", url), "there is no queue at ");
        assertWrong(shell.run("queue", "copy", "--from", "jdbc:oracle:x", "--to", url), "no store knows the URL");
        assertDone(shell.run("queue", "copy", "--from", file, "--to", url));

        assertDone(shell.run("run", "--once", "--queue", url));

        assertWrong(shell.run("queue", "copy", "--from", file, "--to", url), "the target has other tasks");
        try (Store used = QueueOptions.open(url, Access.EXISTING, Environment.of(Map.of()))) {
            Outcome outcome = shell.run("queue", "copy", "--from", file, "--to", url);
            assertThat(outcome.err())
                    .startsWith("brain: the target is in use: the run ")
                    .hasLineCount(1);
            assertThat(outcome.status()).isEqualTo(1);
            assertThat(used.sites().sites()).isNotEmpty();
        }
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
