package dev.brain.dashboard.internal.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.BrainOperations;
import dev.brain.config.SettingDefinition;
import dev.brain.dashboard.internal.web.View;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.site.SiteField;
import dev.brain.internal.site.SiteFile;
import dev.brain.internal.site.SiteSettings;
import dev.brain.site.Site;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A setting of a site.
 *
 * @param name its name
 * @param definition its declaration; null if nothing declares it
 * @param value its value as text; empty if it has none
 * @param isEditable whether its value can be changed here
 */
public record SiteSetting(String name, @Nullable SettingDefinition<?> definition, String value, boolean isEditable) {
    private static final JsonMapper JSON = new JsonMapper();

    /** What the page shows elsewhere, or what only groups the others. */
    private static final Set<String> NOT_LISTED =
            Set.of(SiteField.ID.name(), SiteField.ACTIVE.name(), SiteField.SETTINGS.name());

    /** Returns the settings that are declared for a site, in the order of their declaration, and then its other ones. */
    static List<SiteSetting> of(Site site, Optional<BrainOperations> brain) {
        List<SiteSetting> settings = new ArrayList<>();
        Set<String> others = new LinkedHashSet<>(site.settings().values().keySet());
        for (SettingDefinition<?> definition : declared(site, brain)) {
            String name = definition.name();
            others.remove(name);
            if (!NOT_LISTED.contains(name)) {
                Object value = value(site, name);
                settings.add(new SiteSetting(name, definition, text(value), definition.isEditable() && isPlain(value)));
            }
        }
        others.forEach(name -> settings.add(new SiteSetting(name, null, text(value(site, name)), false)));
        return settings;
    }

    private static List<SettingDefinition<?>> declared(Site site, Optional<BrainOperations> brain) {
        try {
            return brain.map(operations -> operations.settings(site)).orElseGet(SiteSettings::everySite);
        } catch (ConfigurationException e) {
            // a check shows it
            return SiteSettings.everySite();
        }
    }

    private static @Nullable Object value(Site site, String name) {
        for (SiteField field : SiteField.ALL) {
            if (field.name().equals(name) && field.property() != null) {
                return field.get(site);
            }
        }
        return site.settings().value(name).orElse(null);
    }

    /** Returns a site as a site file has it. */
    static ObjectNode entry(Site site) {
        try {
            return (ObjectNode) JSON.readTree(SiteFile.write(List.of(site))).at("/configs/0");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a site file can't be read back", e);
        }
    }

    private static boolean isPlain(@Nullable Object value) {
        return value == null || value instanceof String || value instanceof Number || value instanceof Boolean;
    }

    private static String text(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        try {
            return isPlain(value) ? value.toString() : JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a setting is no JSON", e);
        }
    }

    /** Returns whether the value takes more than a line, or may. */
    public boolean isLong() {
        return name.equals("notes") || value.length() > 60;
    }

    /** Returns whether it is true or false. */
    public boolean isFlag() {
        return definition != null && definition.type().label().equals("true or false");
    }

    /** Returns the value of a site that has none of its own, as text; empty if there is none. */
    public String defaultText() {
        return definition == null ? "" : definition.defaultText();
    }

    /** Returns what it means, in the language of the viewer if the dashboard knows the setting. */
    public String description(View view) {
        return definition == null ? "" : view.textOr("setting." + name, definition.description());
    }

    /** Returns which values it takes, in the language of the viewer if the dashboard knows the type. */
    public String type(View view) {
        String label = definition == null ? "" : definition.type().label();
        return view.textOr("type." + label.replaceAll("[^A-Za-z0-9]+", "-").toLowerCase(Locale.ROOT), label);
    }
}
