package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.config.Settings;
import dev.brain.error.ConfigurationException;
import dev.brain.json.FileKeys;
import dev.brain.json.JsonFile;
import dev.brain.site.Site;
import dev.brain.text.Folding;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a table of the system of record is read and claimed; data, not code. {@code docs/profiles.md} describes the file.
 *
 * @param name the name by which sites choose it
 * @param table database, schema and table, of which only the last is needed
 * @param id the id column
 * @param idType its type
 * @param reference the column with the human number
 * @param deadline the column with the time by which a resource must be dealt with; null if there is none
 * @param columns the columns that resources carry
 * @param parameters the named parameters of the conditions, bound from a site's settings
 * @param scope the condition that a row is the site's
 * @param free the condition that a row may be claimed; it guards the claim
 * @param candidates a further condition for being listed
 * @param owner the column that names who holds a row
 * @param ours the condition, besides the owner's name, that a row is held
 * @param claim what a claim sets, by column: a constant, or {@code :claimant}
 * @param release what a release sets: a constant, or {@code :original}; empty if nothing can be released
 * @param children further queries, by name
 * @param payload the payload mapping of sites that name no builder; null if there is none
 */
public record Profile(
        String name,
        List<String> table,
        String id,
        IdType idType,
        String reference,
        @Nullable String deadline,
        List<String> columns,
        Map<String, Parameter> parameters,
        String scope,
        String free,
        String candidates,
        String owner,
        String ours,
        Map<String, @Nullable Object> claim,
        Map<String, @Nullable Object> release,
        Map<String, Child> children,
        @Nullable ObjectNode payload) {

    /** The keys of a profile file, and of the objects within it. */
    public static final List<FileKeys> KEYS = ProfileKeys.ALL;

    /** In {@link #claim}: the claimant's name. */
    public static final String CLAIMANT = ":claimant";

    /** In {@link #release}: what the column held when the resource was read, before it was claimed. */
    public static final String ORIGINAL = ":original";

    /** What statements bind besides a profile's parameters. */
    private static final Pattern RESERVED = Pattern.compile("after|after_deadline|ids|limit|owners?|set\\d+");

    /**
     * A named parameter of the conditions.
     *
     * @param setting the site's setting that it is bound from
     * @param separator splits the setting into a list; null for a single value
     * @param integer whether the values are whole numbers
     * @param fallback the setting of sites that have none; null if every site needs one
     */
    public record Parameter(
            String setting,
            @Nullable String separator,
            boolean integer,
            @Nullable String fallback) {
        public Parameter {
            requireNonNull(setting, "setting");
        }
    }

    /**
     * Rows of another table that belong to a resource.
     *
     * @param table database, schema and table, of which only the last is needed
     * @param key its column that refers to the resource
     * @param keyType the key's type
     * @param parent the resource's column that it refers to
     * @param columns what is read
     * @param orderBy the column that orders a resource's rows
     * @param single whether there is at most one, whose columns join the resource's as {@code child.column}
     */
    public record Child(
            List<String> table,
            String key,
            IdType keyType,
            String parent,
            List<String> columns,
            String orderBy,
            boolean single) {
        public Child {
            table = checkedTable(table);
            checked(List.of(key, parent, orderBy));
            columns = checked(columns);
        }
    }

    public Profile {
        requireNonNull(name, "name");
        table = checkedTable(table);
        checked(List.of(id, reference, owner));
        if (deadline != null) {
            checked(List.of(deadline));
        }
        columns = checked(columns);
        checked(claim.keySet());
        checked(release.keySet());
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        claim = Collections.unmodifiableMap(new LinkedHashMap<>(claim));
        release = Collections.unmodifiableMap(new LinkedHashMap<>(release));
        children = Collections.unmodifiableMap(new LinkedHashMap<>(children));
        // else a claim would take rows that its read-back then finds somebody else's: claimed, and forgotten
        if (!CLAIMANT.equals(claim.get(owner))) {
            throw new ConfigurationException(
                    "profile " + name + ": the claim must set the owner column " + owner + " to \"" + CLAIMANT + "\"");
        }
        Set<String> names = new HashSet<>(columns);
        names.addAll(List.of(id, reference));
        if (deadline != null) {
            names.add(deadline);
        }
        children.forEach((child, spec) -> {
            for (String column : spec.single() ? spec.columns() : List.<String>of()) {
                if (!names.add(child + "." + column)) {
                    throw new ConfigurationException("profile " + name + ": the name " + child + "." + column
                            + " would denote two columns; give the child " + child + " another name");
                }
            }
        });
        for (String parameter : parameters.keySet()) {
            if (RESERVED.matcher(parameter).matches()) {
                throw new ConfigurationException("profile " + name + ": no parameter can be named '" + parameter
                        + "', because statements use that name themselves");
            }
        }
        for (String condition : List.of(scope, free, candidates, ours)) {
            for (String parameter : NamedSql.parse(condition).names()) {
                if (!parameters.containsKey(parameter)) {
                    throw new ConfigurationException("profile " + name + ": the parameter :" + parameter + " in \""
                            + condition + "\" is not among its \"parameters\"");
                }
            }
        }
    }

    /**
     * Reads a profile file.
     *
     * @throws ConfigurationException if it can't be read or isn't a profile; says where
     */
    public static Profile read(Path file) {
        return ProfileReader.read(JsonFile.read(file));
    }

    /**
     * Reads a resource of the class path.
     *
     * @throws ConfigurationException if it can't be read or isn't a profile; says where
     */
    public static Profile read(URL resource) {
        return ProfileReader.read(JsonFile.read(resource));
    }

    /**
     * Reads a profile's JSON.
     *
     * @param origin where it comes from, for messages
     * @throws ConfigurationException if it isn't a profile; says where
     */
    public static Profile parse(String json, String origin) {
        return ProfileReader.read(new JsonFile(origin, json));
    }

    /**
     * Returns the values of the parameters for a site.
     *
     * @throws ConfigurationException if a setting is missing or isn't what the parameter needs
     */
    Map<String, @Nullable Object> bind(Site site) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        parameters.forEach((parameter, spec) -> values.put(parameter, value(site, spec)));
        return values;
    }

    private Object value(Site site, Parameter spec) {
        Settings settings = site.settings();
        Object raw = settings.value(spec.setting())
                .filter(value -> value instanceof List || !text(value).isEmpty())
                .orElse(spec.fallback());
        if (raw == null) {
            throw ConfigurationException.ofSite(
                    site.id(), "the profile " + name + " needs the setting '" + spec.setting() + "'");
        }
        if (spec.separator() == null) {
            return typed(site, spec, raw);
        }
        List<Object> values = new ArrayList<>();
        List<?> parts = raw instanceof String text
                ? List.of(text.split(Pattern.quote(spec.separator())))
                : raw instanceof List<?> list ? list : List.of(raw);
        for (Object part : parts) {
            if (!text(part).isEmpty()) {
                values.add(typed(site, spec, part));
            }
        }
        if (values.isEmpty()) {
            throw ConfigurationException.ofSite(site.id(), "the setting '" + spec.setting() + "' names nothing");
        }
        return values;
    }

    private static Object typed(Site site, Parameter spec, Object value) {
        if (value instanceof List || value instanceof Map) {
            throw ConfigurationException.ofSite(
                    site.id(),
                    "the setting '" + spec.setting() + "' must be "
                            + (spec.separator() == null ? "a single value" : "texts or numbers") + ", not " + value);
        }
        String text = text(value);
        if (!spec.integer()) {
            return text;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw ConfigurationException.ofSite(
                    site.id(), "the setting '" + spec.setting() + "' must be whole numbers, not '" + text + "'", e);
        }
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : Folding.trim(value.toString());
    }

    private static List<String> checkedTable(List<String> parts) {
        if (parts.isEmpty() || parts.size() > 3) {
            throw new ConfigurationException("a table's name has one to three parts, not " + parts.size());
        }
        return checked(parts);
    }

    private static List<String> checked(Collection<String> identifiers) {
        for (String identifier : identifiers) {
            // the dialect can quote every other character
            if (identifier.isBlank() || identifier.indexOf('\0') >= 0) {
                throw new ConfigurationException("'" + identifier
                        + "' can't be the name of a table or column: it is blank or holds a null character");
            }
        }
        return List.copyOf(identifiers);
    }
}
