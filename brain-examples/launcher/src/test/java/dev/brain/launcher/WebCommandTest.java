package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.playwright.Office;
import dev.brain.playwright.Office.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher's commands do with a site that claims by web page; each is a process of its own. */
@Tag("slow")
class WebCommandTest {
    @TempDir
    private Path folder;

    private Office office;

    @BeforeEach
    void open() throws Exception {
        office = new Office(folder)
                .set("SQLITE_DB_PATH", folder.resolve("queue.db").toString());
        Path sites =
                Files.writeString(folder.resolve("sites.json"), """
                {"configs": [{"site_id": "prueba", "query_organisme": "%%PRUEBA%%", "filtro_texp": "2,3",
                  "regex_expediente": "\\\\d+/\\\\d{4}", "bot_username": "%s", "claim": "web", "profile": "recursos-intranet",
                  "settings": {"pages": "recursos-intranet", "web": {"base": "%s", "trace": true}}}]}
                """.formatted(Office.ROBOT, office.intranet.address()));
        assertThat(brain("sites", "import", sites.toString())).isZero();
    }

    @AfterEach
    void close() {
        office.close();
        office.assertNoProcessIsLeft();
    }

    @Test
    void noSecretIsInWhatCommandsSayLogAndKeep() throws Exception {
        office.cases("PRUEBA", 1);
        office.intranet.telling(true);
        assertThat(brain("run", "--once", "--verbose")).as(said()).isZero();
        assertThat(said()).contains("logged in at", "1 claimed");

        office.add(2001, "2001/2026", "PRUEBA");
        office.intranet.lying(true);
        assertThat(brain("run", "--once", "--verbose", "--json")).isEqualTo(1);
        assertThat(said()).contains("had no effect");

        office.intranet.buttonName("Quedármelo");
        assertThat(brain("doctor", "--verbose")).isEqualTo(1);
        assertThat(said()).contains("Asignarme");

        office.intranet.expireSessions();
        office.set("XVIA_EMAIL", "otra@example.invalid");
        assertThat(brain("run", "--once", "--verbose")).isEqualTo(1);
        assertThat(brain("incidents", "list", "--json")).isZero();
        assertThat(said()).contains("EVIDENCE", "LOGIN_FAILED");

        assertThat(folder.resolve("logs/brain.log")).content().contains("logged in at", "had no effect");
        office.assertNothingTellsSecrets();
    }

    @Test
    void aBrowserThatIsNoneIsToldInALine() throws Exception {
        office.set("BRAIN_BROWSER", folder.resolve("none").toString());

        assertBrowserIsMissing("BRAIN_BROWSER names " + folder.resolve("none"), "name a Chromium, Chrome or Edge");
    }

    @Test
    void whereThereIsNoBrowserALineTellsHowToGetOne() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        office.set("PATH", empty.toString())
                .set("PLAYWRIGHT_BROWSERS_PATH", empty.toString())
                .set("BRAIN_BROWSER", "");

        assertBrowserIsMissing("there is no browser", "apt-get install chromium", "BRAIN_BROWSER");
    }

    private void assertBrowserIsMissing(String... told) throws Exception {
        office.cases("PRUEBA", 1);
        for (String[] command : List.of(
                new String[] {"doctor"}, new String[] {"sites", "check", "prueba"}, new String[] {"run", "--once"})) {
            assertThat(brain(command)).isEqualTo(1);
            assertThat(said().lines().filter(line -> line.contains(told[0])))
                    .as("%s: %s", String.join(" ", command), said())
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains(told));
        }
        assertThat(office.intranet.logins()).isZero();
    }

    @Test
    void aBrainThatIsKilledInTheMiddleOfAClaimLosesNothingAndLeavesNoBrowser() throws Exception {
        office.cases("PRUEBA", 2);
        CompletableFuture<Process> brain = new CompletableFuture<>();
        List<ProcessHandle> started = new ArrayList<>();
        office.intranet.beforeAssignment(id -> {
            if (started.isEmpty()) {
                brain.join().descendants().forEach(started::add);
                brain.join().destroyForcibly();
            }
        });
        brain.complete(start("run", "--once"));
        brain.join().waitFor();

        assertThat(started).hasSizeGreaterThan(2);
        for (ProcessHandle process : started) {
            process.onExit().get();
        }
        Outcome outcome = office.run(office.site("prueba", "%PRUEBA%"));
        assertThat(outcome.tasks()).hasSize(2);
        assertThat(outcome.report().enqueued()).isEqualTo(2);
        assertThat(office.intranet.assignments()).isEqualTo(2);
    }

    /** Runs a command; its exit status. */
    private int brain(String... arguments) throws Exception {
        return start(arguments).waitFor();
    }

    /** What the last command said, to people and to programs. */
    private String said() throws IOException {
        return Files.readString(folder.resolve("said"));
    }

    private Process start(String... arguments) throws IOException {
        return LauncherProcess.builder(folder, office.environment(), arguments)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
    }
}
