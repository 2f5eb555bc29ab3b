package dev.brain.playwright;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.text.Spelling;
import dev.brain.json.FileKeys;
import dev.brain.json.JsonFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A JSON object of a page file. Every error names the file and the key. */
final class PageNode {
    private static final List<String> KINDS = List.of("role", "label", "text", "css", "testId");

    private final String origin;
    private final String where;
    private final JsonNode node;
    private final FileKeys keys;

    private PageNode(String origin, String where, JsonNode node) {
        this(origin, where, node, FileKeys.of(where));
    }

    private PageNode(String origin, String where, JsonNode node, FileKeys keys) {
        this.origin = origin;
        this.where = where;
        this.node = node;
        this.keys = keys;
    }

    /**
     * Parses a whole page file.
     *
     * @param overlay values that replace the file's own, by key
     */
    static PageNode parse(String origin, String json, Map<String, Object> overlay) {
        JsonNode root = new JsonFile(origin, json).parse();
        if (root instanceof ObjectNode object) {
            overlay.forEach((key, value) -> object.set(key, JsonFile.MAPPER.valueToTree(value)));
        }
        return new PageNode(origin, "", root);
    }

    boolean has(String key) {
        return node.has(key);
    }

    /** Returns an object within this one; an empty one if it is absent. */
    PageNode child(String key) {
        return new PageNode(origin, at(key), node.path(key));
    }

    PageNode required(String key) {
        check(key);
        return child(key);
    }

    private JsonNode check(String key) {
        if (!node.has(key)) {
            throw wrong(at(key) + " is missing");
        }
        return node.get(key);
    }

    /** Refuses all other keys. Returns this object with their defaults. */
    PageNode known(FileKeys known) {
        if (node.isObject()) {
            node.fieldNames().forEachRemaining(name -> {
                if (!known.names().contains(name)) {
                    throw wrong(at(name) + " is unknown" + Spelling.hint(name, known.names()));
                }
            });
        } else if (!node.isMissingNode()) {
            throw wrong((where.isEmpty() ? "it" : where) + " must be an object");
        }
        return new PageNode(origin, where, node, known);
    }

    /** Returns the only one of these keys that this object has. */
    String one(List<String> keys) {
        List<String> found = keys.stream().filter(node::has).toList();
        if (found.size() != 1) {
            throw wrong(where + " must have one of " + String.join(", ", keys.subList(0, keys.size() - 1)) + " and "
                    + keys.get(keys.size() - 1));
        }
        return found.get(0);
    }

    /** Returns a text, or the default of its key. */
    String text(String key) {
        return node.has(key) ? given(key) : keys.defaultText(key).orElseGet(() -> given(key));
    }

    private String given(String key) {
        JsonNode value = check(key);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw wrong(at(key) + " must be a text");
        }
        return value.textValue();
    }

    @Nullable
    String optionalText(String key) {
        return node.has(key) ? given(key) : null;
    }

    /** Returns one of these texts, or the default of its key. */
    String choice(String key, List<String> choices) {
        String value = text(key);
        if (!choices.contains(value)) {
            throw wrong(at(key) + " must be \"" + String.join("\" or \"", choices) + "\", not \"" + value + "\"");
        }
        return value;
    }

    boolean flag(String key) {
        return flag(key, Boolean.parseBoolean(declared(key)));
    }

    private boolean flag(String key, boolean fallback) {
        return node.path(key).asBoolean(fallback);
    }

    int positive(String key) {
        int value = node.has(key) ? node.path(key).asInt(0) : Integer.parseInt(declared(key));
        if (value < 1) {
            throw wrong(at(key) + " must be a whole number of at least 1");
        }
        return value;
    }

    private String declared(String key) {
        return keys.defaultText(key).orElseThrow();
    }

    /** Returns the values of a list as texts. If it is absent, returns the default of its key, or none. */
    List<String> texts(String key) {
        if (!node.has(key)) {
            return keys.defaultText(key)
                    .map(text -> List.of(text.split(", ", -1)))
                    .orElse(List.of());
        }
        List<String> texts = new ArrayList<>();
        node.path(key).forEach(item -> texts.add(item.asText()));
        return List.copyOf(texts);
    }

    /** Returns the values of an object as texts, by their keys; empty if it is absent. */
    Map<String, String> entries(String key) {
        Map<String, String> entries = new TreeMap<>();
        node.path(key)
                .properties()
                .forEach(entry -> entries.put(entry.getKey(), entry.getValue().asText()));
        return Map.copyOf(entries);
    }

    /** Returns the objects of a list; empty if it is absent. */
    List<PageNode> list(String key) {
        List<PageNode> list = new ArrayList<>();
        int number = 0;
        for (JsonNode item : node.path(key)) {
            list.add(new PageNode(origin, at(key) + "[" + number++ + "]", item));
        }
        return list;
    }

    ElementLocator locator(String key) {
        return required(key).asLocator();
    }

    @Nullable
    ElementLocator optionalLocator(String key) {
        return node.has(key) ? locator(key) : null;
    }

    /** Returns whether this object names a locator, in addition to other keys. */
    boolean hasLocator() {
        return KINDS.stream().anyMatch(node::has);
    }

    /** Returns this object as a locator. */
    ElementLocator asLocator() {
        return asLocator(FileKeys.of(where));
    }

    /**
     * Returns this object as a locator.
     *
     * @param more keys that it may have in addition to those of a locator
     */
    ElementLocator asLocator(FileKeys more) {
        known(PageKeys.LOCATOR.and(more));
        String kind = one(KINDS);
        ElementLocator.By by = switch (kind) {
            case "role" -> ElementLocator.By.ROLE;
            case "label" -> ElementLocator.By.LABEL;
            case "text" -> ElementLocator.By.TEXT;
            case "css" -> ElementLocator.By.CSS;
            default -> ElementLocator.By.TEST_ID;
        };
        // a mark may be part of a sentence; a button's name must match as a whole
        boolean exact = flag("exact", by != ElementLocator.By.TEXT);
        return new ElementLocator(by, given(kind), optionalText("name"), exact, optionalLocator("frame"));
    }

    String key() {
        return where;
    }

    private String at(String key) {
        return where.isEmpty() ? key : where + "." + key;
    }

    ConfigurationException wrong(String message) {
        return new ConfigurationException(origin + ": " + message);
    }
}
