package dev.brain.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.text.Spelling;
import dev.brain.json.FileKeys;
import dev.brain.json.JsonFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the JSON of a profile strictly. An unknown key is an error that names it. */
final class ProfileReader {
    private final String origin;

    private ProfileReader(String origin) {
        this.origin = origin;
    }

    static Profile read(JsonFile file) {
        return new ProfileReader(file.origin()).profile(file.parse());
    }

    private Profile profile(JsonNode root) {
        ObjectNode node = object(root, "profile");
        known(node, "profile", ProfileKeys.PROFILE);
        try {
            return new Profile(
                    text(node, "", "name"),
                    table(node, ""),
                    text(node, "", "id"),
                    idType(node, "", "idType"),
                    text(node, "", "reference"),
                    node.has("deadline") ? text(node, "", "deadline") : null,
                    texts(node, "", "columns"),
                    parameters(node),
                    text(node, "", "scope"),
                    text(node, "", "free"),
                    text(node, "", "candidates"),
                    text(node, "", "owner"),
                    text(node, "", "ours"),
                    constants(node, "claim", Profile.CLAIMANT),
                    constants(node, "release", Profile.ORIGINAL),
                    children(node),
                    node.has("payload") ? object(node.get("payload"), "payload") : null);
        } catch (ConfigurationException e) {
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(origin) ? e : wrong(message);
        }
    }

    private Map<String, Profile.Parameter> parameters(ObjectNode node) {
        Map<String, Profile.Parameter> parameters = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : entries(node, "parameters")) {
            String where = "parameters." + entry.getKey();
            ObjectNode spec = object(entry.getValue(), where);
            known(spec, where, ProfileKeys.PARAMETER);
            String type = text(spec, where, "type");
            if (!Set.of("text", "integer").contains(type)) {
                throw wrong(where + ".type is \"text\" or \"integer\", not \"" + type + "\"");
            }
            parameters.put(
                    entry.getKey(),
                    new Profile.Parameter(
                            text(spec, where, "setting"),
                            spec.has("split") ? text(spec, where, "split") : null,
                            type.equals("integer"),
                            fallback(spec, where)));
        }
        return parameters;
    }

    private Map<String, Profile.Child> children(ObjectNode node) {
        Map<String, Profile.Child> children = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : entries(node, "children")) {
            String where = "children." + entry.getKey();
            ObjectNode spec = object(entry.getValue(), where);
            known(spec, where, ProfileKeys.CHILD);
            children.put(
                    entry.getKey(),
                    new Profile.Child(
                            table(spec, where),
                            text(spec, where, "key"),
                            idType(spec, where, "keyType"),
                            text(spec, where, "parent"),
                            texts(spec, where, "columns"),
                            text(spec, where, spec.has("orderBy") ? "orderBy" : "key"),
                            flag(spec, where, "single")));
        }
        return children;
    }

    private Map<String, @Nullable Object> constants(ObjectNode node, String key, String parameter) {
        Map<String, @Nullable Object> constants = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : entries(node, key)) {
            String column = entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isTextual()
                    && value.textValue().startsWith(":")
                    && !value.textValue().equals(parameter)) {
                throw wrong(key + "." + column + " may name no parameter but " + parameter + ", not " + value);
            }
            constants.put(column, constant(value, key + "." + column));
        }
        return constants;
    }

    private @Nullable Object constant(JsonNode value, String where) {
        if (value.isNull()) {
            return null;
        }
        if (value.isTextual()) {
            return value.textValue();
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.longValue();
        }
        if (value.isNumber()) {
            return value.decimalValue();
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        throw wrong(where + " must be a text, a number, true, false or null");
    }

    private IdType idType(ObjectNode node, String where, String key) {
        String text = text(node, where, key);
        try {
            return IdType.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw wrong("\"" + path(where, key) + "\" is \"integer\", \"decimal\" or \"text\", not \"" + text + "\"");
        }
    }

    private List<String> table(ObjectNode node, String where) {
        return QualifiedName.parts(text(node, where, "table"));
    }

    private @Nullable String fallback(ObjectNode node, String where) {
        JsonNode value = node.get("default");
        if (value == null) {
            return null;
        }
        if (!value.isTextual() && !value.isNumber() && !value.isBoolean()) {
            throw wrong("\"" + path(where, "default") + "\" must be a text or a number");
        }
        return value.asText();
    }

    private boolean flag(ObjectNode node, String where, String key) {
        JsonNode value = node.path(key);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw wrong("\"" + path(where, key) + "\" must be true or false");
        }
        return value.asBoolean(
                Boolean.parseBoolean(ProfileKeys.at(where).defaultText(key).orElseThrow()));
    }

    /** Returns the entries of a nested object in their order; none if it is absent. */
    private Set<Map.Entry<String, JsonNode>> entries(ObjectNode node, String key) {
        return node.has(key) ? object(node.get(key), key).properties() : Set.of();
    }

    private ObjectNode object(JsonNode node, String where) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw wrong("\"" + where + "\" must be an object");
    }

    private void known(ObjectNode node, String where, FileKeys keys) {
        node.fieldNames().forEachRemaining(key -> {
            if (!keys.names().contains(key)) {
                throw wrong("\"" + where + "\" has the unknown key \"" + key + "\""
                        + Spelling.hint(key, keys.names().stream().sorted().toList()));
            }
        });
    }

    /** Returns a text, or the default of its key. */
    private String text(ObjectNode node, String where, String key) {
        JsonNode value = node.get(key);
        Optional<String> fallback = ProfileKeys.at(where).defaultText(key);
        if (value == null && fallback.isPresent()) {
            return fallback.get();
        }
        if (value == null || !value.isTextual() || value.textValue().isBlank()) {
            throw wrong("\"" + path(where, key) + "\" must be given as a text");
        }
        return value.textValue();
    }

    private List<String> texts(ObjectNode node, String where, String key) {
        List<String> texts = new ArrayList<>();
        JsonNode list = node.path(key);
        for (JsonNode value : list) {
            texts.add(value.isTextual() ? value.textValue() : "");
        }
        if (!list.isArray() || texts.isEmpty() || texts.contains("")) {
            throw wrong("\"" + path(where, key) + "\" must be a list of texts with at least one");
        }
        return texts;
    }

    private static String path(String where, String key) {
        return where.isEmpty() ? key : where + "." + key;
    }

    private ConfigurationException wrong(String message) {
        return new ConfigurationException(origin + ": " + message);
    }
}
