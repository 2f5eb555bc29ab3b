package dev.brain.internal.site;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.text.Spelling;
import dev.brain.json.JsonFile;
import dev.brain.site.Site;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One site of a site file. Its problems are added to a list, so that all problems of a file are reported at once. */
final class SiteEntry {
    private static final List<String> KEYS =
            SiteField.ALL.stream().map(SiteField::name).toList();

    private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};

    private final String place;
    private final @Nullable String key;
    private final JsonNode node;
    private final List<String> problems;

    /** @param key the site's id, where the file has it as a key */
    SiteEntry(String place, @Nullable String key, JsonNode node, List<String> problems) {
        this.place = place;
        this.key = key;
        this.node = node;
        this.problems = problems;
    }

    /** Returns the site's id; empty if the entry has none. */
    Optional<String> id() {
        JsonNode id = node.path(SiteField.ID.name());
        return id.isTextual() ? Optional.of(id.textValue().strip()) : Optional.ofNullable(key);
    }

    /** Returns the site; null if it has a problem. */
    @Nullable
    Site read() {
        if (!node.isObject()) {
            problems.add(place + ": it must be an object, not " + JsonFile.kind(node));
            return null;
        }
        int before = problems.size();
        unknownKeys();
        String id = siteId();
        Map<SiteField, Object> values = new LinkedHashMap<>();
        for (SiteField field : SiteField.ALL) {
            if (field.property() != null && !field.equals(SiteField.ID)) {
                Object value = checked(field, field.property());
                if (value != null) {
                    values.put(field, value);
                }
            }
        }
        return problems.size() == before ? SiteField.read(id, values::get) : null;
    }

    /** Values that a site has anyway are omitted, except whether it is active. */
    static ObjectNode write(Site site) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        for (SiteField field : SiteField.ALL) {
            Object value = field.get(site);
            boolean isAlwaysWritten = field.isRequired() || field.equals(SiteField.ACTIVE);
            if (value != null && (isAlwaysWritten || !value.equals(field.defaultValue()))) {
                entry.set(field.name(), JsonFile.MAPPER.valueToTree(value));
            }
        }
        return entry;
    }

    private void problem(String field, String what) {
        problems.add(id().map(id -> "site " + id).orElse(place) + ": " + field + ": " + what);
    }

    private void unknownKeys() {
        node.fieldNames().forEachRemaining(name -> {
            if (!KEYS.contains(name)) {
                String nearest = Spelling.nearest(name, KEYS)
                        .map(known -> ", did you mean '" + known + "'?")
                        .orElse("");
                problem(name, "no such key" + nearest + "; a setting of your own goes into \"settings\"");
            }
        });
    }

    private String siteId() {
        String name = SiteField.ID.name();
        Object value = value(SiteField.ID, node.path(name));
        String id = value == null ? null : ((String) value).strip();
        if (id == null && key == null) {
            problem(name, "it is missing");
        } else if (id != null && key != null && !id.equals(key)) {
            problem(name, "it is '" + id + "' under the key '" + key + "'; make them the same");
        }
        String found = id != null ? id : key != null ? key : "";
        try {
            Site.builder(found).build();
        } catch (ConfigurationException e) {
            if (!found.isEmpty()) {
                problem(name, String.valueOf(e.getMessage()));
            }
        }
        return found;
    }

    /** Returns a field's value; null if it is absent or has a problem. */
    private @Nullable Object checked(SiteField field, SiteField.Property property) {
        JsonNode given = node.path(field.name());
        Object value = value(field, given);
        if (field.isRequired() && isRequired(field) && (given.isMissingNode() || given.isNull())) {
            problem(field.name(), "it is missing");
        } else if (field.isRequired() && given.isTextual() && given.textValue().isBlank()) {
            problem(field.name(), "it is blank");
        } else if (value != null) {
            try {
                property.check().accept(value);
                return value instanceof String text ? present(text) : value;
            } catch (ConfigurationException e) {
                problem(field.name(), String.valueOf(e.getMessage()));
            }
        }
        return null;
    }

    /** A site that another source serves, or another profile, need not have the settings of the default one. */
    private boolean isRequired(SiteField field) {
        JsonNode source = node.path("source");
        return !field.isSetting()
                || (!node.hasNonNull("profile")
                        && (source.isMissingNode()
                                || source.isNull()
                                || Site.DEFAULT_PROVIDER.equals(source.asText())));
    }

    private static @Nullable String present(String text) {
        return text.isBlank() ? null : text.strip();
    }

    /** Returns a field's value as it stands in the file; null if it is absent, null, or of another type. */
    private @Nullable Object value(SiteField field, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        return switch (field.type()) {
            case TEXT -> value.isTextual() ? value.textValue() : wrong(field, "a text", value);
            case INTEGER ->
                value.isIntegralNumber() && value.canConvertToInt()
                        ? value.intValue()
                        : wrong(field, "a whole number", value);
            case FLAG ->
                value.isBoolean() || (value.isInt() && (value.intValue() == 0 || value.intValue() == 1))
                        ? value.asBoolean()
                        : wrong(field, "true or false", value);
            case OBJECT -> value.isObject() ? settings(value) : wrong(field, "an object", value);
            case TIME -> null;
        };
    }

    private @Nullable Object wrong(SiteField field, String expected, JsonNode value) {
        problem(field.name(), "it must be " + expected + ", not " + JsonFile.kind(value));
        return null;
    }

    private Map<String, Object> settings(JsonNode value) {
        Map<String, Object> settings = JsonFile.MAPPER.convertValue(value, MAP);
        settings.keySet().stream()
                .filter(KEYS::contains)
                .forEach(name ->
                        problem(SiteField.SETTINGS.name() + "." + name, "it belongs beside \"settings\", not into it"));
        return settings;
    }
}
