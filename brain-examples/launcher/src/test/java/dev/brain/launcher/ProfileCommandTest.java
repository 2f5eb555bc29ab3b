package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.jdbc.Profile;
import dev.brain.launcher.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileCommandTest {
    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void home() {
        shell = new Shell(folder);
    }

    private static void execute(String url, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The URL of a database of that kind with a table of cases. */
    private String cases(String kind) throws SQLException {
        String url = kind.equals("h2")
                ? "jdbc:h2:file:" + folder.resolve("cases") + ";DATABASE_TO_LOWER=TRUE"
                : "jdbc:sqlite:" + folder.resolve("cases.db");
        execute(
                url,
                "CREATE TABLE expedientes (clave INTEGER NOT NULL PRIMARY KEY, titular VARCHAR(60),"
                        + " num_expediente VARCHAR(20), estado INTEGER, usuario_asignado VARCHAR(40), firma BLOB)",
                "CREATE TABLE anexos (id INTEGER PRIMARY KEY, expediente INTEGER REFERENCES expedientes (clave))",
                "INSERT INTO expedientes VALUES (1, 'Fulana Ejémplez', '2026/1', 0, NULL, NULL)");
        return url;
    }

    private JsonNode written(String name) throws IOException {
        return new ObjectMapper()
                .readTree(Files.readString(folder.resolve("profiles").resolve(name + ".json")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "h2"})
    void aDraftHasWhatTheCatalogueKnowsAndGuessesTheRestByName(String kind) throws Exception {
        Outcome outcome = shell.set("BRAIN_SOURCE_URL", cases(kind)).run("profile", "draft", "--table", "expedientes");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        Profile profile = Profile.read(folder.resolve("profiles/expedientes.json"));
        assertThat(profile.id()).isEqualTo("clave");
        assertThat(profile.reference()).isEqualTo("num_expediente");
        assertThat(profile.owner()).isEqualTo("usuario_asignado");
        assertThat(profile.columns())
                .containsExactly("clave", "titular", "num_expediente", "estado", "usuario_asignado");
        assertThat(profile.claim()).containsExactly(Map.entry("usuario_asignado", ":claimant"));
        assertThat(profile.free())
                .as("nothing is claimed before a person decides")
                .isEqualTo("1 = 0");
        assertThat(outcome.out())
                .containsPattern("owner +guess +.*usuario_asignado")
                .containsPattern("reference +guess +.*num_expediente")
                .containsPattern("free +when a row may be claimed.*estado")
                .containsPattern("children +.*anexos \\(key expediente, parent clave\\)")
                .doesNotContain("Fulana");
        assertThat(written("expedientes").path("notes"))
                .extracting(JsonNode::asText)
                .anyMatch(note -> note.startsWith("owner (guess): "));
    }

    @Test
    void aSiteOfADraftClaimsNothingUntilItsFreeConditionIsWritten() throws Exception {
        shell.set("BRAIN_SOURCE_URL", cases("h2"));
        assertThat(shell.run("profile", "draft", "--table", "expedientes").status())
                .isZero();
        Path sites = Files.writeString(folder.resolve("sites.json"), """
                {"configs": [{"site_id": "example", "profile": "expedientes", "regex_expediente": "\\\\d{4}/\\\\d+",
                  "bot_username": "BOT", "active": true}]}""");
        assertThat(shell.run("sites", "import", sites.toString()).err()).isEmpty();
        assertThat(shell.run("sites", "check").status()).isZero();
        Outcome nothing = shell.run("run", "--once", "--json");
        assertThat(new ObjectMapper().readTree(nothing.out()).path("enqueued").asInt(-1))
                .isZero();

        Path profile = folder.resolve("profiles/expedientes.json");
        Files.writeString(
                profile, Files.readString(profile).replace("1 = 0", "usuario_asignado IS NULL AND estado = 0"));
        assertThat(shell.run("doctor").out()).doesNotContain("ERROR");
        Outcome claimed = shell.run("run", "--once", "--json");
        assertThat(claimed.err()).isEmpty();
        assertThat(new ObjectMapper().readTree(claimed.out()).path("enqueued").asInt())
                .isEqualTo(1);
    }

    @Test
    void anExistingFileIsKeptUnlessForced() throws Exception {
        shell.set("BRAIN_SOURCE_URL", cases("sqlite"));
        Path file = folder.resolve("profiles/mine.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "mine");
        List<String> command = List.of("profile", "draft", "--table", "expedientes", "--name", "mine");
        assertWrong(shell.run(command.toArray(String[]::new)), "mine.json exists", "--force");
        assertThat(file).content().isEqualTo("mine");
        assertThat(shell.run("profile", "draft", "--table", "expedientes", "--name", "mine", "--force")
                        .status())
                .isZero();
        assertThat(written("mine").path("name").asText()).isEqualTo("mine");
    }

    @Test
    void whatNoNameSuggestsIsAPlaceholder() throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("odd.db");
        execute(url, "CREATE TABLE odd (a TEXT, b INTEGER)");
        Outcome outcome = shell.run("profile", "draft", "--table", "odd", "--url", url, "--json");
        assertThat(outcome.status()).isZero();
        assertThat(written("odd").path("owner").asText()).isEqualTo("CHOOSE_OWNER");
        JsonNode decisions = new ObjectMapper().readTree(outcome.out()).path("decisions");
        assertThat(decisions).anySatisfy(decision -> {
            assertThat(decision.path("key").asText()).isEqualTo("owner");
            assertThat(decision.path("guess").asBoolean()).isFalse();
        });
        assertThat(decisions)
                .anySatisfy(
                        decision -> assertThat(decision.path("text").asText()).contains("no primary key"));
    }

    @Test
    void aTableThatIsNotThereIsToldWithThoseOfItsName() throws Exception {
        shell.set("BRAIN_SOURCE_URL", cases("h2"));
        assertWrong(shell.run("profile", "draft", "--table", "EXPEDIENTES"), "no table 'EXPEDIENTES'", "expedientes");
        assertThat(folder.resolve("profiles")).doesNotExist();
    }

    @Test
    void aUrlWithoutADriverIsOneLine() {
        assertWrong(
                shell.run("profile", "draft", "--table", "cases", "--url", "jdbc:oracle:thin:@//db.example/x"),
                "jdbc:oracle:",
                "ojdbc11",
                "plugins/");
    }
}
