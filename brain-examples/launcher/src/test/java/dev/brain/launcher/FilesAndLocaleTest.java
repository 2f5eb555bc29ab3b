package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brain.tck.OrdinaryUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files, folders and a locale that are not as Brain would have them. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has neither POSIX permissions nor locales of this kind")
class FilesAndLocaleTest {
    @TempDir
    private Path folder;

    private Path office;

    @BeforeEach
    void world() throws IOException {
        office = Files.createDirectory(folder.resolve("office"));
    }

    private Shell.Outcome run(ProcessBuilder builder) throws Exception {
        Path errors = folder.resolve("errors");
        Process process = builder.redirectError(errors.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Shell.Outcome(process.waitFor(), out, Files.readString(errors));
    }

    private Shell.Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        return run(LauncherProcess.builder(office, environment, arguments));
    }

    private Shell.Outcome runAsOrdinaryUser(Path home, String... arguments) throws Exception {
        ProcessBuilder builder = LauncherProcess.builder(office, Map.of("BRAIN_HOME", home.toString()), arguments);
        return run(builder.command(OrdinaryUser.command(builder.command())));
    }

    private static void assertOneLine(Shell.Outcome outcome, int status, String... told) {
        assertThat(outcome.err()).startsWith("brain: ").contains(told).hasLineCount(1);
        assertThat(outcome.status()).isEqualTo(status);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void setMode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static Map<String, String> modes(Path folder) throws IOException {
        Map<String, String> modes = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                modes.put(file.getFileName().toString(), mode(file) + " " + Files.getLastModifiedTime(file));
            }
        }
        return modes;
    }

    @Test
    @Tag("slow")
    void aCommandThatOnlyLooksLeavesNothingBeside() throws Exception {
        Shell.inWorld(office, 60);
        execute("queue.db", "INSERT INTO tramite_queue (site_id, payload) VALUES ('madrid', '{\"idRecurso\": 1}')");
        Path home = Files.createDirectory(folder.resolve("home"));
        for (String file : List.of("queue.db", "cases.db")) {
            setMode(office.resolve(file), "r--r--r--");
        }
        Map<String, String> before = modes(office);

        for (String command : List.of(
                "tasks list",
                "tasks show 1",
                "tasks stats",
                "sites show madrid",
                "incidents list",
                "sites list",
                "sites export",
                "doctor")) {
            Shell.Outcome outcome = runAsOrdinaryUser(home, command.split(" "));
            assertThat(outcome.err()).as(command).isEmpty();
            assertThat(modes(office)).as(command).isEqualTo(before);
        }
        assertOneLine(
                runAsOrdinaryUser(home, "tasks", "prune", "--older-than", "30d"),
                2,
                office.resolve("queue.db") + " can't be written by this user");
        assertThat(modes(office)).isEqualTo(before);
    }

    @Test
    @Tag("slow")
    void aFolderThatCannotBeEnteredIsNotTakenForAMissingFile() throws Exception {
        Path closed = Files.createDirectory(office.resolve("closed"));
        Path home = Files.createDirectory(folder.resolve("home"));
        Shell.inWorld(closed.resolve("world"), 60);
        setMode(closed, "---------");
        try {
            for (String command : List.of("tasks list", "run --once", "doctor")) {
                Shell.Outcome outcome =
                        runAsOrdinaryUser(home, (command + " --sqlite-db closed/world/queue.db").split(" "));
                assertThat(outcome.out() + outcome.err())
                        .as(command)
                        .contains("permission denied in " + closed.toRealPath())
                        .doesNotContain("there is no queue");
            }
            assertOneLine(runAsOrdinaryUser(closed, "tasks", "list"), 2, "permission denied in " + closed.toRealPath());
        } finally {
            setMode(closed, "rwx------");
        }
    }

    @Test
    @Tag("slow")
    void theLogIsItsOwnersOnlyUnlessItIsSharedOnPurposeOrWasThere() throws Exception {
        Shell.inWorld(office, 60);
        Path logs = office.resolve("logs");

        run(Map.of(), "run", "--once");
        assertThat(mode(logs)).isEqualTo("rwx------");
        assertThat(mode(logs.resolve("brain.log"))).isEqualTo("rw-------");

        setMode(logs.resolve("brain.log"), "rw-r--r--");
        run(Map.of(), "run", "--once");
        assertThat(mode(logs.resolve("brain.log"))).isEqualTo("rw-r--r--");

        Path home = folder.resolve("home");
        run(Map.of("BRAIN_FILE_ACCESS", "group", "BRAIN_HOME", home.toString()), "run", "--once");
        assertThat(mode(home.resolve("logs"))).isEqualTo("rwxrwx---");
        assertThat(mode(home.resolve("logs/brain.log"))).isEqualTo("rw-rw----");
    }

    @Test
    void theDoctorWarnsOfWhatIsOpenToEveryUser() throws Exception {
        Shell.inWorld(office, 60);
        setMode(folder, "rwxr-xr-x");
        setMode(office, "rwxr-xr-x");
        Path sessions = Files.createDirectory(office.resolve("sessions"));
        Files.writeString(sessions.resolve("one.json"), "{}");
        setMode(office.resolve(".env"), "rw-r-----");
        assertThat(run(Map.of(), "doctor").out())
                .contains("1 file in " + sessions)
                .doesNotContain("o-rwx " + office + "/.env");

        setMode(sessions, "rwx------");
        setMode(office.resolve(".env"), "rw-r--r--");
        setMode(office.resolve("queue.db"), "rw-rw-rw-");
        assertThat(run(Map.of(), "doctor").out())
                .contains("'chmod o-rwx " + office.resolve("queue.db") + "'")
                .contains("'chmod o-rwx " + office.resolve(".env") + "'")
                .doesNotContain(sessions.toString());
    }

    @Test
    @Tag("slow")
    void theDoctorTellsOfAQueueOfAnotherShapeAndARunRefusesIt() throws Exception {
        Shell.inWorld(office, 60);
        execute("queue.db", "CREATE TRIGGER audit AFTER INSERT ON tramite_queue BEGIN SELECT 1; END");

        Shell.Outcome doctor = run(Map.of(), "doctor");
        assertThat(doctor.out()).contains(office.resolve("queue.db").toString(), "it has the trigger audit");
        assertThat(doctor.status()).isEqualTo(1);
        assertOneLine(run(Map.of(), "run", "--once"), 2, "tramite_queue", "it has the trigger audit");
        assertThat(column(
                        "cases.db", "SELECT count(*) FROM RecursosExp WHERE UsuarioAsignado LIKE 'BOT%' AND TExp = 1"))
                .as("claimed, but for the one that was given by hand")
                .containsExactly("1");
    }

    @Test
    @Tag("slow")
    void aTemporaryFolderOfNoUseIsOneLine() throws Exception {
        Shell.inWorld(office, 60);
        Path missing = folder.resolve("missing");
        ProcessBuilder builder = LauncherProcess.builder(office, Map.of(), "run", "--once");
        builder.command().add(1, "-Djava.io.tmpdir=" + missing);

        assertOneLine(run(builder), 1, "the temporary folder " + missing + " does not exist", "TMPDIR");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Tag("slow")
    void aTemporaryFolderFromWhichNothingMayBeExecutedIsOneLine() throws Exception {
        boolean mayMount = new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0;
        assumeTrue(mayMount, "this user may not mount a file system");
        Shell.inWorld(office, 60);
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        ProcessBuilder builder = LauncherProcess.builder(office, Map.of(), "run", "--once");
        builder.command().add(1, "-Djava.io.tmpdir=" + temporary);
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t tmpfs -o noexec,size=20m t '" + temporary + "' && exec \"$@\"",
                "sh"));
        command.addAll(builder.command());

        assertOneLine(run(builder.command(command)), 1, temporary.toString(), "noexec", "TMPDIR");
    }

    @Test
    void aCleanStopLeavesTheTemporaryFolderEmpty() throws Exception {
        Shell.inWorld(office, 60);
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        ProcessBuilder builder = LauncherProcess.builder(office, Map.of(), "run", "--interval", "600");
        builder.command().add(1, "-Djava.io.tmpdir=" + temporary);
        Process process =
                builder.redirectError(folder.resolve("errors").toFile()).start();
        try (var out = process.inputReader(StandardCharsets.UTF_8)) {
            // the opening line, and the first cycle
            assertThat(out.readLine()).startsWith("Running");
            assertThat(out.readLine()).contains("candidates");
            process.toHandle().destroy();
            assertThat(process.waitFor()).isZero();
        }

        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Tag("slow")
    void aPathThatTheLocaleCannotWriteIsOneLineAndNothingIsMade() throws Exception {
        Files.writeString(office.resolve(".env"), "SQLITE_DB_PATH=expedición/queue.db\n");

        assertOneLine(run(Map.of("LC_ALL", "C"), "tasks", "list"), 2, "LC_ALL", "C.UTF-8");
        try (Stream<Path> files = Files.list(office)) {
            assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf(".env", "logs");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PASSWORD=\"swordfish", "PASSWORD='swordfish' fish"})
    @Tag("slow")
    void aQuoteInTheDotEnvFileThatDoesNotEndIsOneLineWithoutTheValue(String line) throws Exception {
        Files.writeString(office.resolve(".env"), line);

        Shell.Outcome outcome = run(Map.of(), "sites", "list");
        assertOneLine(outcome, 2, ".env, line 1 (PASSWORD)");
        assertThat(outcome.err()).doesNotContain("swordfish");
        Shell.Outcome doctor = run(Map.of(), "doctor");
        assertThat(doctor.status()).isNotZero();
        assertThat(doctor.out()).contains(".env, line 1 (PASSWORD)").doesNotContain("swordfish");
    }

    @Test
    void dataCannotSteerATerminalNorForgeALogLine() throws Exception {
        Shell shell = Shell.inWorld(office, 60);
        String site = "x\u001b[2J\u009b1m\u202E";
        execute(
                "queue.db",
                "INSERT INTO tramite_queue (site_id, payload, status, error_log) VALUES ('" + site
                        + "', '{\"a\": \"\u202E\u009b\"}', 'failed', 'one\nbrain: two\u0007\r')",
                "INSERT INTO brain_incident (site_id, code, message, opened_at, last_seen_at) VALUES ('" + site
                        + "', 'CLAIM_FAILED', 'm\u0001\u001b]0;t\u0007', 1, 1)",
                "UPDATE organismo_config SET site_id = '" + site + "' WHERE site_id = 'madrid'",
                "UPDATE organismo_config SET bot_username = 'R\u001b[2J\u009b\nforged' WHERE site_id = 'base_online'");
        execute("cases.db", "ALTER TABLE RecursosExp RENAME TO elsewhere");

        for (String command : List.of(
                "tasks list",
                "tasks show 1",
                "tasks show 1 --json",
                "tasks list --json",
                "tasks stats",
                "incidents list",
                "incidents list --json",
                "sites list",
                "sites export",
                "sites show " + site,
                "sites enable " + site,
                "sites show none\u001b[2J")) {
            Shell.Outcome outcome = shell.run(command.split(" "));
            assertThat(outcome.out() + outcome.err())
                    .as(command)
                    .isNotEmpty()
                    .doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u202e]");
        }
        assertThat(shell.run("tasks", "list").out()).contains("x\\u001b[2J\\u009b1m\\u202e");

        Shell.Outcome cycle = run(Map.of(), "run", "--once");
        assertThat(cycle.err() + cycle.out())
                .contains("R\\u001b[2J\\u009b\\nforged")
                .doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u202e]");
        assertThat(Files.readString(office.resolve("logs/brain.log")))
                .contains("R\\u001b[2J\\u009b\\nforged")
                .doesNotContainPattern("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202e]");
    }

    private void execute(String file, String... statements) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + office.resolve(file));
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> column(String file, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + office.resolve(file));
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
