package dev.brain.playwright;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.config.Settings;
import dev.brain.error.ConfigurationException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a page file strictly: an unknown key is an error that names it. */
final class PageReader {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String origin;
    private final Settings site;

    PageReader(String origin, Settings site) {
        this.origin = origin;
        this.site = site;
    }

    PageSettings read(String json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw wrong("line " + e.getLocation().getLineNr() + ": " + e.getOriginalMessage());
        }
        known(root, "", "name notes base account login user expired claim release secrets way trace lanes limits");
        for (String key : site.values().keySet()) {
            if (!Set.of("base", "way", "trace", "lanes").contains(key)) {
                throw new ConfigurationException(
                        "the setting 'web' has an unknown key '" + key + "': it takes base, way, trace and lanes");
            }
        }
        JsonNode account = root.path("account");
        known(account, "account", "name password");
        PageSettings.Press claim = press(required(root, "", "claim"), "claim");
        String way = site.text("way").orElse(text(root, "", "way", "ui"));
        if (!way.equals("ui") && !way.equals("form")) {
            throw wrong("way is \"ui\" or \"form\", not \"" + way + "\"");
        }
        if (way.equals("form")) {
            checkForm(claim);
        }
        return new PageSettings(
                text(root, "", "name"),
                base(root),
                text(account, "account", "name", "XVIA_EMAIL"),
                text(account, "account", "password", "XVIA_PASSWORD"),
                login(required(root, "", "login")),
                user(required(root, "", "user")),
                expired(root),
                claim,
                root.has("release") ? press(root.get("release"), "release") : null,
                root.has("secrets") ? texts(root, "secrets") : List.of("_token", "csrf-token"),
                way.equals("form"),
                site.flag("trace").orElse(root.path("trace").asBoolean(false)),
                limits(root));
    }

    private void checkForm(PageSettings.Press claim) {
        if (claim.form() == null) {
            throw wrong("way \"form\" needs claim.form");
        }
        for (Place place : Stream.of(claim.row(), claim.number(), claim.form().form(), claim.id(), claim.taken())
                .flatMap(Stream::ofNullable)
                .toList()) {
            if (place.by() != Place.By.CSS) {
                throw wrong("way \"form\" takes {\"css\": …} for claim.row, number, id, taken and form, not " + place);
            }
        }
    }

    private String base(JsonNode root) {
        String base = site.text("base").orElse(text(root, "", "base", ""));
        if (base.isEmpty()) {
            throw wrong("base is missing: name the address that all others start with, here or in the site's setting"
                    + " \"web\": {\"base\": …}");
        }
        try {
            URI uri = URI.create(base);
            if (!Set.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
                throw wrong("base must be an http or https address");
            }
        } catch (IllegalArgumentException e) {
            throw wrong("base is no address: " + e.getMessage());
        }
        return base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    }

    private PageSettings.Login login(JsonNode node) {
        known(node, "login", "address account password remember button done failed");
        return new PageSettings.Login(
                text(node, "login", "address"),
                place(node, "login", "account"),
                place(node, "login", "password"),
                optional(node, "login", "remember"),
                place(node, "login", "button"),
                optional(node, "login", "done"),
                optional(node, "login", "failed"));
    }

    private PageSettings.User user(JsonNode node) {
        known(node, "user", "address name not");
        return new PageSettings.User(text(node, "user", "address"), place(node, "user", "name"), texts(node, "not"));
    }

    private PageSettings.Expired expired(JsonNode root) {
        JsonNode node = root.path("expired");
        known(node, "expired", "path status");
        List<Integer> statuses = new ArrayList<>();
        node.path("status").forEach(status -> statuses.add(status.asInt()));
        return new PageSettings.Expired(
                text(node, "expired", "path", text(required(root, "", "login"), "login", "address")),
                node.has("status") ? List.copyOf(statuses) : List.of(401, 419));
    }

    private PageSettings.Press press(JsonNode node, String where) {
        known(node, where, "address row number id taken press answer form");
        JsonNode id = node.path("id");
        known(id, where + ".id", "attribute role name label text css testId exact");
        JsonNode answer = node.path("answer");
        known(answer, where + ".answer", "won lost error");
        List<PageSettings.Step> steps = new ArrayList<>();
        int number = 0;
        for (JsonNode step : required(node, where, "press")) {
            steps.add(step(step, where + ".press[" + number++ + "]"));
        }
        if (steps.isEmpty()) {
            throw wrong(where + ".press is empty: name at least one thing to press");
        }
        JsonNode form = node.path("form");
        known(form, where + ".form", "css fields");
        Map<String, String> fields = new LinkedHashMap<>();
        form.path("fields")
                .properties()
                .forEach(entry -> fields.put(entry.getKey(), entry.getValue().asText()));
        return new PageSettings.Press(
                text(node, where, "address"),
                place(node, where, "row"),
                place(node, where, "number"),
                id.isMissingNode() ? null : optional(node, where, "id"),
                text(id, where + ".id", "attribute", "id"),
                optional(node, where, "taken"),
                List.copyOf(steps),
                optional(answer, where + ".answer", "won"),
                optional(answer, where + ".answer", "lost"),
                optional(answer, where + ".answer", "error"),
                form.isMissingNode()
                        ? null
                        : new PageSettings.Form(
                                new Place(Place.By.CSS, text(form, where + ".form", "css"), null, true),
                                Map.copyOf(fields)));
    }

    private PageSettings.Step step(JsonNode node, String where) {
        known(node, where, "click check choose in box shows option prompt");
        List<String> does =
                Stream.of("click", "check", "choose").filter(node::has).toList();
        if (does.size() != 1) {
            throw wrong(where + " must have one of click, check and choose");
        }
        String in = text(node, where, "in", "page");
        if (!in.equals("row") && !in.equals("page")) {
            throw wrong(where + ".in is \"row\" or \"page\", not \"" + in + "\"");
        }
        PageSettings.Does kind = switch (does.get(0)) {
            case "click" -> PageSettings.Does.CLICK;
            case "check" -> PageSettings.Does.CHECK;
            default -> PageSettings.Does.CHOOSE;
        };
        if (kind == PageSettings.Does.CHOOSE && !node.has("option")) {
            throw wrong(where + ".option is missing: say which of the options is chosen");
        }
        if (in.equals("row") && node.has("box")) {
            throw wrong(where + " is in the row, so it has no box");
        }
        return new PageSettings.Step(
                kind,
                place(node, where, does.get(0)),
                in.equals("row"),
                optional(node, where, "box"),
                node.has("shows") ? text(node, where, "shows") : null,
                node.has("option") ? text(node, where, "option") : null,
                node.path("prompt").asBoolean(false));
    }

    private PageSettings.Limits limits(JsonNode root) {
        JsonNode node = root.path("limits");
        known(node, "limits", "pageSeconds answerSeconds claimSeconds recycleClaims recycleMinutes retryLoginMinutes");
        int lanes = site.integer("lanes").orElse(positive(root, "", "lanes", 2));
        if (lanes < 1 || lanes > 16) {
            throw wrong("lanes is 1 to 16, not " + lanes);
        }
        return new PageSettings.Limits(
                lanes,
                Duration.ofSeconds(positive(node, "limits", "pageSeconds", 15)),
                Duration.ofSeconds(positive(node, "limits", "answerSeconds", 10)),
                Duration.ofSeconds(positive(node, "limits", "claimSeconds", 60)),
                positive(node, "limits", "recycleClaims", 200),
                Duration.ofMinutes(positive(node, "limits", "recycleMinutes", 30)),
                Duration.ofMinutes(positive(node, "limits", "retryLoginMinutes", 60)));
    }

    private int positive(JsonNode node, String where, String key, int fallback) {
        int value = node.path(key).asInt(node.has(key) ? 0 : fallback);
        if (value < 1) {
            throw wrong(at(where, key) + " must be a whole number of at least 1");
        }
        return value;
    }

    private Place place(JsonNode node, String where, String key) {
        JsonNode found = required(node, where, key);
        String here = at(where, key);
        known(found, here, "role name label text css testId exact" + (key.equals("id") ? " attribute" : ""));
        List<String> by = Stream.of("role", "label", "text", "css", "testId")
                .filter(found::has)
                .toList();
        if (by.size() != 1) {
            throw wrong(here + " must have one of role, label, text, css and testId");
        }
        Place.By kind = switch (by.get(0)) {
            case "role" -> Place.By.ROLE;
            case "label" -> Place.By.LABEL;
            case "text" -> Place.By.TEXT;
            case "css" -> Place.By.CSS;
            default -> Place.By.TEST_ID;
        };
        // a mark may be a part of a sentence; a button's name is all of it
        boolean exact = found.path("exact").asBoolean(kind != Place.By.TEXT);
        return new Place(
                kind, text(found, here, by.get(0)), found.has("name") ? text(found, here, "name") : null, exact);
    }

    private @Nullable Place optional(JsonNode node, String where, String key) {
        return node.has(key) ? place(node, where, key) : null;
    }

    private JsonNode required(JsonNode node, String where, String key) {
        if (!node.has(key)) {
            throw wrong(at(where, key) + " is missing");
        }
        return node.get(key);
    }

    private String text(JsonNode node, String where, String key) {
        JsonNode value = required(node, where, key);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw wrong(at(where, key) + " must be a text");
        }
        return value.textValue();
    }

    private String text(JsonNode node, String where, String key, String fallback) {
        return node.has(key) ? text(node, where, key) : fallback;
    }

    private static List<String> texts(JsonNode node, String key) {
        JsonNode list = node.has(key) ? node.get(key) : JsonNodeFactory.instance.arrayNode();
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asText()));
        return List.copyOf(texts);
    }

    private void known(JsonNode node, String where, String keys) {
        if (node.isMissingNode()) {
            return;
        }
        if (!node.isObject()) {
            throw wrong((where.isEmpty() ? "it" : where) + " must be an object");
        }
        Set<String> allowed = Set.of(keys.split(" ", -1));
        node.fieldNames().forEachRemaining(name -> {
            if (!allowed.contains(name)) {
                throw wrong(at(where, name) + " is unknown; known are " + keys.replace(" ", ", "));
            }
        });
    }

    private static String at(String where, String key) {
        return where.isEmpty() ? key : where + "." + key;
    }

    private ConfigurationException wrong(String message) {
        return new ConfigurationException(origin + ": " + message);
    }
}
