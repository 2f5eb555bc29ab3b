package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.launcher.Shell.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mistakes that somebody makes who is new to Brain. */
class FirstStepsTest {
    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void world() {
        shell = Shell.inWorld(folder, 60);
    }

    @Test
    void theSystemOfRecordIsNotMadeAQueueByMistake() throws IOException {
        Path cases = folder.resolve("cases.db");
        byte[] before = Files.readAllBytes(cases);
        for (String command : new String[] {
            "run --once",
            "run --interval 1",
            "run --dry-run",
            "worker --drain",
            "tasks list",
            "sites enable madrid",
            "sync --id 1 --site-id madrid"
        }) {
            assertWrong(
                    shell.run((command + " --sqlite-db " + cases).split(" ")),
                    "there is no queue at " + cases,
                    "without the table tramite_queue",
                    "brain sites import FILE");
            assertThat(Files.readAllBytes(cases)).as(command).isEqualTo(before);
        }

        String sites = folder.resolve("sites.json").toString();
        assertThat(shell.run("sites", "import", sites, "--sqlite-db", cases.toString())
                        .status())
                .as("whoever asks for it gets it")
                .isZero();
    }

    @Test
    void aPrunedTaskIsNamedAsSuchAndItsResourceCanBeQueuedAgain() throws Exception {
        assertThat(shell.run("run", "--once").status()).isZero();
        execute("queue.db", "UPDATE tramite_queue SET status = 'cancelled', processed_at = '2020-01-01 00:00:00'");
        execute(
                "queue.db",
                "INSERT INTO brain_incident (site_id, resource_id, code, message, opened_at, last_seen_at)"
                        + " SELECT site_id, resource_id, 'BUSINESS_FAILURE', 'a test', 1, 1 FROM tramite_queue"
                        + " WHERE id = (SELECT min(id) FROM tramite_queue)");
        String id = text("queue.db", "SELECT min(id) FROM tramite_queue");

        assertThat(shell.run("tasks", "prune", "--older-than", "30d").out())
                .contains("Kept 1 failed or cancelled task with an open incident");
        JsonNode task = json(shell.run("tasks", "show", id, "--json"));
        assertThat(task.get("payload")).isNotEmpty();

        assertThat(shell.run("incidents", "resolve", text("queue.db", "SELECT max(id) FROM brain_incident"))
                        .status())
                .isZero();
        assertThat(shell.run("tasks", "prune", "--older-than", "30d").out()).isEqualTo("Pruned 1 task.\n");
        for (String command : new String[] {"retry", "release"}) {
            assertWrong(shell.run("tasks", command, id), "task " + id + " was pruned", "unblock its resource", "sync");
        }
        String site = task.get("site_id").asText();
        String resource = task.get("resource_id").asText();
        assertThat(shell.run("tasks", "unblock", site, resource).status()).isZero();
        Outcome synced = shell.run("sync", "--id", resource, "--site-id", site);
        assertThat(synced.status()).as(synced.err()).isZero();
    }

    @Test
    void anImportRefusesASiteWithoutWhatItsProfileRequires() throws IOException {
        Path file = Files.writeString(folder.resolve("one.json"), """
                {"web": {"query_organisme": "%A%", "filtro_texp": "2,3", "regex_expediente": ".+", "claim": "web",
                         "profile": "recursos-intranet", "settings": {"handler": "demo"}}}""");

        assertWrong(shell.run("sites", "import", file.toString()), "site web: the setting 'pages' is missing");
        assertThat(shell.run("sites", "list").out()).doesNotContain("web");
    }

    @Test
    void aMisspeltVariableIsTold() throws IOException {
        shell.set("BRAIN_MAX_CLAIM", "1").set("BRAIN_SORCE_USER", "u").set("BRAIN_COLOUR", "red");

        assertThat(shell.run("doctor").out())
                .containsPattern("WARN +environment +variables +there is no variable BRAIN_MAX_CLAIM, .*"
                        + "did you mean BRAIN_MAX_CLAIMS\\?")
                .containsPattern("WARN +environment +variables .*did you mean BRAIN_SOURCE_USER\\?")
                .containsPattern("WARN +environment +variables .*BRAIN_COLOUR.*take it out");
        assertThat(shell.unset("BRAIN_MAX_CLAIM")
                        .unset("BRAIN_SORCE_USER")
                        .unset("BRAIN_COLOUR")
                        .run("doctor")
                        .out())
                .doesNotContain("there is no variable");
    }

    @Test
    void aRunWarnsOfAMisspeltVariableInOneLine() throws Exception {
        Map<String, String> variables = Map.of("BRAIN_MAX_CLAIM", "1", "BRAIN_SORCE_USER", "u");
        Path errors = folder.resolve("errors");
        Process process = LauncherProcess.builder(folder, variables, "run", "--dry-run")
                .redirectError(errors.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();

        assertThat(process.waitFor()).isZero();
        assertThat(Files.readAllLines(errors))
                .filteredOn(line -> line.contains("there is no variable"))
                .singleElement()
                .asString()
                .contains("WARN", "did you mean BRAIN_MAX_CLAIMS?", "did you mean BRAIN_SOURCE_USER?");
    }

    @Test
    void everyVariableOfTheDocsIsKnown() throws IOException {
        String page = Files.readString(Path.of("..", "..", "docs", "cli.md"));
        assertThat(java.util.regex.Pattern.compile("`(BRAIN_[A-Z_]+)`")
                        .matcher(page)
                        .results()
                        .map(name -> name.group(1)))
                .isSubsetOf(Variables.KNOWN);
    }

    @Test
    void doctorChecksWhatItCanBesideABrokenDotEnvFile() throws Exception {
        Files.write(
                folder.resolve(".env"),
                "\nBRAIN_FILE_ACCESS=all\nmy password is swordfish\n# contraseña\n"
                        .getBytes(StandardCharsets.ISO_8859_1),
                java.nio.file.StandardOpenOption.APPEND);
        Process process = LauncherProcess.builder(folder, Map.of(), "doctor").start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(out)
                .containsPattern("ERROR +environment +variables +.*\\.env, line \\d is not NAME=VALUE")
                .containsPattern("ERROR +environment +variables +.*\\.env, line \\d is not UTF-8")
                .containsPattern("ERROR +environment +variables +.*BRAIN_FILE_ACCESS must be")
                .containsPattern("OK +source +connection")
                .doesNotContain("swordfish");
    }

    @Test
    void anUnknownWordIsNamedAndOnlyANearNameIsProposed() {
        assertWrong(shell.run("frobnicate"), "unknown command 'frobnicate' (see 'brain --help')");
        assertWrong(shell.run("docter"), "unknown command 'docter'; did you mean doctor?");
        assertWrong(shell.run("tasks", "retri", "1"), "unknown command 'retri'; did you mean retry?");
        assertWrong(shell.run("run", "--frobnicate"), "unknown option '--frobnicate' (see 'brain run --help')");
        assertWrong(shell.run("run", "--max-claim=3"), "unknown option '--max-claim'; did you mean --max-claims?");
        assertWrong(shell.run("doctor", "now"), "unexpected argument 'now' (see 'brain doctor --help')");
    }

    @Test
    void aResourceOfAnotherSiteCanBeAcceptedByTheOptionThatIsNamed() throws Exception {
        Path errors = folder.resolve("errors");
        String id = text("cases.db", "SELECT min(idRecurso) FROM RecursosExp WHERE Organisme NOT LIKE '%MADRID%'");
        Process process = LauncherProcess.builder(folder, Map.of(), "sync", "--id", id, "--site-id", "madrid")
                .redirectError(errors.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(Files.readString(errors)).contains("--any-scope");
    }

    @Test
    void aWorkerThatLeavesTheTasksOfAPausedSiteSaysSo() {
        assertThat(shell.run("run", "--once").status()).isZero();
        shell.run("sites", "pause", "madrid");

        assertThat(shell.run("worker", "--drain", "--site", "madrid").out())
                .contains(
                        "madrid is paused, so no worker takes its tasks; 'brain sites resume madrid' ends the pause.");
        shell.run("sites", "resume", "madrid");
        assertThat(shell.run("worker", "--drain", "--site", "madrid").out()).doesNotContain("paused");
    }

    @Test
    @Tag("slow")
    void aLockedQueueIsAnErrorOfTheWholeCycle() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            Outcome outcome = shell.run("run", "--once");

            assertThat(outcome.status()).isEqualTo(1);
            assertThat(outcome.out()).containsPattern("\\(whole cycle\\) +1\n").contains("1 error");
        }
    }

    @Test
    void anExportOverwritesOnlyIfItIsForced() throws IOException {
        Path file = Files.writeString(folder.resolve("mine.json"), "precious");

        assertWrong(shell.run("sites", "export", file.toString()), file.toString(), "exists", "--force");
        assertThat(file).hasContent("precious");
        assertThat(shell.run("sites", "export", file.toString(), "--force").status())
                .isZero();
        assertThat(Files.readString(file)).contains("madrid");
    }

    @Test
    void jsonAndTextNameTheSameLevelsAndAProviderWithoutSettingsIsNamed() throws IOException {
        shell.set("BRAIN_COLOUR", "red");
        assertThat(json(shell.run("doctor", "--json")).at("/checks/environment"))
                .anySatisfy(finding -> assertThat(finding.get("level").asText()).isEqualTo("WARN"));
        assertThat(shell.run("sites", "settings", "demo").out())
                .isEqualTo("The handler demo has no settings of its own.\n");
    }

    @Test
    void theLettersOfASiteIdAreNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("one.json"), """
                {"niño_ñ": {"query_organisme": "%A%", "filtro_texp": "2,3", "regex_expediente": ".+"}}""");

        assertWrong(shell.run("sites", "import", file.toString()), "niño_ñ", "letters from a to z");
    }

    private void execute(String file, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(file));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private String text(String file, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(file));
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            return row.getString(1);
        }
    }

    private static JsonNode json(Outcome outcome) throws IOException {
        return new ObjectMapper().readTree(outcome.out());
    }
}
