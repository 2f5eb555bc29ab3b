package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.launcher.Shell.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {
    private static final int CASES = 150;

    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void world() {
        shell = Shell.inWorld(folder, CASES);
    }

    @Test
    void onceShowsARowASiteAndASummary() {
        Outcome outcome = shell.run("run", "--once");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.lines().get(0))
                .matches("SITE +SEEN +REJECTED +BLOCKED +DUPLICATE +CLAIMED +LOST +QUEUED +ERRORS");
        assertThat(outcome.lines().subList(1, 4))
                .satisfiesExactly(
                        row -> assertThat(row).startsWith("base_online "),
                        row -> assertThat(row).startsWith("madrid "),
                        row -> assertThat(row).startsWith("xaloc_girona "));
        assertThat(outcome.lines().get(5))
                .matches("3 sites, \\d+ candidates: \\d+ claimed, 3 lost, \\d+ queued, no errors \\(.*\\)");
    }

    @Test
    void jsonIsOneObjectWithTheAgreedKeysInTheirOrder() throws IOException {
        Outcome outcome = shell.run("run", "--once", "--json");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.lines()).hasSize(1);
        JsonNode report = new ObjectMapper().readTree(outcome.out());
        assertThat(names(report)).containsExactly("sites", "claimed", "enqueued", "known", "errors");
        assertThat(report.get("sites"))
                .hasSize(3)
                .allSatisfy(site -> assertThat(names(site))
                        .containsExactly(
                                "site_id",
                                "candidates",
                                "rejected",
                                "blocked",
                                "duplicates",
                                "reserved",
                                "claimed",
                                "lost",
                                "unknown",
                                "not_claimed",
                                "recovered",
                                "enqueued",
                                "known",
                                "errors"));
        assertThat(report.get("claimed").asInt())
                .isPositive()
                .isEqualTo(report.get("enqueued").asInt());
        assertThat(report.get("errors").asInt()).isZero();
    }

    @Test
    void aPausedSiteIsMarkedAsSuch() throws IOException {
        shell.run("sites", "pause", "madrid");
        JsonNode sites = new ObjectMapper()
                .readTree(shell.run("run", "--dry-run", "--json").out())
                .get("sites");
        Outcome outcome = shell.run("run", "--dry-run");

        assertThat(sites).filteredOn(site -> site.has("paused")).singleElement().satisfies(site -> {
            assertThat(site.get("site_id").asText()).isEqualTo("madrid");
            assertThat(site.get("paused").asBoolean()).isTrue();
            assertThat(site.get("candidates").asInt()).isZero();
        });
        assertThat(outcome.lines()).contains("madrid").anyMatch(line -> line.contains("brain sites resume madrid"));
        assertThat(outcome.out()).contains("3 sites (1 paused), ");
    }

    @Test
    void whatIsNoNumberIsToldInPlainWords() {
        assertWrong(shell.run("run", "--once", "--max-claims", "many"), "--max-claims", "'many' is not a whole number");
        assertWrong(shell.run("run", "--once", "--max-claims", "99999999999"), "--max-claims", "out of range");
        assertWrong(shell.run("incidents", "show", "first"), "'first' is not a whole number");
    }

    @Test
    void dryRunSelectsWhatARealRunTakesAndChangesNoByte() throws IOException {
        Map<String, String> before = contents();
        Outcome dry = shell.run("run", "--dry-run", "--json");

        assertThat(dry.status()).isZero();
        assertThat(contents()).isEqualTo(before);
        JsonNode pretended = new ObjectMapper().readTree(dry.out());
        JsonNode real =
                new ObjectMapper().readTree(shell.run("run", "--once", "--json").out());
        assertThat(pretended.get("sites")).zipSatisfy(real.get("sites"), (wouldBe, was) -> {
            assertThat(wouldBe.get("candidates")).isEqualTo(was.get("candidates"));
            assertThat(wouldBe.get("reserved")).isEqualTo(was.get("reserved"));
        });
    }

    @Test
    void dryRunSaysSo() {
        assertThat(shell.run("run", "--once", "--dry-run").out())
                .contains("dry run")
                .contains("nothing was written");
    }

    @Test
    void onlyTheNamedSitesAreServed() {
        Outcome outcome = shell.run("run", "--once", "--site", "madrid", "--site", "base_online");

        assertThat(outcome.out()).contains("madrid").contains("base_online").doesNotContain("xaloc_girona");
    }

    @Test
    void theAllowListOfTheEnvironmentCounts() {
        shell.set("BRAIN_ENABLED_SITES", "madrid, xaloc_girona");

        assertThat(shell.run("run", "--once").out()).contains("madrid").doesNotContain("base_online");
        assertWrong(shell.run("run", "--once", "--site", "base_online"), "base_online", "BRAIN_ENABLED_SITES");
    }

    @Test
    void anUnknownSiteOfTheAllowListIsAnErrorRatherThanASilence() {
        shell.set("BRAIN_ENABLED_SITES", "madird");

        assertWrong(shell.run("run", "--once"), "madird", "BRAIN_ENABLED_SITES", "madrid");
    }

    @Test
    void claimsAreLimitedByTheEnvironmentAndTheOptionWins() throws IOException {
        shell.set("BRAIN_MAX_CLAIMS", "2");
        JsonNode limited =
                new ObjectMapper().readTree(shell.run("run", "--once", "--json").out());
        JsonNode more = new ObjectMapper()
                .readTree(shell.run("run", "--once", "--json", "--max-claims", "3")
                        .out());

        assertThat(limited.get("claimed").asInt()).isEqualTo(6);
        assertThat(more.get("claimed").asInt()).isEqualTo(9);
    }

    @Test
    void anUnknownSiteIsWrong() {
        assertWrong(shell.run("run", "--once", "--site", "atlantis"), "atlantis", "madrid");
    }

    @Test
    void anInactiveSiteIsWrongAndSaysHowToSwitchItOn() {
        assertWrong(shell.run("run", "--once", "--site", "vallfosca"), "brain sites enable vallfosca");
    }

    @Test
    void badNumbersAreWrong() {
        assertWrong(shell.run("run", "--once", "--max-claims", "0"), "--max-claims", "at least 1");
        assertWrong(shell.run("run", "--interval", "-5"), "--interval", "at least 1");
        assertWrong(shell.run("run", "--interval", "soon"), "--interval", "soon");
        assertWrong(shell.set("BRAIN_MAX_CLAIMS", "many").run("run", "--once"), "BRAIN_MAX_CLAIMS", "whole number");
    }

    @Test
    void aFreshFolderTellsToImportSitesAndStaysEmpty() throws IOException {
        Path fresh = Files.createDirectory(folder.resolve("fresh"));

        assertWrong(new Shell(fresh).run("run", "--once"), "brain sites import FILE");
        assertWrong(new Shell(fresh).run("run", "--dry-run"), "no queue");
        assertThat(fresh).isEmptyDirectory();
    }

    @Test
    void aQueueWithoutSitesTellsToImportSome() throws IOException, SQLException {
        Path queue = folder.resolve("empty.db");
        DriverManager.getConnection("jdbc:sqlite:" + queue).close();
        Files.write(queue, new byte[0]);

        assertWrong(shell.run("run", "--once", "--sqlite-db", queue.toString()), "no sites", "brain sites import FILE");
    }

    @Test
    void aQueueThatIsNoDatabaseIsWrong() throws IOException {
        Path letter = Files.writeString(
                folder.resolve("letter.txt"), "Dear queue, you are not a database at all.".repeat(50));

        assertWrong(shell.run("run", "--once", "--sqlite-db", letter.toString()), letter.toString());
        assertWrong(shell.run("run", "--dry-run", "--sqlite-db", letter.toString()), letter.toString());
    }

    @Test
    void noSourceIsToldOnceAndIsWrong() {
        shell.unset("BRAIN_SOURCE_URL");

        assertWrong(shell.run("run", "--once"), "no system of record", "BRAIN_SOURCE_URL");
    }

    @Test
    void aMissingTableIsAnErrorOfEachSiteAndNeverNoWork() throws SQLException {
        execute("ALTER TABLE RecursosExp RENAME TO elsewhere");
        Outcome outcome = shell.run("run", "--once");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.lines().subList(1, 4))
                .allSatisfy(row -> assertThat(row).endsWith(" 1"));
        assertThat(outcome.out()).contains("3 errors");
    }

    @Test
    void aMissingColumnIsAnErrorToo() throws SQLException {
        execute("ALTER TABLE RecursosExp RENAME COLUMN SujetoRecurso TO Sujeto");

        assertThat(shell.run("run", "--once").status()).isEqualTo(1);
    }

    @Test
    void withoutAnActiveSiteThereIsNothingToDoWhichIsSaid() {
        Stream.of("madrid", "base_online", "xaloc_girona").forEach(site -> shell.run("sites", "disable", site));
        Outcome outcome = shell.run("run", "--once");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.err()).contains("none of the sites is active");
    }

    @Test
    void theProfileOfASiteDecidesHowItIsClaimed() throws IOException, SQLException {
        Path file = folder.resolve("one.json");
        Files.writeString(file, """
                {"intranet": {"query_organisme": "%XALOC%", "filtro_texp": "2,3", "profile": "recursos-intranet",
                  "regex_expediente": "^\\\\d{4}/\\\\d{6}-MUL$", "bot_username": "Fictícia Robòtica", "active": true}}""");
        Path queue = folder.resolve("other.db");
        assertThat(shell.run("sites", "import", file.toString(), "--sqlite-db", queue.toString())
                        .err())
                .isEmpty();
        Outcome outcome = shell.run("run", "--once", "--max-claims", "4", "--sqlite-db", queue.toString());

        assertThat(outcome.err()).isEmpty();
        assertThat(number("SELECT count(*) FROM RecursosExp WHERE Estado = 1 AND UsuarioAsignado = 'Fictícia Robòtica'"
                        + " AND TExp IN (2, 3)"))
                .isEqualTo(4);
    }

    @Test
    void aProfileInAPluginIsFound() throws IOException {
        Path jar = Files.createDirectories(folder.resolve("plugins")).resolve("more.jar");
        try (InputStream profile = getClass().getResourceAsStream("/META-INF/brain/profiles/recursos.json");
                JarOutputStream plugin = new JarOutputStream(Files.newOutputStream(jar))) {
            plugin.putNextEntry(new ZipEntry("META-INF/brain/profiles/mine.json"));
            plugin.write(new String(requireNonNull(profile).readAllBytes(), StandardCharsets.UTF_8)
                    .replace("\"recursos\"", "\"mine\"")
                    .getBytes(StandardCharsets.UTF_8));
        }
        Path file = folder.resolve("one.json");
        Files.writeString(file, """
                {"x": {"query_organisme": "%XALOC%", "filtro_texp": "2,3", "profile": "mine", "regex_expediente": ".*-MUL",
                  "active": true}}""");
        String queue = folder.resolve("other.db").toString();
        shell.run("sites", "import", file.toString(), "--sqlite-db", queue);

        assertThat(shell.run("sites", "check", "--sqlite-db", queue).out()).contains("by the profile mine");
        assertThat(shell.run("run", "--once", "--sqlite-db", queue).status()).isZero();
    }

    @Test
    void aPersonWhoWatchesSeesHowFarItIs() {
        Outcome outcome = shell.watched().run("run", "--once", "--json");

        assertThat(outcome.err())
                .contains("madrid: ")
                .contains(" claimed so far")
                .endsWith("\r");
        assertThat(outcome.lines()).hasSize(1);
    }

    @Test
    void aSiteThatNamesNoClaimantClaimsForTheRobotOfTheEnvironment() throws IOException, SQLException {
        Path file = folder.resolve("one.json");
        Files.writeString(file, """
                {"xaloc_girona": {"query_organisme": "%XALOC%", "filtro_texp": "2,3",
                  "regex_expediente": ".*-MUL", "active": true}}""");
        String queue = folder.resolve("other.db").toString();
        shell.run("sites", "import", file.toString(), "--sqlite-db", queue);

        shell.run("run", "--once", "--max-claims", "1", "--sqlite-db", queue);
        shell.set("BOT_USERNAME", "BOT_FICTICIO").run("run", "--once", "--max-claims", "2", "--sqlite-db", queue);

        assertThat(number("SELECT count(*) FROM RecursosExp WHERE UsuarioAsignado = 'BOT_FICTICIO'"))
                .isEqualTo(2);
        // one of them was assigned by hand before
        assertThat(number("SELECT count(*) FROM RecursosExp WHERE trim(UsuarioAsignado) = 'BOT_MULTIVIA'"))
                .isEqualTo(2);
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                contents.put(file.toString(), HexFormat.of().formatHex(digest));
            }
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
        return contents;
    }

    private void execute(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private long number(String query) throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                var statement = connection.createStatement();
                var result = statement.executeQuery(query)) {
            return result.getLong(1);
        }
    }
}
