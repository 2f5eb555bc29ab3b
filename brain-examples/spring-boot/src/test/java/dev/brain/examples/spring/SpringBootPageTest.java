package dev.brain.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/spring-boot.md shows compiles, and its application does what the page says. */
class SpringBootPageTest {
    private static final String PAGE = "spring-boot.md";

    @TempDir
    private Path folder;

    @Test
    void theApplicationCompilesAndTheCoordinatesAreOfThisVersion() throws Exception {
        PageFiles.of(PAGE).compile(folder);
        String revision = "<revision>" + version() + "</revision>";
        assertThat(Files.readString(Path.of("..", "..", "pom.xml"))).contains(revision);
    }

    private static String version() throws Exception {
        return Pattern.compile("<artifactId>brain-\\S+</artifactId>\\s*<version>(.*)</version>")
                .matcher(Files.readString(PageFiles.path(PAGE)))
                .results()
                .map(found -> found.group(1))
                .distinct()
                .reduce((first, second) -> first + " and " + second)
                .orElseThrow();
    }

    @Test
    @Tag("slow")
    void theApplicationFilesTheCasesAndEndsWhenItIsTold() throws Exception {
        PageFiles.of("embedding.md").compile(folder);
        Path classes = PageFiles.of(PAGE).compile(folder);
        PageFiles.createCases(folder);
        RunningProgram.of("com.example.permits.PermitApplication", classes, folder)
                .awaitAndStop("2 claimed", 2);
    }
}
