package dev.brain.sqlite;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.config.Settings;
import dev.brain.error.ConfigurationException;
import dev.brain.site.ReferencePattern;
import dev.brain.site.Site;
import dev.brain.store.StoredJson;
import dev.brain.text.Folding;
import dev.brain.text.Spelling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One site of a file: every problem goes to a list, so that all are told at once. */
final class SiteEntry {
    private static final List<String> REQUIRED = List.of("query_organisme", "filtro_texp", "regex_expediente");

    /** Texts that are settings of the site under the same name. */
    private static final List<String> SETTINGS;

    /** Known, and ours to write, not a file's: an export of the whole table has them. */
    private static final List<String> IGNORED = List.of("id", "last_sync_at", "created_at", "updated_at");

    private static final List<String> KEYS;

    static {
        List<String> settings = new ArrayList<>(SqliteSiteRegistry.COLUMN_SETTINGS);
        settings.add("profile");
        SETTINGS = List.copyOf(settings);
        List<String> keys = new ArrayList<>(List.of(
                "site_id",
                "regex_expediente",
                "url_template",
                "bot_username",
                "active",
                "priority",
                "max_claims",
                "source",
                "claim",
                "payload",
                "adopt_orphans",
                "settings"));
        keys.addAll(SETTINGS);
        keys.addAll(IGNORED);
        KEYS = List.copyOf(keys);
    }

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

    /** The site's id, as far as there is one. */
    Optional<String> id() {
        JsonNode id = node.path("site_id");
        return id.isTextual() ? Optional.of(id.textValue().strip()) : Optional.ofNullable(key);
    }

    /** The site; null if it has a problem. */
    @Nullable
    Site read() {
        if (!node.isObject()) {
            problems.add(place + ": it must be an object, not " + kind(node));
            return null;
        }
        int before = problems.size();
        unknownKeys();
        required();
        String id = siteId();
        String pattern = text("regex_expediente");
        pattern(pattern);
        Site.Builder builder = builder(id)
                .active(flag("active", true))
                .priority(Optional.ofNullable(integer("priority")).orElse(0))
                .maxClaims(maxClaims())
                .referencePattern(pattern == null ? "" : pattern)
                .urlTemplate(text("url_template"))
                .claimant(claimant())
                .source(name("source", Site.DEFAULT_PROVIDER))
                .claim(name("claim", Site.DEFAULT_PROVIDER))
                .payload(name("payload", Site.DEFAULT_PAYLOAD))
                .adoptOrphans(flag("adopt_orphans", false))
                .settings(settings());
        return problems.size() == before ? builder.build() : null;
    }

    static ObjectNode write(Site site) {
        ObjectNode node = StoredJson.MAPPER.createObjectNode();
        Settings settings = site.settings();
        node.put("site_id", site.id());
        settings.text("query_organisme").ifPresent(text -> node.put("query_organisme", text));
        settings.text("filtro_texp").ifPresent(text -> node.put("filtro_texp", text));
        node.put("regex_expediente", site.referencePattern());
        if (site.urlTemplate() != null) {
            node.put("url_template", site.urlTemplate());
        }
        if (site.claimant() != null) {
            node.put("bot_username", site.claimant().name());
        }
        node.put("active", site.active());
        if (site.priority() != 0) {
            node.put("priority", site.priority());
        }
        if (site.maxClaims() != null) {
            node.put("max_claims", site.maxClaims());
        }
        putUnless(node, "source", site.source(), Site.DEFAULT_PROVIDER);
        putUnless(node, "claim", site.claim(), Site.DEFAULT_PROVIDER);
        putUnless(node, "payload", site.payload(), Site.DEFAULT_PAYLOAD);
        if (site.adoptOrphans()) {
            node.put("adopt_orphans", true);
        }
        for (String name : List.of("profile", "login_url", "recursos_url", "notes")) {
            settings.text(name).ifPresent(text -> node.put(name, text));
        }
        Map<String, Object> others = new LinkedHashMap<>(settings.values());
        SETTINGS.forEach(others::remove);
        if (!others.isEmpty()) {
            node.set("settings", StoredJson.MAPPER.valueToTree(others));
        }
        return node;
    }

    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> "a text";
            case NUMBER -> "the number " + node;
            case BOOLEAN -> node.toString();
            case MISSING -> "nothing";
            default -> "null";
        };
    }

    private static void putUnless(ObjectNode node, String key, String value, String usual) {
        if (!value.equals(usual)) {
            node.put(key, value);
        }
    }

    private void problem(String field, String what) {
        problems.add(id().map(id -> "site " + id).orElse(place) + ": " + field + ": " + what);
    }

    private void unknownKeys() {
        node.fieldNames().forEachRemaining(name -> {
            if (!KEYS.contains(name)) {
                problem(name, "no such key" + nearest(name) + "; a setting of your own goes into \"settings\"");
            }
        });
    }

    /** A site that another source serves, or another profile, is not filtered by these two columns. */
    private void required() {
        boolean seed = (!node.hasNonNull("source")
                        || Site.DEFAULT_PROVIDER.equals(node.path("source").asText()))
                && !node.hasNonNull("profile");
        for (String name : REQUIRED) {
            JsonNode value = node.path(name);
            boolean absent = value.isMissingNode() || value.isNull();
            if (absent && (seed || name.equals("regex_expediente"))) {
                problem(name, "it is missing");
            } else if (value.isTextual() && value.textValue().isBlank()) {
                problem(name, "it is blank");
            }
        }
    }

    private String siteId() {
        String id = text("site_id");
        if (id == null && key == null) {
            problem("site_id", "it is missing");
        } else if (id != null && key != null && !id.equals(key)) {
            problem("site_id", "it is '" + id + "' under the key '" + key + "'; make them the same");
        }
        return id != null ? id : key != null ? key : "";
    }

    private Site.Builder builder(String id) {
        try {
            Site.builder(id).build();
            return Site.builder(id);
        } catch (ConfigurationException e) {
            if (!id.isEmpty()) {
                problem("site_id", String.valueOf(e.getMessage()));
            }
            return Site.builder("unknown");
        }
    }

    private void pattern(@Nullable String pattern) {
        if (pattern != null) {
            try {
                ReferencePattern.compile(pattern);
            } catch (ConfigurationException e) {
                problem("regex_expediente", String.valueOf(e.getMessage()));
            }
        }
    }

    private @Nullable Integer maxClaims() {
        Integer value = integer("max_claims");
        if (value != null && value < 1) {
            problem("max_claims", "it must be at least 1, not " + value);
            return null;
        }
        return value;
    }

    private @Nullable String claimant() {
        JsonNode value = node.path("bot_username");
        if (value.isTextual() && Folding.fold(value.textValue()).isEmpty()) {
            problem("bot_username", "it is blank; name one, or leave the key out");
            return null;
        }
        return text("bot_username");
    }

    private Settings settings() {
        Settings settings = Settings.none();
        for (String name : SETTINGS) {
            settings = settings.with(name, text(name));
        }
        JsonNode others = node.path("settings");
        if (others.isMissingNode() || others.isNull()) {
            return settings;
        }
        if (!others.isObject()) {
            problem("settings", "it must be an object, not " + kind(others));
            return settings;
        }
        for (Map.Entry<String, Object> other :
                StoredJson.MAPPER.convertValue(others, MAP).entrySet()) {
            if (KEYS.contains(other.getKey())) {
                problem("settings." + other.getKey(), "it belongs beside \"settings\", not into it");
            }
            settings = settings.with(other.getKey(), other.getValue());
        }
        return settings;
    }

    private String name(String field, String usual) {
        String value = text(field);
        return value == null ? usual : value;
    }

    /** Null if it is absent, null or blank. */
    private @Nullable String text(String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            problem(field, "it must be a text, not " + kind(value));
            return null;
        }
        return value.textValue().isBlank() ? null : value.textValue().strip();
    }

    private @Nullable Integer integer(String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            problem(field, "it must be a whole number, not " + kind(value));
            return null;
        }
        return value.intValue();
    }

    private boolean flag(String field, boolean usual) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return usual;
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (value.isInt() && (value.intValue() == 0 || value.intValue() == 1)) {
            return value.intValue() == 1;
        }
        problem(field, "it must be true or false, not " + kind(value));
        return usual;
    }

    private static String nearest(String name) {
        return Spelling.nearest(name, KEYS)
                .map(known -> ", did you mean '" + known + "'?")
                .orElse("");
    }
}
