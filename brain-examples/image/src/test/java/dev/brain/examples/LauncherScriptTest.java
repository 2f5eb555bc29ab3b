package dev.brain.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the archive's {@code bin/brain} starts Java, shown by a Java that only prints what it was given. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has a script of its own")
class LauncherScriptTest {
    private static final String SCRIPT = "src/main/archive/bin/brain";

    /** Stands for Java: writes an archive of classes to the path that the options name. */
    private static final String JAVA = """
            #!/bin/sh
            for argument in "$@"; do
                case $argument in -XX:ArchiveClassesAtExit=*) echo classes >"${argument#*=}" ;; esac
            done
            echo "$(dirname "$0") LC_ALL=$LC_ALL" "$@"
            """;

    @TempDir
    private Path folder;

    private Path image;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void image() throws IOException {
        image = Files.createDirectory(folder.toRealPath().resolve("brain"));
        Files.createDirectory(image.resolve("lib"));
        executable(image.resolve("bin/brain"), Files.readString(Path.of(SCRIPT)));
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("JAVA_HOME", java("17.0.1").toString());
    }

    private Path java(String version) throws IOException {
        Path java = folder.resolve("java-" + version);
        executable(java.resolve("bin/java"), JAVA);
        Files.writeString(java.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        return java;
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String run(Path script, String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = script.toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new String(builder.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private String brain(String... arguments) throws IOException {
        return run(image.resolve("bin/brain"), arguments);
    }

    @Test
    void startsTheJarWithTheArgumentsAsTheyAre() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("brain-link"), image.resolve("bin/brain"));

        assertThat(run(link, "tasks", "show", "a b"))
                .contains("-Dbrain.command=" + image.resolve("bin/brain"))
                .endsWith("-jar " + image.resolve("lib/brain.jar") + " tasks show a b\n");
    }

    @Test
    void shortCommandsAreCompiledLess() throws IOException {
        assertThat(brain("tasks")).contains("-XX:TieredStopAtLevel=1");
        assertThat(brain("worker")).doesNotContain("-XX:TieredStopAtLevel=1");
    }

    @Test
    void anOlderJavaIsPassedOverWithAWord() throws IOException {
        environment.put("JAVA_HOME", java("11.0.2").toString());
        environment.put("PATH", java("21").resolve("bin") + ":/usr/bin:/bin");

        assertThat(brain("tasks"))
                .startsWith("JAVA_HOME (" + folder.resolve("java-11.0.2") + ") is not Java 17 or newer")
                .contains("java-21/bin");
    }

    @Test
    void theFirstStartMakesAnArchiveOfClassesInTheImage() throws IOException {
        assertThat(brain("tasks")).startsWith("Preparing a faster start (once)");
        assertThat(brain("tasks"))
                .doesNotContain("Preparing")
                .contains("-XX:SharedArchiveFile=" + image.resolve("classes"));

        environment.put("JAVA_HOME", java("21.0.1").toString());
        assertThat(brain("tasks")).as("another Java").startsWith("Preparing a faster start (once)");

        Files.writeString(image.resolve("lib/more.jar"), "");
        assertThat(brain("tasks")).as("other jars").startsWith("Preparing a faster start (once)");
    }

    @Test
    void whereTheImageCannotBeWrittenTheArchiveOfClassesIsInTheUsersCache() throws IOException {
        // a file where the folder would be: root may write to every folder
        Files.writeString(image.resolve("classes"), "");
        assertThat(brain("tasks")).doesNotContain("Preparing", "SharedArchiveFile");

        environment.put("HOME", folder.toString());
        assertThat(brain("tasks")).contains("-XX:SharedArchiveFile=" + folder.resolve(".cache/brain/classes"));

        environment.put("CACHE_DIRECTORY", folder.resolve("service").toString());
        assertThat(brain("tasks")).contains("-XX:SharedArchiveFile=" + folder.resolve("service/classes"));
    }

    @ParameterizedTest
    @EnabledOnOs(OS.LINUX)
    @CsvSource({"LANG, C", "LC_ALL, POSIX", "LC_ALL, xx_XX.UTF-8", "LC_CTYPE, C", "OTHER, x"})
    void withoutALocaleThatHasAllLettersOneIsChosen(String name, String value) throws IOException {
        environment.put(name, value);

        assertThat(brain("tasks")).contains(" LC_ALL=C.UTF-8 ");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aLocaleThatHasAllLettersStays() throws IOException {
        environment.put("LANG", "C.UTF-8");

        assertThat(brain("tasks")).contains(" LC_ALL= ");
    }
}
