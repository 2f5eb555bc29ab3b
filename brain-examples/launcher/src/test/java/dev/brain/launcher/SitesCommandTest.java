package dev.brain.launcher;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.launcher.Shell.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SitesCommandTest {
    @TempDir
    private Path folder;

    private Shell shell;

    @BeforeEach
    void world() {
        shell = Shell.inWorld(folder, 60);
    }

    @Test
    void listShowsEverySite() {
        Outcome outcome = shell.run("sites", "list");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.lines()).hasSize(5);
        assertThat(outcome.lines().get(1)).matches("base_online +yes +0 +%BASE%.* +BOT_MULTIVIA");
        assertThat(outcome.lines().get(3)).matches("vallfosca +no .*");
    }

    @Test
    void listAsJsonIsOneObject() throws IOException {
        JsonNode sites = json(shell.run("sites", "list", "--json")).get("sites");

        assertThat(sites).hasSize(4);
        assertThat(sites.get(0).get("site_id").asText()).isEqualTo("base_online");
    }

    @Test
    void aSiteIsShown() {
        Outcome outcome = shell.run("sites", "show", "madrid");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("query_organisme")
                .contains("%MADRID%")
                .contains("bot_username");
    }

    @Test
    void whatIsExportedCanBeImportedAgain() throws IOException {
        Path file = folder.resolve("out.json");
        Outcome outcome = shell.run("sites", "export", file.toString());

        assertThat(outcome.out()).contains("Exported 4 sites");
        assertThat(shell.run("sites", "export").out()).isEqualTo(Files.readString(file));
        String other = folder.resolve("other.db").toString();
        assertThat(shell.run("sites", "import", file.toString(), "--sqlite-db", other)
                        .out())
                .contains("Imported 4 sites")
                .contains("4 new");
        assertThat(shell.run("sites", "export", "--sqlite-db", other).out()).isEqualTo(Files.readString(file));
    }

    @Test
    void anImportLeavesActiveAloneUnlessToldTo() {
        shell.run("sites", "disable", "madrid");
        String file = folder.resolve("sites.json").toString();

        Outcome kept = shell.run("sites", "import", file);
        assertThat(kept.out())
                .contains("0 new, 4 that were there")
                .contains("madrid stays inactive")
                .contains("--set-active");
        assertThat(shell.run("sites", "list").lines().get(2)).matches("madrid +no .*");

        assertThat(shell.run("sites", "import", file, "--set-active").status()).isZero();
        assertThat(shell.run("sites", "list").lines().get(2)).matches("madrid +yes .*");
    }

    @Test
    void sitesAreSwitchedOnAndOff() {
        assertThat(shell.run("sites", "enable", "vallfosca").out()).contains("vallfosca is active");
        assertThat(shell.run("sites", "enable", "vallfosca").out()).contains("already");
        assertThat(shell.run("sites", "disable", "vallfosca").out()).contains("vallfosca is inactive");
        assertWrong(shell.run("sites", "enable", "atlantis"), "atlantis", "madrid");
    }

    @Test
    void checkFindsNothingWrongInTheWorldAndWritesNothing() throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("queue.db"));
        Outcome outcome = shell.run("sites", "check");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.out()).contains("OK").contains("All is well.").doesNotContain("ERROR");
        assertThat(Files.readAllBytes(folder.resolve("queue.db"))).isEqualTo(before);
    }

    @Test
    void checkNamesTheBrokenPatternAndTheUnknownPlaceholder() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE organismo_config SET regex_expediente = '^(' WHERE site_id = 'madrid'");
            statement.executeUpdate("UPDATE organismo_config SET url_template = 'http://x.example/{nonsense}'"
                    + " WHERE site_id = 'base_online'");
        }
        Outcome outcome = shell.run("sites", "check");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out())
                .containsPattern("ERROR +madrid .*'\\^\\('")
                .containsPattern("ERROR +base_online +url_template .*nonsense")
                .contains("2 errors");
        // each disables its own site only
        Outcome run = shell.run("run", "--once");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.lines().get(3)).matches("xaloc_girona .* 0");
    }

    @Test
    void checkFindsWhatAWorkerWouldTripOver() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE organismo_config SET settings = json_set(coalesce(settings, '{}'),"
                    + " '$.handler', 'nobody', '$.rate', 'plenty', '$.max_concurent', 2, '$.retry_jitter', 101)"
                    + " WHERE site_id = 'madrid'");
            statement.executeUpdate("UPDATE organismo_config SET settings = json_set(coalesce(settings, '{}'),"
                    + " '$.profile', 'recursoss') WHERE site_id = 'base_online'");
            statement.executeUpdate("UPDATE organismo_config SET settings = json_set(coalesce(settings, '{}'),"
                    + " '$.max_concurrent', 2, '$.rate', '30/h') WHERE site_id = 'xaloc_girona'");
        }
        Outcome madrid = shell.run("sites", "check", "madrid");
        assertThat(madrid.status()).isEqualTo(1);
        assertThat(madrid.out())
                .containsPattern("ERROR +madrid +handler +there is no task handler 'nobody'; found: demo")
                .containsPattern("ERROR +madrid +limits +the setting 'rate' must be like .*plenty")
                .containsPattern("ERROR +madrid +settings .*'max_concurent'; did you mean 'max_concurrent'")
                .containsPattern(
                        "ERROR +madrid +settings +the setting 'retry_jitter' must be .* from 0 to 100, not '101'")
                .containsPattern("OK +madrid +source")
                .contains("4 errors");
        Outcome typo = shell.run("sites", "check", "base_online");
        assertThat(typo.status()).isEqualTo(1);
        assertThat(typo.out())
                .containsPattern("ERROR +base_online +source +there is no profile 'recursoss'.*correct the site's")
                .containsPattern("OK +base_online +handler +demo")
                .doesNotContain("--allow-unknown");
        assertThat(shell.run("sites", "check", "xaloc_girona").out())
                .containsPattern("OK +xaloc_girona +handler +demo")
                .contains("All is well.");
    }

    @Test
    void aSettingThatNothingDeclaresIsRefusedByTheImportAndFoundByTheCheck() throws IOException, SQLException {
        String site = """
                {"madrid": {"query_organisme": "%%A%%", "filtro_texp": "2,3", "regex_expediente": ".+",
                            "settings": {"handler": "demo", "%s": 2}}}""";
        for (String[] options : new String[][] {{}, {"--allow-unknown"}}) {
            Path file = Files.writeString(folder.resolve("one.json"), site.formatted("max_concurent"));
            String[] command = Stream.concat(Stream.of("sites", "import", file.toString()), Stream.of(options))
                    .toArray(String[]::new);
            assertWrong(
                    shell.run(command),
                    "site madrid: there is no setting 'max_concurent'; did you mean 'max_concurrent'?");
            Files.writeString(file, site.formatted("colour"));
            assertWrong(
                    shell.run(command),
                    "there is no setting 'colour'; known are ",
                    "breaker_pause, deadline_warning, filtro_texp");
            Files.writeString(file, site.formatted("max_concurrent"));
            assertThat(shell.run(command).status()).isZero();
        }

        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE organismo_config SET settings = json_set(settings, '$.colour', 'red')"
                    + " WHERE site_id = 'madrid'");
        }
        Outcome check = shell.run("sites", "check", "madrid");
        assertThat(check.status()).isEqualTo(1);
        assertThat(check.out()).containsPattern("ERROR +madrid +settings +there is no setting 'colour'");
    }

    @Test
    void aRetryPolicyIsImportedAndAnInvalidOneRefused() throws IOException {
        String site = """
                {"madrid": {"query_organisme": "%%A%%", "filtro_texp": "2,3", "regex_expediente": ".+",
                            "settings": {"handler": "demo", "retry_attempts": 3, "retry_pause": %s}}}""";
        Path file = Files.writeString(folder.resolve("one.json"), site.formatted("\"soon\""));
        assertWrong(
                shell.run("sites", "import", file.toString()),
                "site madrid: the setting 'retry_pause' must be a whole number from 0 to 31536000, not 'soon'");
        Files.writeString(file, site.formatted(60));
        assertThat(shell.run("sites", "import", file.toString()).status()).isZero();
        assertThat(shell.run("sites", "show", "madrid").out()).contains("retry_attempts");
    }

    @Test
    void theSettingsOfSitesAreListed() throws IOException {
        Outcome all = shell.run("sites", "settings");
        assertThat(all.status()).isZero();
        assertThat(all.lines().get(0)).matches("SETTING +OF +TYPE +DEFAULT +DESCRIPTION");
        int type = all.lines().get(0).indexOf("TYPE");
        assertThat(all.lines().stream().skip(1))
                .allSatisfy(line -> assertThat(line.substring(type - 1)).matches(" \\S.*"));
        assertThat(all.out())
                .containsPattern("breaker_pause +every site +a whole number of seconds +300 +for how many")
                .containsPattern("profile +source sql +a text")
                .containsPattern("pages +claim strategy web +a text +\\(required\\)");

        assertThat(shell.run("sites", "settings", "web").lines()).hasSize(3);
        JsonNode settings =
                json(shell.run("sites", "settings", "web", "--json")).get("settings");
        assertThat(settings).hasSize(2);
        assertThat(settings.get(0).get("name").asText()).isEqualTo("pages");
        assertThat(settings.get(0).get("provider").asText()).isEqualTo("web");
        assertThat(settings.get(0).get("required").asBoolean()).isTrue();
        assertWrong(shell.run("sites", "settings", "wep"), "there is no provider 'wep'; did you mean 'web'?");
    }

    @Test
    void aSlipInTheNameOfAProfileAndABrokenProfileAreToBeCorrectedNotAllowed() throws IOException {
        String site = """
                {"madrid": {"query_organisme": "%%A%%", "filtro_texp": "2,3", "regex_expediente": ".+", "profile": "%s"}}""";
        Path file = folder.resolve("one.json");
        for (String[] options : new String[][] {{}, {"--allow-unknown"}}) {
            String[] command = Stream.concat(Stream.of("sites", "import", file.toString()), Stream.of(options))
                    .toArray(String[]::new);
            Files.writeString(file, site.formatted("recursoss"));
            Outcome slip = shell.run(command);
            assertWrong(slip, "site madrid", "did you mean 'recursos'?");
            assertThat(slip.err()).doesNotContain("--allow-unknown");

            Files.createDirectories(folder.resolve("profiles"));
            Files.writeString(folder.resolve("profiles/mine.json"), "{\"tabel\": \"t\"}");
            Files.writeString(file, site.formatted("mine"));
            Outcome broken = shell.run(command);
            assertWrong(broken, "mine.json", "unknown key \"tabel\"");
            assertThat(broken.err()).doesNotContain("--allow-unknown");
        }
    }

    @Test
    void aPauseIsShownWhereverTheSiteIs() throws IOException {
        assertThat(shell.run("sites", "show", "madrid").out()).containsPattern("paused +no");
        shell.run("sites", "pause", "madrid");

        assertThat(shell.run("sites", "list").lines().get(2)).matches("madrid +yes, paused +0 .*");
        assertThat(shell.run("sites", "list").lines().get(1)).doesNotContain("paused");
        JsonNode sites = json(shell.run("sites", "list", "--json")).get("sites");
        assertThat(sites.get(1).get("paused").asBoolean()).isTrue();
        assertThat(sites.get(0).get("paused").asBoolean()).isFalse();
        assertThat(shell.run("sites", "show", "madrid").out())
                .containsPattern("paused +yes; 'brain sites resume madrid'");
        assertThat(shell.run("doctor").out())
                .containsPattern("WARN +site madrid +pause +it is paused.*'brain sites resume madrid'");
        assertThat(shell.run("sites", "pause", "--help").out())
                .contains("cycles from claiming")
                .doesNotContain("still found, claimed");

        shell.run("sites", "resume", "madrid");
        assertThat(shell.run("sites", "list").out()).doesNotContain("paused");
        assertThat(shell.run("doctor").out()).doesNotContain("paused");
    }

    @Test
    void checkAsJsonCountsTheErrors() throws IOException {
        JsonNode report = json(shell.run("sites", "check", "madrid", "--json"));

        assertThat(report.get("sites")).hasSize(1);
        assertThat(report.get("sites")
                        .get(0)
                        .get("findings")
                        .get(0)
                        .get("level")
                        .asText())
                .isEqualTo("OK");
        assertThat(report.get("errors").asInt()).isZero();
    }

    @Test
    void aMissingSiteFileIsWrongAndMakesNoQueue() {
        Path queue = folder.resolve("new.db");

        assertWrong(
                shell.run(
                        "sites", "import", folder.resolve("nowhere.json").toString(), "--sqlite-db", queue.toString()),
                "nowhere.json");
        assertThat(queue).doesNotExist();
    }

    @Test
    void aBrokenSiteFileIsWrongAndSaysWhere() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.json"), "{\"configs\": [\n  {\"site_id\": }\n]}");
        assertWrong(shell.run("sites", "import", file.toString()), "broken.json", "line 2");

        Files.writeString(file, Files.readString(folder.resolve("sites.json")).replace("^VF", "^(VF"));
        assertWrong(shell.run("sites", "import", file.toString()), "vallfosca", "regex_expediente");

        Files.writeString(file, "{\"configs\": [{\"site_id\": \"x\", \"filtro_texp\": \"2\"}]}");
        assertWrong(shell.run("sites", "import", file.toString()), "broken.json", "x", "regex_expediente");
        assertThat(shell.run("sites", "list").lines()).hasSize(5);
    }

    @Test
    void aCommandWithoutAQueueTellsHowToMakeOne() {
        assertWrong(
                shell.run(
                        "sites",
                        "list",
                        "--sqlite-db",
                        folder.resolve("none.db").toString()),
                "none.db",
                "brain sites import FILE");
    }

    private static JsonNode json(Outcome outcome) throws IOException {
        assertThat(outcome.lines()).hasSize(1);
        return new ObjectMapper().readTree(outcome.out());
    }
}
