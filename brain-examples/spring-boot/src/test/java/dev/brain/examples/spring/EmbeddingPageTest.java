package dev.brain.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.queue.Store;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/embedding.md shows compiles, and its program does what the page says. */
class EmbeddingPageTest {
    private static final String PAGE = "embedding.md";

    @TempDir
    private Path folder;

    @Test
    void theProgramFilesTheCasesAndEndsWhenItIsTold() throws Exception {
        PageFiles page = PageFiles.of(PAGE);
        Path classes = page.compile(folder);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("cases.db"));
                Statement statement = connection.createStatement()) {
            for (String sql : Files.readString(folder.resolve("cases.sql")).split(";\\n")) {
                statement.execute(sql);
            }
        }
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        PageFiles.classPath(classes),
                        "com.example.robot.PermitRobot")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = output.readLine();
            while (line != null && !line.equals("2 cases queued")) {
                line = output.readLine();
            }
            assertThat(line).isEqualTo("2 cases queued");
            awaitCompleted(2);
            process.toHandle().destroy(); // as Ctrl+C does
            output.lines().forEach(rest -> {});
            assertThat(process.waitFor()).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    private void awaitCompleted(int tasks) {
        try (Store store = Store.open(Store.Options.of("jdbc:sqlite:" + folder.resolve("queue.db")))) {
            while (store.operations().list(TaskFilter.newest(10)).stream()
                            .filter(task -> task.status() == TaskStatus.COMPLETED)
                            .count()
                    < tasks) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void coordinatesAreOfThisVersion() throws Exception {
        String page = Files.readString(PageFiles.path(PAGE));
        String version = page.replaceAll("(?s).*<artifactId>brain-bom</artifactId>\\s*<version>(.*?)</version>.*", "$1");
        assertThat(Files.readString(Path.of("..", "..", "pom.xml"))).contains("<revision>" + version + "</revision>");
    }
}
