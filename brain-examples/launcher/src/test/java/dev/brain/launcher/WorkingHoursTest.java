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
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator sees of working hours and deadlines. */
class WorkingHoursTest {
    @TempDir
    private Path folder;

    /** Lets madrid be open on a day that is neither today nor tomorrow. */
    private void close() throws SQLException {
        String day = LocalDate.now(ZoneOffset.UTC)
                .plusDays(3)
                .getDayOfWeek()
                .getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("queue.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE organismo_config SET settings = json_set(coalesce(settings, '{}'),"
                    + " '$.time_zone', 'UTC', '$.hours', '" + day + " 08:00-20:00') WHERE site_id = 'madrid'");
        }
    }

    @Test
    void whatIsClosedSaysWhenItOpens() throws SQLException, IOException {
        Shell shell = Shell.inWorld(folder, 60);
        close();
        assertThat(shell.run("sites", "show", "madrid").out())
                .containsPattern("open now +no, its working hours begin again at \\d{4}-");
        assertThat(shell.run("doctor").out()).containsPattern("OK +site madrid +hours +no, its working hours begin");
        Outcome run = shell.run("run", "--once");
        assertThat(run.status()).as("it is no error").isZero();
        assertThat(run.out())
                .contains("its working hours are over: nothing is claimed for it before ")
                .contains("(1 outside working hours)");
        JsonNode report =
                new ObjectMapper().readTree(shell.run("run", "--once", "--json").out());
        assertThat(report.get("sites"))
                .filteredOn(site -> site.get("site_id").asText().equals("madrid"))
                .singleElement()
                .satisfies(site -> {
                    assertThat(site.get("opens_at").asText()).endsWith("T08:00:00Z");
                    assertThat(site.get("claimed").asInt()).isZero();
                });
        assertThat(shell.run("worker", "--drain", "--site", "madrid").out())
                .contains("madrid is outside its working hours, so no worker takes its tasks before ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hours            | Mon-Fri 8-20  | like "Mon-Fri 08:00-20:00, Sat 09:00-14:00", not 'Mon-Fri 8-20'
            hours            | 08:00-08:00   | like "Mon-Fri 08:00-20:00, Sat 09:00-14:00", not '08:00-08:00'
            time_zone        | Europe/Nadrid | the name of a time zone, like "Europe/Madrid", not 'Europe/Nadrid'
            deadline_warning | soon          | a time like "30m", "12h" or "2d", not 'soon'
            """)
    void whatMakesNoSenseIsRefusedByTheImportInOneLine(String setting, String value, String expected)
            throws IOException {
        Shell shell = Shell.inWorld(folder, 1);
        Path file = Files.writeString(folder.resolve("bad.json"), """
                {"madrid": {"query_organisme": "%%A%%", "filtro_texp": "2,3", "regex_expediente": ".+",
                            "settings": {"handler": "demo", "%s": "%s"}}}""".formatted(setting, value));
        assertWrong(
                shell.run("sites", "import", file.toString()),
                "site madrid: the setting '" + setting + "' must be " + expected);
    }
}
