package dev.brain.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two builds of the same sources, in folders with different names, give the same bytes. */
@Tag("slow")
class ReproducibleBuildTest {
    private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();
    private static final Set<String> LEFT_OUT = Set.of("target", ".git", "db", "demo", "logs", "evidence");

    @TempDir
    private Path folder;

    @Test
    void jarsAndArchivesAreTheSame() throws Exception {
        Path first = build(folder.resolve("first"));
        Path second = build(folder.resolve("a-second-one"));

        Set<Path> artifacts = artifacts(first);
        assertThat(artifacts)
                .as("the jars of the modules, two archives and the SBOM")
                .hasSizeGreaterThan(10);
        assertThat(artifacts(second)).isEqualTo(artifacts);
        List<Path> different = new ArrayList<>();
        for (Path artifact : artifacts) {
            if (Files.mismatch(first.resolve(artifact), second.resolve(artifact)) >= 0) {
                different.add(artifact);
            }
        }
        assertThat(different).isEmpty();
    }

    private static Path build(Path copy) throws IOException, InterruptedException {
        copyOfTheSources(copy);
        Path log = copy.resolveSibling(copy.getFileName() + ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        "mvn", "-B", "-Dmaven.test.skip", "-Djacoco.skip", "-Dspotless.check.skip", "package")
                .directory(copy.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        assertThat(builder.start().waitFor()).as(() -> lastLines(log)).isZero();
        return copy;
    }

    private static String lastLines(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> all = lines.toList();
            return String.join("\n", all.subList(Math.max(0, all.size() - 30), all.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void copyOfTheSources(Path copy) throws IOException {
        Files.walkFileTree(PROJECT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes) throws IOException {
                String name = String.valueOf(from.getFileName());
                // a folder that a demo wrote is beside the modules; a module has the same name
                boolean isLeftOut = LEFT_OUT.contains(name) && !Files.exists(from.resolve("pom.xml"));
                if (isLeftOut && !from.toString().contains("/src/")) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(copy.resolve(PROJECT.relativize(from)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path from, BasicFileAttributes attributes) throws IOException {
                Files.copy(from, copy.resolve(PROJECT.relativize(from)));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static Set<Path> artifacts(Path project) throws IOException {
        Set<Path> artifacts = new TreeSet<>();
        try (Stream<Path> files = Files.walk(project)) {
            files.filter(file -> file.toString().matches(".*/target/[^/]*\\.(jar|zip|tar\\.gz)|.*/brain\\.cdx\\.json"))
                    .map(project::relativize)
                    .forEach(artifacts::add);
        }
        return artifacts;
    }
}
