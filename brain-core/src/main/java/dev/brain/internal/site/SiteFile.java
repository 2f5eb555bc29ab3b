package dev.brain.internal.site;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import dev.brain.json.JsonFile;
import dev.brain.site.Site;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The JSON file of sites: {@code {"configs": [{…}, …]}} or {@code {"<site_id>": {…}, …}}.
 *
 * <p>Its keys are the names of {@link SiteField#ALL}.
 */
public final class SiteFile {
    private SiteFile() {}

    /**
     * Reads the sites of a file.
     *
     * @throws ConfigurationException if anything in it is wrong; tells everything that is
     */
    public static List<Site> read(Path file) {
        return parse(JsonFile.read(file));
    }

    /**
     * Reads the sites of a file's text.
     *
     * @param where the file's name, for messages
     * @throws ConfigurationException if anything in it is wrong; tells everything that is
     */
    public static List<Site> parse(String text, String where) {
        return parse(new JsonFile(where, text));
    }

    private static List<Site> parse(JsonFile file) {
        List<String> problems = new ArrayList<>();
        List<Site> sites = sites(file.parse(), problems);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(file.origin() + " has "
                    + (problems.size() == 1 ? "a problem: " : problems.size() + " problems: ")
                    + String.join("; ", problems));
        }
        return sites;
    }

    /** Returns the text of a file that is read as these sites. */
    public static String write(List<Site> sites) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode configs = root.putArray("configs");
        sites.forEach(site -> configs.add(SiteEntry.write(site)));
        return root.toPrettyString() + "\n";
    }

    private static List<Site> sites(JsonNode root, List<String> problems) {
        List<SiteEntry> entries = new ArrayList<>();
        JsonNode configs = root.get("configs");
        if (configs != null && configs.isArray()) {
            root.fieldNames().forEachRemaining(key -> {
                if (!key.equals("configs")) {
                    problems.add("'" + key + "' is beside \"configs\"; move it into \"configs\", or remove it");
                }
            });
            for (int i = 0; i < configs.size(); i++) {
                entries.add(new SiteEntry("entry " + (i + 1) + " of configs", null, configs.get(i), problems));
            }
        } else if (root.isObject()) {
            for (Map.Entry<String, JsonNode> entry : root.properties()) {
                entries.add(new SiteEntry("site " + entry.getKey(), entry.getKey(), entry.getValue(), problems));
            }
        } else {
            problems.add("it must be {\"configs\": [ … ]} or {\"<site_id>\": { … }}, not " + JsonFile.kind(root));
        }
        List<Site> sites =
                entries.stream().map(SiteEntry::read).filter(Objects::nonNull).toList();
        Map<String, Integer> seen = new TreeMap<>();
        entries.forEach(entry -> entry.id().ifPresent(id -> seen.merge(id, 1, Integer::sum)));
        seen.forEach((id, count) -> {
            if (count > 1) {
                problems.add("site " + id + ": site_id: it is there " + count + " times; keep one");
            }
        });
        return sites;
    }
}
