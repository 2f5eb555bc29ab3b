package dev.brain.dashboard.internal.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesTest {
    private static final Pattern KEY = Pattern.compile("\"([a-z][A-Za-z]*(?:\\.[A-Za-z0-9_]+)+)\"");
    private static final Pattern ERROR =
            Pattern.compile("HttpException\\(\\d+, (?:[a-zA-Z.()]+ \\? )?\"(\\w+)\"(?: : \"(\\w+)\")?");

    private static ResourceBundle bundle(String language) {
        return ResourceBundle.getBundle("dev.brain.dashboard.internal.web.messages", Locale.forLanguageTag(language));
    }

    @Test
    void everyLanguageHasTheSameTexts() {
        Set<String> keys = new TreeSet<>(bundle("en").keySet());
        for (String language : Messages.LANGUAGES) {
            assertThat(bundle(language).getLocale().getLanguage()).isEqualTo(language);
            assertThat(new TreeSet<>(bundle(language).keySet())).as(language).isEqualTo(keys);
        }
    }

    /** MessageFormat would swallow it, and with it the braces after it. */
    @Test
    void noTextHasAStraightApostrophe() {
        for (String language : Messages.LANGUAGES) {
            ResourceBundle bundle = bundle(language);
            assertThat(bundle.keySet())
                    .as(language)
                    .noneMatch(key -> bundle.getString(key).contains("'"));
        }
    }

    @Test
    void everyTextThatIsUsedIsThere() throws IOException {
        Set<String> used = new TreeSet<>();
        for (String folder : List.of("src/main/jte", "src/main/java/dev/brain/dashboard/internal")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Matcher keys = KEY.matcher(Files.readString(file));
                    while (keys.find()) {
                        used.add(keys.group(1));
                    }
                    Matcher errors = ERROR.matcher(Files.readString(file));
                    while (errors.find()) {
                        used.add("error." + errors.group(1));
                        Optional.ofNullable(errors.group(2)).ifPresent(key -> used.add("error." + key));
                    }
                }
            }
        }
        used.removeIf(text -> text.matches(".*\\.(css|js|svg)") || text.startsWith("dev.") || text.startsWith("htmx."));
        assertThat(used).contains("sites.title", "error.notFound", "error.readOnly");
        assertThat(bundle("en").keySet()).containsAll(used);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "- | - | en",
                "- | es-ES,es;q=0.9 | es",
                "- | ca, es;q=0.5 | ca",
                "- | fr, de | en",
                "- | ;;;q=x,%% | en",
                "ca | es | ca",
                "fr | es | es",
                "../x | - | en"
            })
    void theChosenLanguageWinsOverTheBrowsers(String chosen, String accepted, String language) {
        assertThat(Messages.of(Optional.ofNullable(chosen), Optional.ofNullable(accepted))
                        .locale()
                        .getLanguage())
                .isEqualTo(language);
    }
}
