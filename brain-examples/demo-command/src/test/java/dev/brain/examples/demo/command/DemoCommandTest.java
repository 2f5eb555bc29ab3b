package dev.brain.examples.demo.command;

import static dev.brain.launcher.Shell.assertWrong;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.launcher.LauncherProcess;
import dev.brain.launcher.Shell;
import dev.brain.launcher.Shell.Outcome;
import dev.brain.launcher.SlowStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
    @TempDir
    private Path folder;

    @Test
    void theLauncherFindsTheCommand() {
        assertThat(new Shell(folder).run().err()).contains("demo       Show Brain at work on invented cases");
        assertThat(new Shell(folder).run("demo", "--help").out()).contains("--claim");
    }

    @Test
    void onceShowsACycleTheTasksAndWhatToDoNext() {
        Outcome outcome = new Shell(folder).run("demo", "--once");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("250 invented cases in " + folder.resolve("demo/1"))
                .contains("seed 2026")
                .contains("Cycle 1: 3 sites")
                .doesNotContain("Cycle 2")
                .contains("3 lost")
                .contains("ORPHAN_CLAIM")
                .contains("bin/brain tasks stats --sqlite-db " + folder.resolve("demo/1/queue.db"));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
    void onlyTheOwnerCanReadWhatTheDemoWrites() throws IOException {
        demo(folder.resolve("named"));
        new Shell(folder).run("demo", "--once", "--rows", "20");
        for (Path world : List.of(folder.resolve("named"), folder.resolve("demo"))) {
            try (Stream<Path> files = Files.walk(world)) {
                assertThat(files)
                        .hasSizeGreaterThan(4)
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .as(file.toString())
                                        .endsWith("------"));
            }
        }
    }

    @Test
    void thePathsOfTheNextStepsAreAbsolute() {
        String relative = Path.of("")
                .toAbsolutePath()
                .relativize(folder.resolve("it's mine"))
                .toString();
        Outcome outcome = new Shell(folder).run("demo", "--once", "--rows", "20", "--dir", relative);

        assertThat(outcome.out())
                .contains("tasks stats --sqlite-db '" + folder.toString().replace("'", "'\\''")
                        + "/it'\\''s mine/queue.db'")
                .contains("demo --dir '" + folder);
    }

    @Test
    @Tag("slow")
    void eachDemoWithoutAFolderGetsANewOne() {
        new Shell(folder).run("demo", "--once", "--rows", "20");
        new Shell(folder).run("demo", "--once", "--rows", "20");

        assertThat(folder.resolve("demo")).isDirectoryContaining("glob:**/1").isDirectoryContaining("glob:**/2");
    }

    @Test
    @Tag("slow")
    void theSameSeedGivesTheSameTasks() throws IOException {
        Path first = folder.resolve("a");
        Path second = folder.resolve("b");
        demo(first, "--seed", "5", "--rows", "100");
        demo(second, "--seed", "5", "--rows", "100");

        assertThat(resources(first)).isEqualTo(resources(second)).isNotEmpty();
    }

    @Test
    @Tag("slow")
    void aSecondRunInTheSameFolderQueuesOnlyWhatIsNew() throws IOException {
        Path place = folder.resolve("world");
        demo(place);
        Set<String> before = resources(place);
        Outcome outcome = demo(place);
        Set<String> after = resources(place);

        assertThat(outcome.out())
                .contains("goes on (seed 2026)")
                .contains("25 new cases came in")
                .contains("1 lost");
        assertThat(after).containsAll(before).hasSizeGreaterThan(before.size());
        long queued = Long.parseLong(outcome.out().replaceAll("(?s).* claimed, .*?(\\d+) queued, .*", "$1"));
        assertThat(after.size() - before.size()).isEqualTo(queued);
    }

    @Test
    void aFolderWithOtherThingsIsRefused() throws IOException {
        Files.writeString(folder.resolve("letter.txt"), "mine");

        assertWrong(demo(folder), "letter.txt", "--dir");
    }

    @Test
    void theDemoNeverTouchesTheConfiguredSystemOfRecord() {
        Outcome outcome = new Shell(folder)
                .set("SQLSERVER_CONNECTION_STRING", "SERVER=nowhere.invalid;DATABASE=x;UID=u;PWD=p")
                .set("BRAIN_SOURCE_URL", "jdbc:sqlite:" + folder.resolve("real.db"))
                .run("demo", "--once", "--rows", "20");

        assertThat(outcome.status()).isZero();
        assertThat(folder.resolve("real.db")).doesNotExist();
        assertThat(folder.resolve("queue.db")).doesNotExist();
    }

    @Test
    void theDemoClaimsThroughAnIntranetInARealBrowser() {
        Outcome outcome = new Shell(folder).run("demo", "--once", "--rows", "60", "--claim", "web");

        assertThat(outcome.status()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("The intranet is at http://127.0.0.1:")
                .contains("no errors")
                .contains("lost");
        assertThat(folder.resolve("demo/1/sessions")).isNotEmptyDirectory();
    }

    @Test
    @Tag("slow")
    void aStopWhileItStartsClaimsNothing() throws Exception {
        SlowStart.install(folder);
        Outcome outcome = SlowStart.stopped(
                LauncherProcess.builder(folder, Map.of("BRAIN_HOME", folder.toString()), "demo", "--dir", "world"));

        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("Look further:").doesNotContain("Cycle 1");
        assertThat(resources(folder.resolve("world"))).isEmpty();
    }

    @Test
    @Tag("slow")
    void theDashboardOfTheDemoIsServed() throws Exception {
        String page = LauncherProcess.dashboard(LauncherProcess.builder(
                folder, Map.of("BRAIN_HOME", folder.toString()), "demo", "--rows", "20", "--once", "--dashboard", "0"));

        assertThat(page).contains("<html").doesNotContain("read-only");
    }

    @Test
    void noRowsAreWrong() {
        assertWrong(new Shell(folder).run("demo", "--rows", "0"), "--rows", "at least 1");
    }

    private Outcome demo(Path place, String... more) {
        String[] arguments = new String[4 + more.length];
        System.arraycopy(new String[] {"demo", "--once", "--dir", place.toString()}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return new Shell(folder).run(arguments);
    }

    private Set<String> resources(Path place) throws IOException {
        Outcome outcome = new Shell(folder)
                .run(
                        "tasks",
                        "list",
                        "--json",
                        "--limit",
                        "10000",
                        "--sqlite-db",
                        place.resolve("queue.db").toString());
        Set<String> resources = new HashSet<>();
        for (JsonNode task : new ObjectMapper().readTree(outcome.out()).get("tasks")) {
            assertThat(resources.add(task.get("site_id").asText() + "/"
                            + task.get("resource_id").asText()))
                    .isTrue();
        }
        return resources;
    }
}
