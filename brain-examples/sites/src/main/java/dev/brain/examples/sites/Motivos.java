package dev.brain.examples.sites;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brain.error.ConfigurationException;
import dev.brain.examples.sites.WorkerPayload.Facts;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import dev.brain.text.Folding;
import dev.brain.text.TextTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The texts that are filed, by phase: {@code BRAIN_HOME/texts/NAME.json}, else {@code META-INF/brain/texts/NAME.json} in a
 * plug-in, where NAME is the site's setting {@code texts}. A file is read once; one that is broken is read again the next
 * time. Thread-safe.
 */
final class Motivos {
    /** The site's setting with the name of its texts. */
    static final String SETTING = "texts";

    private static final String DEFAULT = "motivos";
    private static final Set<String> PLACEHOLDERS = Set.of("expediente", "sujeto_recurso");
    private static final Set<String> PARTS = new TreeSet<>(Set.of("asunto", "expone", "solicita"));
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final ProviderContext context;
    private final Map<String, Map<String, Map<String, TextTemplate>>> read = new ConcurrentHashMap<>();

    Motivos(ProviderContext context) {
        this.context = context;
    }

    /** A phase's text in its three parts, with the case's values. */
    record Text(String asunto, String expone, String solicita) {
        static final Text NONE = new Text("", "", "");

        /** As one text. */
        String whole() {
            return "ASUNTO: " + asunto + "\n\nEXPONE: " + expone + "\n\nSOLICITA: " + solicita;
        }
    }

    /**
     * The text of the first key, in the file's order, that the phase contains; tells the columns if there is none.
     *
     * @throws ConfigurationException if the file is missing or broken
     */
    Text of(Site site, Facts facts) {
        for (Map.Entry<String, Map<String, TextTemplate>> entry : texts(site).entrySet()) {
            if (facts.isIn(entry.getKey())) {
                return new Text(
                        part(entry.getValue(), "asunto", facts),
                        part(entry.getValue(), "expone", facts),
                        part(entry.getValue(), "solicita", facts));
            }
        }
        if (!facts.phase().isEmpty()) {
            facts.columns().refuse("FaseProcedimiento", "is a phase without a text");
        }
        return Text.NONE;
    }

    private static String part(Map<String, TextTemplate> parts, String name, Facts facts) {
        TextTemplate template = parts.getOrDefault(name, TextTemplate.parse(""));
        return template.render(key -> key.equals("expediente") ? facts.reference() : facts.subject());
    }

    /** Reads the site's texts, unless they were read before. */
    Map<String, Map<String, TextTemplate>> texts(Site site) {
        String name = site.settings().text(SETTING).orElse(DEFAULT);
        if (!name.matches("[A-Za-z0-9_-]+")) {
            throw ConfigurationException.ofSite(site.id(), "'" + name + "' can't be the name of texts");
        }
        return read.computeIfAbsent(name, this::load);
    }

    private Map<String, Map<String, TextTemplate>> load(String name) {
        Path file = Path.of(context.environment().get("BRAIN_HOME").orElse("."), "texts", name + ".json");
        String path = "META-INF/brain/texts/" + name + ".json";
        String where = file.toString();
        try {
            if (Files.exists(file)) {
                return parse(Files.readAllBytes(file), where);
            }
            List<URL> found = context.dataFiles(path);
            if (found.size() != 1) {
                throw new ConfigurationException(
                        found.isEmpty()
                                ? "there are no texts '" + name + "': neither " + file + " nor " + path
                                        + " in a plug-in; write that file, or name others in the setting \"texts\""
                                : "the texts '" + name + "' are there " + found.size() + " times: " + found
                                        + "; leave one plug-in that has them, or write " + file);
            }
            where = found.get(0).toString();
            try (InputStream in = found.get(0).openStream()) {
                return parse(in.readAllBytes(), where);
            }
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(
                    "the texts " + where + " aren't JSON in UTF-8, line "
                            + e.getLocation().getLineNr() + ": "
                            + e.getOriginalMessage().lines().findFirst().orElse("")
                            + "; correct the file",
                    e);
        } catch (IOException e) {
            throw new ConfigurationException("cannot read the texts " + where + ": " + e, e);
        }
    }

    private static Map<String, Map<String, TextTemplate>> parse(byte[] bytes, String where) throws IOException {
        JsonNode root = MAPPER.readTree(bytes);
        if (!root.isObject() || root.isEmpty()) {
            throw new ConfigurationException("the texts " + where
                    + " must be {\"<phase key>\": {\"asunto\": …, \"expone\": …, \"solicita\": …}, …}");
        }
        Map<String, Map<String, TextTemplate>> texts = new LinkedHashMap<>();
        root.properties().forEach(entry -> {
            String place = "the texts " + where + ": \"" + entry.getKey() + "\"";
            if (Folding.fold(entry.getKey()).isEmpty()) {
                throw new ConfigurationException(place + " is a blank key, which is in no phase");
            }
            Set<String> parts = new TreeSet<>();
            entry.getValue().fieldNames().forEachRemaining(parts::add);
            if (!parts.equals(PARTS)) {
                throw new ConfigurationException(
                        place + " must have " + String.join(", ", PARTS) + ", and no other keys; it has " + parts);
            }
            Map<String, TextTemplate> templates = new LinkedHashMap<>();
            PARTS.forEach(part -> templates.put(part, template(entry.getValue().path(part), place + "." + part)));
            texts.put(entry.getKey(), templates);
        });
        return texts;
    }

    private static TextTemplate template(JsonNode text, String place) {
        if (!text.isTextual()
                || Folding.trim(text.textValue()).isEmpty()
                || text.textValue().indexOf('\uFFFD') >= 0) {
            throw new ConfigurationException(place + " must be a text, not blank and with all its letters");
        }
        TextTemplate template = TextTemplate.parse(text.textValue());
        if (!PLACEHOLDERS.containsAll(template.placeholders())) {
            throw new ConfigurationException(
                    place + " knows {expediente} and {sujeto_recurso} only, not " + template.placeholders());
        }
        return template;
    }
}
