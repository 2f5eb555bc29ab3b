package dev.brain.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code bin/setup.sh} decides for {@code bin/brain}. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has a script of its own")
class SetupScriptTest {
    private static final Instant BEGAN = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path project;

    private Path source;

    @BeforeEach
    void project() throws IOException {
        Files.createDirectory(project.resolve("bin"));
        Files.copy(Path.of("../../bin/setup.sh"), project.resolve("bin/setup.sh"));
        source = Files.createDirectories(project.resolve("brain-core/src/main")).resolve("A.java");
        Files.createFile(source);
        Files.createDirectories(project.resolve("brain-examples/image/target/brain/plugins"));
        for (Path path : List.of(source, source.getParent())) {
            edited(path, BEGAN.minusSeconds(60));
        }
    }

    private static void edited(Path path, Instant at) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(at));
    }

    private String sourced(String command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-c", "source '" + project.resolve("bin/setup.sh") + "'; " + command);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private String image() throws IOException {
        return sourced("image_is_fresh && echo fresh || echo stale");
    }

    /** As Maven leaves it: the file is a little younger than the time in it. */
    private void built() throws IOException {
        Path stamp = project.resolve("brain-examples/image/target/brain/build.began");
        Files.writeString(stamp, BEGAN + "\n");
        edited(stamp, BEGAN.plusSeconds(40));
    }

    @Test
    void anImageThatAnyBuildMadeIsFreshUntilASourceChanges() throws IOException {
        assertThat(image()).as("without an image").isEqualTo("stale");
        built();
        assertThat(image()).isEqualTo("fresh");

        edited(source, BEGAN.plusSeconds(60));
        assertThat(image()).isEqualTo("stale");
    }

    @Test
    void anImageThatIsNotWholeIsStale() throws IOException {
        built();
        Files.delete(project.resolve("brain-examples/image/target/brain/plugins"));

        assertThat(image()).isEqualTo("stale");
    }

    @Test
    void whatWasEditedDuringTheBuildMakesTheImageStale() throws IOException {
        built();
        edited(source, BEGAN.plusSeconds(20));

        assertThat(image()).isEqualTo("stale");
    }

    @Test
    void theBuildWritesWhatTheScriptReads() throws IOException {
        assertThat(Files.readString(Path.of("../../.mvn/build.began"))).isEqualTo("${brain.build.began}\n");
        // every build of the whole project notes it, the one of this test included
        Path noted = Path.of("../../target/build.began");
        if (Files.exists(noted)) {
            assertThat(Instant.parse(Files.readString(noted).strip())).isBefore(Instant.now());
        }
    }
}
