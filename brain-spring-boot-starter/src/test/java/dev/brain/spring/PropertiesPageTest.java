package dev.brain.spring;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The table of properties in docs/spring-boot.md is that of the metadata. */
class PropertiesPageTest {
    @Test
    void everyPropertyIsInThePageAsInTheMetadata() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "spring-boot.md"));
        List<String> documented = page.substring(
                        page.indexOf("<!-- properties -->"), page.indexOf("<!-- /properties -->"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(documented).containsExactlyElementsOf(rows());
    }

    private static List<String> rows() throws IOException {
        try (InputStream in = requireNonNull(
                PropertiesPageTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            return StreamSupport.stream(
                            new ObjectMapper().readTree(in).get("properties").spliterator(), false)
                    .filter(property -> property.path("name").asText().startsWith("brain."))
                    .map(PropertiesPageTest::row)
                    .sorted()
                    .toList();
        }
    }

    private static String row(JsonNode property) {
        assertThat(property.path("description").asText())
                .as(property.path("name").asText())
                .endsWith(".");
        String value = property.path("defaultValue").asText();
        return "| `" + property.path("name").asText() + "` | " + (value.isEmpty() ? "" : "`" + value + "`") + " | "
                + property.path("description").asText().replaceAll("\\.$", "") + " |";
    }
}
