package dev.brain.jdbc;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a profile's JSON, strictly: an unknown or misspelt key is an error that names it. */
final class ProfileReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String origin;

    private ProfileReader(String origin) {
        this.origin = origin;
    }

    static Profile read(String json, String origin) {
        return new ProfileReader(origin).profile(json);
    }

    private Profile profile(String json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(
                    origin + ": line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ": " + e.getOriginalMessage(),
                    e);
        }
        ObjectNode node = object(root, "profile");
        known(
                node,
                "profile",
                Set.of(
                        "name",
                        "notes",
                        "table",
                        "id",
                        "idType",
                        "reference",
                        "columns",
                        "parameters",
                        "scope",
                        "free",
                        "candidates",
                        "owner",
                        "ours",
                        "claim",
                        "release",
                        "children",
                        "payload"));
        try {
            return new Profile(
                    text(node, "name"),
                    List.of(text(node, "table").split("\\.")),
                    text(node, "id"),
                    idType(node, "idType"),
                    text(node, "reference"),
                    texts(node, "columns"),
                    parameters(node),
                    text(node, "scope", "1 = 1"),
                    text(node, "free"),
                    text(node, "candidates", "1 = 1"),
                    text(node, "owner"),
                    text(node, "ours", "1 = 1"),
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
            String name = entry.getKey();
            ObjectNode spec = object(entry.getValue(), "parameters." + name);
            known(spec, "parameters." + name, Set.of("setting", "split", "type", "default"));
            String type = text(spec, "type", "text");
            if (!Set.of("text", "integer").contains(type)) {
                throw wrong("parameters." + name + ".type is \"text\" or \"integer\", not \"" + type + "\"");
            }
            parameters.put(
                    name,
                    new Profile.Parameter(
                            text(spec, "setting"),
                            spec.has("split") ? text(spec, "split") : null,
                            type.equals("integer"),
                            spec.has("default") ? spec.get("default").asText() : null));
        }
        return parameters;
    }

    private Map<String, Profile.Child> children(ObjectNode node) {
        Map<String, Profile.Child> children = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : entries(node, "children")) {
            String name = entry.getKey();
            ObjectNode spec = object(entry.getValue(), "children." + name);
            known(
                    spec,
                    "children." + name,
                    Set.of("table", "key", "keyType", "parent", "columns", "orderBy", "single"));
            children.put(
                    name,
                    new Profile.Child(
                            List.of(text(spec, "table").split("\\.")),
                            text(spec, "key"),
                            idType(spec, "keyType"),
                            text(spec, "parent"),
                            texts(spec, "columns"),
                            text(spec, "orderBy", text(spec, "key")),
                            spec.path("single").asBoolean(false)));
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
        if (value.isIntegralNumber()) {
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

    private IdType idType(ObjectNode node, String key) {
        String text = text(node, key, "integer");
        try {
            return IdType.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw wrong(key + " is \"integer\", \"decimal\" or \"text\", not \"" + text + "\"");
        }
    }

    /** The entries of an object within, in their order; none if it isn't there. */
    private Set<Map.Entry<String, JsonNode>> entries(ObjectNode node, String key) {
        return node.has(key) ? object(node.get(key), key).properties() : Set.of();
    }

    private ObjectNode object(JsonNode node, String where) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw wrong("\"" + where + "\" must be an object");
    }

    private void known(ObjectNode node, String where, Set<String> keys) {
        node.fieldNames().forEachRemaining(key -> {
            if (!keys.contains(key)) {
                throw wrong("\"" + where + "\" has the unknown key \"" + key + "\"; known are "
                        + String.join(", ", keys.stream().sorted().toList()));
            }
        });
    }

    private String text(ObjectNode node, String key) {
        JsonNode value = node.get(key);
        if (value == null || !value.isTextual() || value.textValue().isBlank()) {
            throw wrong("\"" + key + "\" must be given as a text");
        }
        return value.textValue();
    }

    private String text(ObjectNode node, String key, String fallback) {
        return node.has(key) ? text(node, key) : fallback;
    }

    private List<String> texts(ObjectNode node, String key) {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : node.path(key)) {
            if (!value.isTextual()) {
                throw wrong("\"" + key + "\" must be a list of texts");
            }
            texts.add(value.textValue());
        }
        if (texts.isEmpty()) {
            throw wrong("\"" + key + "\" must be a list of texts with at least one");
        }
        return texts;
    }

    private ConfigurationException wrong(String message) {
        return new ConfigurationException(origin + ": " + message);
    }
}
