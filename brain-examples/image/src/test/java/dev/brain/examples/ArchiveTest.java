package dev.brain.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.launcher.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The release's archive, unpacked into an empty folder and run by a user who may not write there. If the tests run as
 * root, that user is "nobody"; otherwise it is the user of the tests.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "neither modes nor bin/brain are Windows's")
class ArchiveTest {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    @TempDir
    private static Path folder;

    private static Path brain;
    private static Path home;

    @BeforeAll
    static void unpack() throws Exception {
        Path archive = built(".tar.gz");
        Shell.Outcome tar = run(List.of("tar", "-xzf", archive.toString(), "--no-same-owner"));
        assertThat(tar.status()).as(tar.err()).isZero();
        String name = String.valueOf(archive.getFileName());
        brain = folder.resolve(name.substring(0, name.length() - ".tar.gz".length()));
        home = Files.createDirectory(folder.resolve("home"));
        if (ROOT) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            assertThat(run(List.of("chown", "nobody", home.toString())).status())
                    .isZero();
        } else {
            System.out.println("Not root: the archive runs as the user of the tests, not as another one.");
        }
    }

    private static Path built(String ending) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            List<Path> archives = files.filter(
                            file -> file.getFileName().toString().matches("brain-\\d.*" + ending))
                    .map(Path::toAbsolutePath)
                    .toList();
            assertThat(archives).as("archives in target/").hasSize(1);
            return archives.get(0);
        }
    }

    @Test
    void demoAndWorkerRunFromItAsAnotherUser() throws Exception {
        Path world = home.resolve("world");
        Shell.Outcome demo = brain("demo", "--once", "--rows", "40", "--dir", world.toString());
        assertThat(demo.status()).as(demo.err()).isZero();
        // by a path that works in any folder
        assertThat(demo.out()).contains(brain.toRealPath().resolve("bin/brain") + " tasks stats");

        String queue = world.resolve("queue.db").toString();
        Shell.Outcome worker = brain("worker", "--drain", "--sqlite-db", queue);
        assertThat(worker.status()).as(worker.err()).isZero();
        assertThat(worker.out()).containsPattern("[1-9]\\d* completed");
        assertThat(Files.getOwner(Path.of(queue)).getName())
                .isEqualTo(ROOT ? "nobody" : System.getProperty("user.name"));
    }

    @Test
    void bothArchivesHoldTheSameFiles() throws Exception {
        TreeSet<String> unpacked = new TreeSet<>();
        try (Stream<Path> files = Files.walk(brain)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> unpacked.add(folder.relativize(file).toString()));
        }
        TreeSet<String> zipped = new TreeSet<>();
        try (ZipFile zip = new ZipFile(built(".zip").toFile())) {
            zip.stream()
                    .filter(entry -> !entry.isDirectory())
                    .map(ZipEntry::getName)
                    .forEach(zipped::add);
            String script = brain.getFileName() + "/bin/brain.cmd";
            assertThat(new String(zip.getInputStream(zip.getEntry(script)).readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\r\n");
        }
        assertThat(zipped).isEqualTo(unpacked);
        try (Stream<Path> files = Files.list(brain)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("bin", "conf", "lib", "plugins", "LICENSE");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(brain.resolve("bin/brain"))))
                .isEqualTo("rwxr-xr-x");
    }

    @Test
    void theSbomListsEveryJar() throws Exception {
        Path sbom = brain.resolve("brain.cdx.json");
        assumeTrue(Files.exists(sbom), "bin/test without --all makes no SBOM");
        JsonNode components = new ObjectMapper().readTree(sbom.toFile()).get("components");
        List<String> listed = StreamSupport.stream(components.spliterator(), false)
                .map(component -> component.get("name").asText() + "-"
                        + component.get("version").asText() + ".jar")
                .toList();
        try (Stream<Path> jars = Files.list(brain.resolve("lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString()).filter(jar -> !jar.equals("brain.jar")))
                    .isSubsetOf(listed);
        }
        assertThat(listed).anyMatch(jar -> jar.startsWith("brain-example-sites-"));
    }

    private static Shell.Outcome brain(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (ROOT) {
            command.addAll(List.of("setpriv", "--reuid=nobody", "--regid=65534", "--clear-groups"));
        }
        command.add(brain.resolve("bin/brain").toString());
        command.addAll(List.of(arguments));
        return run(command);
    }

    /** Without a home, so that no archive of classes is made, which takes longer than all of this. */
    private static Shell.Outcome run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile(folder, "error", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Shell.Outcome(process.waitFor(), out, Files.readString(errors));
    }
}
