package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.launcher.Shell.Outcome;
import dev.brain.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class SyncCommandTest {
    private static final String ASSIGNED =
            "Organisme LIKE '%XALOC%' AND TExp = 1 AND trim(UsuarioAsignado) = 'BOT_MULTIVIA'";
    private static final String CLEAN = "Organisme LIKE '%XALOC%' AND Expedient GLOB '[0-9][0-9][0-9][0-9]/[0-9]*-MUL'";

    @TempDir
    private Path folder;

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.brain");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private Shell shell;

    @BeforeEach
    void world() {
        shell = Shell.inWorld(folder, 150);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    /** What the launcher's logging shows on standard error. */
    private String warned() {
        return log.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void aFreeResourceIsClaimedAndQueuedOnce() throws SQLException, IOException {
        String id = resource(
                "Estado = 0 AND TExp = 2 AND " + CLEAN + " AND idRecurso NOT IN (SELECT idRecurso FROM demo_rivals)");

        assertThat(sync(id, "--dry-run").out()).contains("dry run");
        assertThat(shell.run("tasks", "list").out()).contains("No tasks match");

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
    void aCaseThatTheSiteDoesNotSelectIsTakenOnlyOnPurpose() throws SQLException {
        String id = resource(
                "Estado = 0 AND TExp = 2 AND " + CLEAN + " AND idRecurso NOT IN (SELECT idRecurso FROM demo_rivals)");
        execute("UPDATE RecursosExp SET Organisme = 'ALTRE ENS' WHERE idRecurso = " + id);

        assertThat(sync(id).status()).isEqualTo(1);
        assertThat(warned()).contains("not among those that the site selects");
        assertThat(resource("Estado = 0 AND TExp = 2 AND idRecurso = " + id)).isEqualTo(id);

        assertThat(sync(id, "--any-scope").out()).contains("claimed and queued as task 1 (pending)");
        assertThat(resource("UsuarioAsignado = 'BOT_MULTIVIA' AND TExp = 1 AND idRecurso = " + id))
                .isEqualTo(id);
    }

    @Test
    void anIdThatIsNoneFails() {
        assertWrong(sync(" "), "--id");
        assertThat(sync("12a").status()).isEqualTo(1);
        assertThat(shell.run("tasks", "list").out()).contains("No tasks match");
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
    void aResourceAssignedByHandGetsItsTaskAndAWarning() throws SQLException, IOException {
        String id = resource(ASSIGNED);

        Outcome dry = sync(id, "--dry-run", "--json");
        assertThat(new ObjectMapper()
                        .readTree(dry.out())
                        .at("/sites/0/warnings/0")
                        .asText())
                .contains("another queue claims under that name");

        Outcome outcome = sync(id);
        assertThat(outcome.out()).contains("the claimant's already, and queued as task 1");
        assertThat(warned()).contains("another queue claims under that name");
        assertThat(outcome.status()).isZero();
    }

    @Test
    void nothingIsSyncedOrRunWhileAnotherQueueHasTheSameClaimant() throws SQLException {
        String id = resource(ASSIGNED);
        shell.run("incidents", "list");
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"))) {
            store.incidents()
                    .report(List.of(new Report(
                            IncidentCode.CLAIMANT_SHARED,
                            "xaloc_girona",
                            null,
                            "another queue claims as BOT_MULTIVIA")));
        }

        for (Outcome outcome :
                List.of(sync(id), sync(id, "--any-scope"), shell.run("run", "--once", "--site", "xaloc_girona"))) {
            assertThat(outcome.status()).isEqualTo(1);
        }
        assertThat(warned()).contains("CLAIMANT_SHARED", "another queue claims as BOT_MULTIVIA");
        assertThat(shell.run("tasks", "list").out()).contains("No tasks match");

        shell.run("incidents", "resolve", "1");
        assertThat(sync(id).status()).isZero();
    }

    @Test
    void aCaseThatTheRobotCompletedIsNotQueuedOnceMore() throws SQLException {
        String id = resource(ASSIGNED);
        execute("UPDATE RecursosExp SET Estado = 2 WHERE idRecurso = " + id);

        assertThat(sync(id).out()).contains("not claimed: it isn't free");
        shell.run("run", "--once", "--site", "xaloc_girona");
        assertThat(shell.run("tasks", "list", "--limit", "500").out()).doesNotContain(" " + id + " ");
        assertThat(shell.run("incidents", "list").out()).doesNotContain(" " + id + " ");
    }

    @Test
    void aCaseWhoseTaskIsCompletedIsNotQueuedAgainWhileItIsClaimed() throws SQLException {
        String id = resource(ASSIGNED);
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
