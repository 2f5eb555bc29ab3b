package dev.brain.examples;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The types of the core that everybody may use: there are few, each has a reason in docs/api.md, and a stability. */
class PublicTypesTest {
    private static final int MOST = 58;

    private static final Path SOURCES = Path.of("../../brain-core/src/main/java");
    private static final Pattern EXPORT = Pattern.compile("exports (dev[\\w.]*);");
    private static final Pattern TYPE = Pattern.compile(
            "^public (?:[a-z-]+ )*(?:class|interface|@interface|record|enum) (\\w+)", Pattern.MULTILINE);
    private static final Pattern STABILITY = Pattern.compile("^ \\* @stability (\\S+)$", Pattern.MULTILINE);
    private static final Pattern ROW =
            Pattern.compile("^\\| `([\\w.]+)` \\| (stable|evolving) \\| \\S.* \\|$", Pattern.MULTILINE);

    /** By the name relative to {@code dev.brain}, the stability that the Javadoc states; "" if it states none. */
    private static final Map<String, String> TYPES = new TreeMap<>();

    @BeforeAll
    static void readSources() throws IOException {
        String module = Files.readString(SOURCES.resolve("module-info.java"));
        List<String> packages = all(EXPORT, module).map(found -> found.group(1)).toList();
        assertThat(packages).contains("dev.brain", "dev.brain.site").doesNotContain("dev.brain.store");
        for (String exported : packages) {
            try (Stream<Path> files = Files.list(SOURCES.resolve(exported.replace('.', '/')))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    read(exported, Files.readString(file));
                }
            }
        }
    }

    private static void read(String exported, String source) {
        all(TYPE, source).forEach(type -> {
            String comment = source.substring(0, type.start());
            String javadoc = comment.substring(Math.max(0, comment.lastIndexOf("/**")));
            Matcher stability = STABILITY.matcher(javadoc);
            TYPES.put(
                    (exported + "." + type.group(1)).substring("dev.brain.".length()),
                    stability.find() ? stability.group(1) : "");
        });
    }

    @Test
    void thereAreFew() {
        assertThat(TYPES.keySet())
                .as("types for everybody; keep a type in a package that is exported to Brain's own modules only")
                .hasSizeBetween(30, MOST);
    }

    @Test
    void eachHasAReasonAndItsStabilityInTheDocs() throws IOException {
        Map<String, String> documented = all(ROW, Files.readString(Path.of("../../docs/api.md")))
                .collect(toMap(row -> row.group(1), row -> row.group(2)));
        assertThat(documented)
                .as("docs/api.md and the tag @stability of each type")
                .isEqualTo(TYPES);
    }

    private static Stream<MatchResult> all(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }
}
