package dev.brain.examples.sites;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.error.ConfigurationException;
import dev.brain.examples.sites.WorkerPayload.Facts;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import dev.brain.text.Folding;
import dev.brain.text.TextTemplate;
import java.util.LinkedHashMap;
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

    static final String DEFAULT = "motivos";
    private static final Set<String> PLACEHOLDERS = Set.of("expediente", "sujeto_recurso");
    private static final Set<String> PARTS = new TreeSet<>(Set.of("asunto", "expone", "solicita"));

    private final ProviderContext context;
    private final Map<String, Map<String, Map<String, TextTemplate>>> read = new ConcurrentHashMap<>();

    Motivos(ProviderContext context) {
        this.context = context;
    }

    /** A phase's text in its three parts, with the case's values. */
    record Text(String asunto, String expone, String solicita) {
        static final Text NONE = new Text("", "", "");

        /** Returns both as one text. */
        String whole() {
            return "ASUNTO: " + asunto + "\n\nEXPONE: " + expone + "\n\nSOLICITA: " + solicita;
        }
    }

    /**
     * Returns the text of the first key in the file that the phase contains. If there is none, adds a problem to the
     * columns.
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
        return read.computeIfAbsent(name, absent -> context.dataFile(SETTING, absent, Motivos::parse));
    }

    private static Map<String, Map<String, TextTemplate>> parse(JsonNode root) {
        if (!root.isObject() || root.isEmpty()) {
            throw new ConfigurationException(
                    "must be {\"<phase key>\": {\"asunto\": …, \"expone\": …, \"solicita\": …}, …}");
        }
        Map<String, Map<String, TextTemplate>> texts = new LinkedHashMap<>();
        root.properties().forEach(entry -> {
            String place = "\"" + entry.getKey() + "\"";
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
