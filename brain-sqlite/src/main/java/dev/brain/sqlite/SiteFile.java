package dev.brain.sqlite;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import dev.brain.site.Site;
import dev.brain.store.StoredJson;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The JSON file of sites: {@code {"configs": [{…}, …]}} or {@code {"<site_id>": {…}, …}}.
 *
 * <p>Its keys are the columns of the sites' table, {@code profile}, and {@code settings}.
 */
public final class SiteFile {
    private SiteFile() {}

    /**
     * The sites of a file.
     *
     * @throws ConfigurationException if anything in it is wrong; tells everything that is
     */
    public static List<Site> read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new ConfigurationException("there is no file " + file + "; name the file of sites", e);
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(file + " is not UTF-8 text; save it as UTF-8", e);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "cannot read " + file + " (" + e.getMessage() + "); name a readable file of sites", e);
        }
    }

    /**
     * The sites of a file's text.
     *
     * @param where the file's name, for messages
     * @throws ConfigurationException if anything in it is wrong; tells everything that is
     */
    public static List<Site> parse(String text, String where) {
        JsonNode root;
        try {
            root = StoredJson.MAPPER.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String place = at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new ConfigurationException(
                    where + place + ": broken JSON: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    e);
        }
        List<String> problems = new ArrayList<>();
        List<Site> sites = sites(root, problems);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(where + " has "
                    + (problems.size() == 1 ? "a problem: " : problems.size() + " problems: ")
                    + String.join("; ", problems));
        }
        return sites;
    }

    /** A file's text that is read as the same sites. */
    public static String write(List<Site> sites) {
        ObjectNode root = StoredJson.MAPPER.createObjectNode();
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
                    problems.add("'" + key + "' stands beside \"configs\"; put everything into it, or take it away");
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
            problems.add("it must be {\"configs\": [ … ]} or {\"<site_id>\": { … }}, not " + SiteEntry.kind(root));
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
