package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.sqlserver.TdsServer;
import dev.brain.sqlserver.TdsServerKeys;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What only a process of its own shows: standard streams, the working folder's {@code .env}, signals, the log file. */
class LauncherProcessTest {
    @TempDir
    private Path folder;

    @Test
    void settingsOfTheDotEnvFileAreReadAndTheRealEnvironmentWins() throws Exception {
        Shell.inWorld(folder, 100);
        // the demo's own .env names source and queue
        Files.writeString(folder.resolve(".env"), "\nBRAIN_MAX_CLAIMS=2\n", java.nio.file.StandardOpenOption.APPEND);

        JsonNode fromFile = new ObjectMapper()
                .readTree(run(Map.of(), "run", "--once", "--json").out());
        JsonNode real = new ObjectMapper()
                .readTree(run(Map.of("BRAIN_MAX_CLAIMS", "1"), "run", "--once", "--json")
                        .out());

        assertThat(fromFile.get("claimed").asInt()).isEqualTo(6);
        assertThat(real.get("claimed").asInt()).isEqualTo(3);
    }

    @Test
    @Tag("slow")
    void aBrokenDotEnvFileIsOneLineWithoutItsValue() throws Exception {
        Files.writeString(folder.resolve(".env"), "my password is swordfish\n");
        Shell.Outcome outcome = run(Map.of(), "sites", "list");

        Shell.assertWrong(outcome, ".env", "line 1");
        assertThat(outcome.err()).doesNotContain("swordfish");
    }

    @Test
    void warningsGoToStandardErrorAndTheLogFileAndNeverIntoTheJson() throws Exception {
        Shell.inWorld(folder, 60);
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("ALTER TABLE RecursosExp RENAME TO elsewhere");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        Shell.Outcome outcome = run(Map.of(), "run", "--once", "--json");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.lines()).hasSize(1);
        assertThat(new ObjectMapper().readTree(outcome.out()).get("errors").asInt())
                .isEqualTo(3);
        assertThat(outcome.err()).contains("WARN").contains("site madrid").contains("RecursosExp");
        assertThat(Files.readString(folder.resolve("logs/brain.log"))).contains("site madrid");
    }

    @Test
    void runGoesOnUntilItIsToldToStopAndEndsWithZero() throws Exception {
        Shell.inWorld(folder, 60);
        Process process = start(Map.of(), "run", "--interval", "1");
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            // the opening line, and two cycles
            for (int line = 0; line < 3; line++) {
                lines.add(String.valueOf(out.readLine()));
            }
            // by its handle, since the process itself would close the stream that is still to be read
            process.toHandle().destroy();
            process.waitFor();
            out.lines().forEach(lines::add);
        }

        assertThat(process.exitValue()).isZero();
        assertThat(lines.get(0)).contains("every 1 second");
        assertThat(lines.get(1))
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  3 sites, \\d+ candidates: \\d+ claimed.*");
        assertThat(lines.get(2)).contains("0 claimed");
        assertThat(lines.get(lines.size() - 1)).endsWith("stopped");
    }

    @Test
    void aHandlerThatEndsTheProcessIsToldAndIsAFailure() throws Exception {
        Shell shell = Shell.inWorld(folder, 60);
        Path sources = Files.createDirectories(folder.resolve("quitter-sources"));
        Files.writeString(sources.resolve("Quitter.java"), """
                package com.example.quitter;

                import dev.brain.plugin.ProviderContext;
                import dev.brain.work.TaskHandler;

                public final class Quitter implements TaskHandler.Provider {
                    @Override
                    public String name() {
                        return "quitter";
                    }

                    @Override
                    public TaskHandler create(ProviderContext context) {
                        return task -> {
                            System.exit(0);
                            return null;
                        };
                    }
                }
                """);
        Path classes = PluginFile.compile(sources, folder.resolve("quitter-classes"));
        Path service = classes.resolve("META-INF/services/dev.brain.work.TaskHandler$Provider");
        Files.createDirectories(service.getParent());
        Files.writeString(service, "com.example.quitter.Quitter\n");
        PluginFile.jar(classes, folder.resolve("plugins/quitter.jar"));
        assertThat(shell.run("run", "--once", "--max-claims", "1").status()).isZero();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE organismo_config SET settings = '{\"handler\": \"quitter\"}'");
        }

        Shell.Outcome outcome = run(Map.of(), "worker");

        assertThat(outcome.status()).as(outcome.err()).isEqualTo(1);
        assertThat(outcome.err().lines().filter(line -> line.startsWith("brain: ")))
                .singleElement()
                .asString()
                .contains("com.example.quitter.Quitter", "called System.exit");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Tag("slow")
    void outputThatCannotBeWrittenIsTold() throws Exception {
        ProcessBuilder builder = builder(Map.of(), "--version").redirectOutput(new File("/dev/full"));
        Process process = builder.start();
        process.waitFor();

        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(Files.readAllLines(errors()))
                .singleElement()
                .asString()
                .startsWith("brain: standard output can't be written (");
    }

    @Test
    @Tag("slow")
    void aSqlServerThatCannotBeHadIsOneLineAndNothingIsClaimed() throws Exception {
        Shell.inWorld(folder, 60);
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            int closed;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                closed = socket.getLocalPort();
            }
            assertFails("no-such-host.invalid:1433", 1, "no-such-host.invalid:1433");
            assertFails("127.0.0.1:" + closed, 1, "127.0.0.1:" + closed, "check host and port");
            // connections wait in its backlog, and nobody ever reads them
            assertFails(
                    "127.0.0.1:" + silent.getLocalPort() + ";loginTimeout=1", 1, "127.0.0.1:" + silent.getLocalPort());
            assertFails("127.0.0.1;databaseName", 2, "BRAIN_SOURCE_URL", "must look like");
        }
    }

    @Test
    @Tag("slow")
    void aCertificateThatIsNotTrustedGetsNoPasswordAndALineThatSaysHowToTrustIt() throws Exception {
        Shell.inWorld(folder, 60);
        String refused = "Login failed for user 'u'.";
        try (TdsServer server = TdsServer.refusing(TdsServerKeys.selfSigned(folder), 18456, refused)) {
            assertFails("localhost:" + server.port(), 1, "certificate", "trustServerCertificate=true");
            assertThat(server.logins()).isZero();

            assertFails("localhost:" + server.port() + ";trustServerCertificate=true", 1, refused);
            assertThat(server.logins()).isOne();
        }
    }

    @Test
    @Tag("slow")
    void aServerThatOffersNoEncryptionIsToldAsSuchAtTheFirstTry() throws Exception {
        Shell.inWorld(folder, 60);
        try (TdsServer server = TdsServer.refusing(null, 18456, "Login failed for user 'u'.")) {
            assertFails(
                    "localhost:" + server.port(),
                    1,
                    "is not configured to support SSL.; let the server offer TLS 1.2 or newer",
                    "encrypt=false in the JDBC URL");
            assertThat(server.logins()).isZero();
        }
    }

    @Test
    @Tag("slow")
    void aRefusedLoginIsToldAndNotTriedAgain() throws Exception {
        Shell.inWorld(folder, 60);
        try (TdsServer server = TdsServer.refusing(null, 18456, "Login failed for user 'u'.")) {
            assertFails("localhost:" + server.port() + ";encrypt=false", 1, "error 18456", "check user and password");
            assertThat(server.logins()).isOne();
        }
        // there was work for it all the time
        run(Map.of(), "run", "--once", "--site", "madrid");
        assertThat(queuedTasks()).isPositive();
    }

    @Test
    @Tag("slow")
    void aDatabaseThatIsNotThereIsNamed() throws Exception {
        Shell.inWorld(folder, 60);
        String refused = "Cannot open database \"elsewhere\" requested by the login. The login failed.";
        try (TdsServer server = TdsServer.refusing(null, 4060, refused)) {
            assertFails(
                    "localhost:" + server.port() + ";encrypt=false",
                    1,
                    refused,
                    "error 4060",
                    "check the database's name");
        }
    }

    @ParameterizedTest
    @Tag("slow")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "229 | The SELECT permission was denied on the object 'T', database 'd', schema 's'. | ask for GRANT SELECT ON [s].[T]",
                "208 | Invalid object name 's.T'. | correct the table's name in the profile",
                "207 | Invalid column name 'C'. | correct the column's name in the profile",
                "245 | Conversion failed when converting the varchar value 'AB-1' to data type int. | a value isn't of the type it is compared with"
            })
    void whatATableRefusesIsToldWithWhatToDo(int error, String message, String advice) throws Exception {
        Shell.inWorld(folder, 60);
        try (TdsServer server = TdsServer.failing(error, message)) {
            assertFails("localhost:" + server.port() + ";encrypt=false", 1, message, "error " + error, advice);
        }
    }

    /** A cycle of a site that has work, with this server as its system of record. */
    private void assertFails(String server, int status, String... told) throws Exception {
        Map<String, String> environment = Map.of(
                "BRAIN_SOURCE_URL",
                "jdbc:sqlserver://" + server + (server.contains("loginTimeout") ? "" : ";loginTimeout=60"),
                "BRAIN_SOURCE_USER",
                "u",
                "BRAIN_SOURCE_PASSWORD",
                "swordfish");
        Shell.Outcome outcome = run(environment, "run", "--once", "--site", "madrid");

        assertThat(outcome.status()).as(outcome.err()).isEqualTo(status);
        assertThat(outcome.err().lines()).anySatisfy(line -> assertThat(line).contains(told));
        assertThat(outcome.err()).doesNotContain("\tat ");
        assertThat(queuedTasks()).isZero();
        assertThat(outcome.out() + outcome.err() + Files.readString(folder.resolve("logs/brain.log")))
                .doesNotContain("swordfish");
    }

    private int queuedTasks() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT COUNT(*) FROM tramite_queue")) {
            return rows.getInt(1);
        }
    }

    private Shell.Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        Process process = start(environment, arguments);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Shell.Outcome(process.waitFor(), out, Files.readString(errors()));
    }

    private Process start(Map<String, String> environment, String... arguments) throws IOException {
        return builder(environment, arguments).start();
    }

    private ProcessBuilder builder(Map<String, String> environment, String... arguments) {
        return LauncherProcess.builder(folder, environment, arguments).redirectError(errors().toFile());
    }

    private Path errors() {
        return folder.resolveSibling(folder.getFileName() + ".err");
    }
}
