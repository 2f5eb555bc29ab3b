package dev.brain.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What earlier builds left is no part of this one. */
class StaleOutputTest {
    private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();
    /** Taken from a library, or made from annotations. */
    private static final Set<String> MADE_BY_THE_BUILD = Set.of("htmx.min.js", "spring-configuration-metadata.json");

    @Test
    void outputFoldersHoldNoResourceThatTheSourcesLack() throws IOException {
        int looked = 0;
        for (Path module : modules()) {
            Path classes = module.resolve("target/classes");
            for (Path resource : Files.isDirectory(classes) ? resources(classes) : List.<Path>of()) {
                if (!MADE_BY_THE_BUILD.contains(resource.getFileName().toString())) {
                    assertThat(module.resolve("src/main/resources").resolve(classes.relativize(resource)))
                            .as("the source of " + resource)
                            .exists();
                    looked++;
                }
            }
        }
        assertThat(looked).isPositive();
    }

    @Test
    void theFolderOfTheExamplesIsNoModuleAnyMore() {
        assertThat(PROJECT.resolve("brain-examples/target/classes")).doesNotExist();
        assertThat(PROJECT.resolve("brain-examples/target/brain")).doesNotExist();
    }

    private static List<Path> modules() throws IOException {
        List<Path> modules = new ArrayList<>();
        for (Path folder : List.of(PROJECT, PROJECT.resolve("brain-examples"))) {
            try (Stream<Path> folders = Files.list(folder)) {
                folders.filter(path -> Files.isDirectory(path.resolve("src/main/resources")))
                        // neither is a module of this build
                        .filter(path -> !path.endsWith("template") && !path.endsWith("bench"))
                        .forEach(modules::add);
            }
        }
        return modules;
    }

    private static List<Path> resources(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".class"))
                    .toList();
        }
    }
}
