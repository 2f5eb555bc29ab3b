package dev.brain.examples.launcher;

import static dev.brain.examples.launcher.RunCommandTest.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.examples.launcher.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncCommandTest {
    private static final String CLEAN = "Organisme LIKE '%XALOC%' AND Expedient GLOB '[0-9][0-9][0-9][0-9]/[0-9]*-MUL'";

    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void world() {
        shell = Shell.inWorld(folder, 150);
    }

    @Test
    void aFreeResourceIsClaimedAndQueuedOnce() throws SQLException, IOException {
        String id = resource(
                "Estado = 0 AND TExp = 2 AND " + CLEAN + " AND idRecurso NOT IN (SELECT idRecurso FROM demo_rivals)");

        assertThat(sync(id, "--dry-run").out()).contains("dry run");
        assertThat(shell.run("tasks", "list").out()).contains("No such tasks");

        Outcome first = sync(id);
        assertThat(first.out()).contains("claimed and queued as task 1 (pending)");
        assertThat(first.status()).isZero();

        Outcome again = sync(id);
        assertThat(again.out()).contains("queued already, as task 1");
        assertThat(again.status()).isZero();

        assertThat(new ObjectMapper()
                        .readTree(sync(id, "--json").out())
                        .get("task")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void whatSelectsASitesCasesDoesNotCount() throws SQLException {
        String id = resource(
                "Estado = 0 AND TExp = 2 AND " + CLEAN + " AND idRecurso NOT IN (SELECT idRecurso FROM demo_rivals)");
        execute("UPDATE RecursosExp SET Organisme = 'ALTRE ENS' WHERE idRecurso = " + id);

        assertThat(sync(id).out()).contains("claimed and queued as task 1 (pending)");
        assertThat(resource("UsuarioAsignado = 'BOT_MULTIVIA' AND TExp = 1 AND idRecurso = " + id))
                .isEqualTo(id);
    }

    @Test
    void anIdThatIsNoneFails() {
        assertWrong(sync(" "), "--id");
        assertThat(sync("12a").status()).isEqualTo(1);
        assertThat(shell.run("tasks", "list").out()).contains("No such tasks");
    }

    @Test
    void aResourceOfAPersonIsNotTaken() throws SQLException {
        Outcome outcome = sync(resource("Estado = 1 AND TExp = 2 AND " + CLEAN));

        assertThat(outcome.out()).contains("not claimed");
        assertThat(outcome.status()).isEqualTo(1);
    }

    @Test
    void aReferenceThatDoesNotMatchIsNotTaken() throws SQLException {
        Outcome outcome = sync(resource("Estado = 0 AND TExp = 2 AND Expedient LIKE '%(ampliación)'"));

        assertThat(outcome.out()).contains("doesn't match the site's pattern");
        assertThat(outcome.status()).isEqualTo(1);
    }

    @Test
    void aResourceAssignedByHandGetsItsTask() throws SQLException {
        assertThat(sync(resource("TExp = 1 AND trim(UsuarioAsignado) = 'BOT_MULTIVIA'"))
                        .out())
                .contains("queued as task 1");
    }

    @Test
    void aCaseThatTheRobotCompletedIsNotQueuedOnceMore() throws SQLException {
        String id = resource("TExp = 1 AND trim(UsuarioAsignado) = 'BOT_MULTIVIA'");
        execute("UPDATE RecursosExp SET Estado = 2 WHERE idRecurso = " + id);

        assertThat(sync(id).out()).contains("not claimed: it isn't free");
        shell.run("run", "--once", "--site", "xaloc_girona");
        assertThat(shell.run("tasks", "list", "--limit", "500").out()).doesNotContain(" " + id + " ");
        assertThat(shell.run("incidents", "list").out()).doesNotContain(" " + id + " ");
    }

    @Test
    void aCaseWhoseTaskIsCompletedIsNotQueuedAgainWhileItIsClaimed() throws SQLException {
        String id = resource("TExp = 1 AND trim(UsuarioAsignado) = 'BOT_MULTIVIA'");
        sync(id);
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE tramite_queue SET status = 'completed'");
        }

        Outcome again = sync(id);

        assertThat(again.out()).contains("not queued again").contains("completed");
        assertThat(again.status()).isEqualTo(1);
    }

    @Test
    void aResourceThatIsNotThereFails() {
        Outcome outcome = sync("4711");

        assertThat(outcome.out()).contains("failed");
        assertThat(outcome.status()).isEqualTo(1);
    }

    @Test
    void anUnknownSiteAndAMissingOptionAreWrong() {
        assertWrong(shell.run("sync", "--id", "1", "--site-id", "atlantis"), "atlantis");
        assertWrong(shell.run("sync", "--id", "1"), "--site-id");
    }

    private Outcome sync(String id, String... more) {
        String[] arguments = new String[5 + more.length];
        System.arraycopy(new String[] {"sync", "--id", id, "--site-id", "xaloc_girona"}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return shell.run(arguments);
    }

    private void execute(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private String resource(String where) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                var statement = connection.createStatement();
                var result = statement.executeQuery("SELECT idRecurso FROM RecursosExp WHERE " + where + " LIMIT 1")) {
            assertThat(result.next()).as("a resource with " + where).isTrue();
            return result.getString(1);
        }
    }
}
