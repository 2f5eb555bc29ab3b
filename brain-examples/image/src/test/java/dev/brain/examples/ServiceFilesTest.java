package dev.brain.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files in {@code conf/} of the archive, from which a service is made. */
class ServiceFilesTest {
    private static final Path ARCHIVE = Path.of("src/main/archive").toAbsolutePath();
    private static final Path UNITS = ARCHIVE.resolve("conf/systemd");

    @TempDir
    private Path folder;

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void systemdFindsNothingWrongWithTheUnits() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "systemd-analyze"))),
                "systemd-analyze is not installed");
        List<String> command = new ArrayList<>(List.of("systemd-analyze", "verify", "--man=no"));
        for (Path unit : files(UNITS, "")) {
            Path copy = folder.resolve(unit.getFileName());
            // the script is looked for
            Files.writeString(copy, Files.readString(unit).replace("/opt/brain/", ARCHIVE + "/"));
            command.add(copy.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).doesNotContain(".service:", ".timer:");
    }

    @Test
    void allServicesHaveTheSameUserAndTheSameLimits() throws IOException {
        TreeSet<String> blocks = new TreeSet<>();
        for (Path unit : files(UNITS, ".service")) {
            String text = Files.readString(unit);
            assertThat(text).contains("\nUser=brain\n", "\nNoNewPrivileges=yes\n", "\nProtectSystem=strict\n");
            blocks.add(text.substring(text.indexOf("# Brain needs no rights"), text.indexOf("SystemCallFilter=")));
        }
        assertThat(blocks).hasSize(1);
    }

    @Test
    void everyCommandOfAServiceIsOneOfBrain() throws IOException {
        List<String> commands = new ArrayList<>();
        for (Path unit : files(UNITS, ".service")) {
            Files.readString(unit)
                    .lines()
                    .filter(line -> line.startsWith("ExecStart="))
                    .forEach(line -> commands.add(line.replaceFirst(".*/opt/brain/bin/brain ", "")));
        }
        assertThat(commands)
                .containsExactlyInAnyOrder(
                        "queue backup --force backup/queue-$$(date +%%u).db'",
                        "dashboard --listen 127.0.0.1:8085", "run", "worker");
    }

    @Test
    void theFilesForWindowsAreReadable() throws Exception {
        for (Path file : files(ARCHIVE.resolve("conf/windows"), ".xml")) {
            assertThat(DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(file.toFile())
                            .getDocumentElement()
                            .getTagName())
                    .isEqualTo("service");
        }
    }
}
