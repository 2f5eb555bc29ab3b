package dev.brain.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
        PageFiles.createCases(folder);
        RunningProgram.of("com.example.robot.PermitRobot", classes, folder).awaitAndStop("2 cases queued", 2);
    }

    @Test
    void coordinatesAreOfThisVersion() throws Exception {
        String page = Files.readString(PageFiles.path(PAGE));
        String version =
                page.replaceAll("(?s).*<artifactId>brain-bom</artifactId>\\s*<version>(.*?)</version>.*", "$1");
        assertThat(Files.readString(Path.of("..", "..", "pom.xml"))).contains("<revision>" + version + "</revision>");
    }
}
