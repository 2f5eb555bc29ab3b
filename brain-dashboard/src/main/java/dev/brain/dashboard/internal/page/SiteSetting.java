package dev.brain.dashboard.internal.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.brain.config.SettingDefinition;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.site.SiteFile;
import dev.brain.internal.site.SiteSettings;
import dev.brain.site.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A setting of a site: one that is declared for every site, which can be changed, or one that only the site has.
 *
 * @param value its value as text; empty if it has none
 * @param description what it means; empty if nothing declares it
 * @param isDeclared whether it can be changed here
 */
public record SiteSetting(String name, String value, String description, String label, boolean isDeclared) {
    /** These have actions of their own, or tell the site from others. */
    private static final Set<String> FIXED = Set.of("site_id", "active", "settings");

    private static final JsonMapper JSON = new JsonMapper();

    static List<SiteSetting> of(Site site) {
        ObjectNode entry = entry(site);
        List<SiteSetting> settings = new ArrayList<>();
        for (SettingDefinition<?> definition : SiteSettings.everySite()) {
            if (!FIXED.contains(definition.name())) {
                settings.add(new SiteSetting(
                        definition.name(),
                        text(value(entry, definition.name())),
                        definition.description(),
                        definition.type().label(),
                        true));
            }
        }
        entry.path("settings").properties().forEach(own -> {
            if (settings.stream().noneMatch(declared -> declared.name().equals(own.getKey()))) {
                settings.add(new SiteSetting(own.getKey(), text(own.getValue()), "", "", false));
            }
        });
        return settings;
    }

    static Optional<SiteSetting> find(Site site, String name) {
        return of(site).stream()
                .filter(setting -> setting.isDeclared() && setting.name().equals(name))
                .findFirst();
    }

    /**
     * Returns the site with another value of this setting, as an import would read it; without the setting if it is empty.
     *
     * @throws ConfigurationException if that is no valid site
     */
    Site change(Site site, String text) {
        if (text.isEmpty()) {
            return read(site, null);
        }
        try {
            return read(site, TextNode.valueOf(text));
        } catch (ConfigurationException e) {
            Optional<JsonNode> other = other(text);
            if (other.isPresent()) {
                return read(site, other.get());
            }
            throw e;
        }
    }

    private Site read(Site site, @Nullable JsonNode value) {
        ObjectNode entry = entry(site);
        boolean isField = SiteSettings.isField(name);
        ObjectNode place = isField ? entry : entry.withObjectProperty("settings");
        if (value == null) {
            place.remove(name);
        } else {
            place.set(name, value);
        }
        ObjectNode file = JSON.createObjectNode();
        file.putArray("configs").add(entry);
        Site changed = SiteFile.parse(file.toString(), "the site").get(0);
        for (SettingDefinition<?> definition : SiteSettings.everySite()) {
            if (definition.name().equals(name) && !isField) {
                definition.problem(changed.settings()).ifPresent(problem -> {
                    throw new ConfigurationException(problem);
                });
            }
        }
        return changed;
    }

    private static Optional<JsonNode> other(String text) {
        if (text.equals("true") || text.equals("false")) {
            return Optional.of(BooleanNode.valueOf(text.equals("true")));
        }
        return text.matches("-?\\d{1,18}") ? Optional.of(LongNode.valueOf(Long.parseLong(text))) : Optional.empty();
    }

    private static ObjectNode entry(Site site) {
        try {
            return (ObjectNode) JSON.readTree(SiteFile.write(List.of(site))).get("configs").get(0);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a site file can't be read again", e);
        }
    }

    private static JsonNode value(ObjectNode entry, String name) {
        JsonNode field = entry.path(name);
        return field.isMissingNode() ? entry.path("settings").path(name) : field;
    }

    private static String text(JsonNode value) {
        return value.isMissingNode() || value.isNull() ? "" : value.isValueNode() ? value.asText() : value.toString();
    }
}
