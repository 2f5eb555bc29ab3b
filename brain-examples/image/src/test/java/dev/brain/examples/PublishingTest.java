package dev.brain.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is published, and under which names. */
class PublishingTest {
    private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static List<String> modules(Path folder) throws IOException {
        String pom = Files.readString(folder.resolve("pom.xml"));
        return all("<module>([^<]+)</module>", pom.replaceFirst("(?s)<profiles>.*", ""));
    }

    @Test
    void theBomListsEveryModuleThatIsPublished() throws IOException {
        TreeSet<String> published = new TreeSet<>(modules(PROJECT));
        published.removeAll(List.of("brain-bom", "brain-examples"));

        String bom = Files.readString(PROJECT.resolve("brain-bom/pom.xml"));
        String list = bom.substring(bom.indexOf("<dependencyManagement>"), bom.indexOf("</dependencyManagement>"));
        assertThat(new TreeSet<>(all("<artifactId>([^<]+)</artifactId>", list))).isEqualTo(published);
    }

    @Test
    void noExampleIsPublished() throws IOException {
        String pom = Files.readString(PROJECT.resolve("pom.xml"));
        TreeSet<String> examples = new TreeSet<>(List.of("brain-examples"));
        for (String module : modules(PROJECT.resolve("brain-examples"))) {
            String own = Files.readString(
                    PROJECT.resolve("brain-examples").resolve(module).resolve("pom.xml"));
            examples.add(all("<artifactId>([^<]+)</artifactId>", own).get(1));
        }
        assertThat(new TreeSet<>(all("<artifact>([^<]+)</artifact>", pom))).isEqualTo(examples);
    }

    @Test
    void theChangelogHasAPlaceForTheNextVersion() throws IOException {
        assertThat(Files.readString(PROJECT.resolve("CHANGELOG.md"))).contains("\n## [Unreleased]\n");
    }
}
