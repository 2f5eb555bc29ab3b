package dev.brain.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brain.config.SettingDefinition;
import dev.brain.jdbc.Profile;
import dev.brain.json.FileKeys;
import dev.brain.playwright.PlaywrightClaimStrategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares docs/reference.md with the declarations of keys and settings. With the system property {@code
 * brain.reference.write}, writes the page anew.
 */
class ReferencePageTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "reference.md");

    private static final String HEAD = """
            # Reference

            This page is for whoever writes a site file, a profile or a page file. It lists every key and setting, with its type,
            its default and its meaning in one line. It is made from the declarations in the code: see
            [building.md](building.md#the-reference).

            [write-a-site.md](write-a-site.md), [profiles.md](profiles.md) and [web-claims.md](web-claims.md) explain how to use
            them.
            """;

    @TempDir
    private Path folder;

    @Test
    void thePageListsWhatIsDeclared() throws IOException {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("\n## Sites\n\nThe keys of a site in a site file. `settings` holds the settings below.\n\n");
        List<JsonNode> settings = settings();
        table(page, settings.stream().filter(each -> isKey(each)).toList());
        page.append("\n## Settings of every site\n\n");
        table(
                page,
                settings.stream()
                        .filter(each -> each.get("provider").isNull() && !isKey(each))
                        .toList());
        for (String provider :
                List.of("source sql", "claim strategy sql", "claim strategy web", "payload builder mapping")) {
            page.append("\n## Settings of the ").append(provider).append("\n\n");
            table(
                    page,
                    settings.stream()
                            .filter(each -> (each.get("kind").asText() + " "
                                            + each.get("provider").asText())
                                    .equals(provider))
                            .toList());
        }
        page.append("\n## Keys of the setting web\n\nThey win over those of the page file.\n\n");
        head(page);
        for (SettingDefinition<?> key : PlaywrightClaimStrategy.SITE_KEYS) {
            row(page, key.name(), key.type().label(), key.isRequired(), key.defaultText(), key.description());
        }
        files(page, "Profiles", "a profile file", Profile.KEYS);
        files(page, "Page files", "a page file", PlaywrightClaimStrategy.KEYS);

        if (System.getProperty("brain.reference.write") != null) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page.toString());
    }

    /** Returns whether it is a key of the site itself: these are the declarations up to the one of all other settings. */
    private boolean isKey(JsonNode setting) {
        return setting.get("provider").isNull()
                && keys.contains(setting.get("name").asText());
    }

    private final List<String> keys = new ArrayList<>();

    private List<JsonNode> settings() throws IOException {
        List<JsonNode> settings = new ArrayList<>();
        String out = new Shell(folder).run("sites", "settings", "--json").out();
        new ObjectMapper().readTree(out).get("settings").forEach(settings::add);
        for (JsonNode setting : settings) {
            keys.add(setting.get("name").asText());
            if (setting.get("name").asText().equals("settings")) {
                break;
            }
        }
        return settings;
    }

    private static void table(StringBuilder page, List<JsonNode> settings) {
        head(page);
        for (JsonNode setting : settings) {
            row(
                    page,
                    setting.get("name").asText(),
                    setting.get("type").asText(),
                    setting.get("required").asBoolean(),
                    setting.get("default").isNull()
                            ? ""
                            : setting.get("default").asText(),
                    setting.get("description").asText());
        }
    }

    private static void files(StringBuilder page, String title, String file, List<FileKeys> declared) {
        page.append("\n## ")
                .append(title)
                .append("\n\nThe keys of ")
                .append(file)
                .append(":\n");
        for (FileKeys keys : declared) {
            if (!keys.place().isEmpty()) {
                page.append("\n### `")
                        .append(keys.place().replace(", ", "`, `"))
                        .append("`\n");
            }
            page.append('\n');
            head(page);
            for (FileKeys.Key key : keys.keys()) {
                String fallback = key.defaultText() == null ? "" : key.defaultText();
                row(page, key.name(), key.type(), key.isRequired(), fallback, key.description());
            }
        }
    }

    private static void head(StringBuilder page) {
        page.append("| key | type | default | |\n|---|---|---|---|\n");
    }

    private static void row(
            StringBuilder page, String name, String type, boolean isRequired, String fallback, String description) {
        page.append("| `%s` | %s | %s | %s |\n"
                .formatted(
                        name,
                        type,
                        isRequired ? "required" : fallback.isEmpty() ? "" : "`" + fallback + "`",
                        description.replace("|", "\\|")));
    }
}
