package dev.brain.jdbc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import dev.brain.json.ColumnJson;
import dev.brain.payload.PayloadContext;
import dev.brain.payload.PayloadException;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Site;
import dev.brain.text.TextTemplate;
import java.math.BigInteger;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Builds payloads from data: each key from a column, a constant, a template, a value of the claim, or a child query.
 *
 * <p>An entry is an object with one of {@code column}, {@code constant}, {@code template} ({@code "{column} …"}), {@code
 * value} ({@code id}, {@code reference}, {@code url}, {@code now}, {@code claimant}, {@code site}) or {@code children}
 * (a child query's name, with {@code each}: a mapping of its columns), and optionally {@code required: true}. Text is
 * trimmed. Immutable.
 */
public final class PayloadMapping {
    private static final Set<String> VALUES = Set.of("id", "reference", "url", "now", "claimant", "site");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("0|-?[1-9][0-9]*");
    /** Every number of so many characters fits in a long. */
    private static final int DIGITS_OF_LONG = 18;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Map<String, Entry> entries;

    private PayloadMapping(Map<String, Entry> entries) {
        this.entries = entries;
    }

    /** The source of one payload key. */
    private record Entry(
            String kind, JsonNode argument, @Nullable PayloadMapping each, boolean required) {}

    /**
     * Reads a mapping.
     *
     * @param where its origin, for messages
     * @throws ConfigurationException if an entry isn't one of those that the class describes
     */
    public static PayloadMapping parse(ObjectNode mapping, String where) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        mapping.properties()
                .forEach(entry -> entries.put(entry.getKey(), entry(entry.getValue(), where + "." + entry.getKey())));
        return new PayloadMapping(entries);
    }

    private static Entry entry(JsonNode node, String where) {
        Set<String> keys = new TreeSet<>();
        node.fieldNames().forEachRemaining(keys::add);
        JsonNode required = node.path("required");
        keys.remove("required");
        boolean each = keys.remove("each");
        String kind = keys.size() == 1 ? keys.iterator().next() : "";
        JsonNode argument = node.path(kind);
        boolean known = ProfileKeys.PAYLOAD.names().contains(kind)
                && switch (kind) {
                    case "constant" -> !each;
                    case "column" -> !each && argument.isTextual();
                    case "template" -> !each && argument.isTextual() && isTemplate(argument.textValue());
                    case "value" -> !each && argument.isTextual() && VALUES.contains(argument.textValue());
                    case "children" -> each && argument.isTextual() && node.get("each") instanceof ObjectNode;
                    default -> false;
                };
        if (!known || !(required.isMissingNode() || required.isBoolean())) {
            throw new ConfigurationException(where
                    + " must be one of {\"column\": …}, {\"constant\": …}, {\"template\": …}, " + "{\"value\": one of "
                    + String.join(", ", new TreeSet<>(VALUES))
                    + "} and {\"children\": …, \"each\": {…}}, with \"required\" true or false, and braces in pairs; not "
                    + node);
        }
        PayloadMapping nested = each ? parse((ObjectNode) node.get("each"), where + ".each") : null;
        return new Entry(kind, argument, nested, required.asBoolean(false));
    }

    private static boolean isTemplate(String template) {
        try {
            return !TextTemplate.parse(template).placeholders().contains("");
        } catch (ConfigurationException e) {
            return false;
        }
    }

    /** Returns the columns that the mapping names and that are not among these. Columns of child queries are not checked. */
    public Set<String> unknownColumns(Set<String> columns) {
        Set<String> unknown = new TreeSet<>();
        for (Entry entry : entries.values()) {
            if (entry.kind().equals("column")) {
                unknown.add(entry.argument().textValue());
            } else if (entry.kind().equals("template")) {
                unknown.addAll(TextTemplate.parse(entry.argument().textValue()).placeholders());
            }
        }
        unknown.removeAll(columns);
        return unknown;
    }

    /**
     * Returns the payload of a resource, with its keys in the order of the mapping.
     *
     * @throws PayloadException if required values are missing; names all of them
     */
    public ObjectNode build(Site site, Resource resource, PayloadContext context) {
        List<String> problems = new ArrayList<>();
        ObjectNode payload = build(site, resource, resource.columns(), context, problems);
        if (!problems.isEmpty()) {
            throw new PayloadException(problems);
        }
        return payload;
    }

    private ObjectNode build(
            Site site,
            Resource resource,
            Map<String, @Nullable Object> columns,
            PayloadContext context,
            List<String> problems) {
        ObjectNode payload = JSON.objectNode();
        entries.forEach((key, entry) -> {
            try {
                JsonNode value = value(site, resource, columns, context, key, entry, problems);
                if (entry.required() && isEmpty(value)) {
                    String source = entry.argument().asText();
                    problems.add((source.equals(key) ? key : key + ": " + source) + " is empty");
                }
                payload.set(key, value);
            } catch (PayloadException e) {
                e.problems().forEach(problem -> problems.add(key + ": " + problem));
            }
        });
        return payload;
    }

    private static boolean isEmpty(JsonNode value) {
        return value.isNull()
                || (value.isTextual() && value.textValue().isEmpty())
                || (value.isArray() && value.isEmpty());
    }

    private static JsonNode value(
            Site site,
            Resource resource,
            Map<String, @Nullable Object> columns,
            PayloadContext context,
            String key,
            Entry entry,
            List<String> problems) {
        String name = entry.argument().asText();
        return switch (entry.kind()) {
            case "column" -> column(columns, name);
            case "constant" -> entry.argument().deepCopy();
            case "template" ->
                JSON.textNode(TextTemplate.parse(name).render(placeholder -> {
                    JsonNode value = column(columns, placeholder);
                    if (isEmpty(value)) {
                        throw new PayloadException(placeholder + " is empty");
                    }
                    return value.asText();
                }));
            case "children" -> children(site, resource, context, key, entry, problems);
            default ->
                json(
                        switch (name) {
                            case "id" -> id(resource.id());
                            case "reference" -> resource.reference();
                            case "url" -> context.url();
                            case "now" ->
                                context.now().truncatedTo(ChronoUnit.SECONDS).toString();
                            case "claimant" -> context.claimant().name();
                            default -> site.id();
                        });
        };
    }

    private static ArrayNode children(
            Site site, Resource resource, PayloadContext context, String key, Entry entry, List<String> problems) {
        ArrayNode list = JSON.arrayNode();
        List<Map<String, @Nullable Object>> rows =
                resource.children().get(entry.argument().textValue());
        if (rows == null) {
            throw new PayloadException(
                    "the profile has no child query '" + entry.argument().textValue() + "'");
        }
        PayloadMapping each = entry.each();
        if (each != null) {
            for (Map<String, @Nullable Object> row : rows) {
                List<String> within = new ArrayList<>();
                String place = "[" + list.size() + "].";
                list.add(each.build(site, resource, row, context, within));
                within.forEach(problem -> problems.add(key + place + problem));
            }
        }
        return list;
    }

    /** Returns a column's value. A column that was not read is a mistake in the mapping. */
    private static JsonNode column(Map<String, @Nullable Object> columns, String name) {
        if (!columns.containsKey(name)) {
            throw new PayloadException("there is no column " + name);
        }
        try {
            return json(columns.get(name));
        } catch (PayloadException e) {
            throw new PayloadException(name + " " + e.getMessage());
        }
    }

    private static Object id(ResourceId id) {
        String value = id.value();
        if (!WHOLE_NUMBER.matcher(value).matches()) {
            return value;
        }
        return value.length() <= DIGITS_OF_LONG ? (Object) Long.valueOf(value) : new BigInteger(value);
    }

    private static JsonNode json(@Nullable Object value) {
        return ColumnJson.of(value).orElseThrow(() -> new PayloadException("holds bytes, which JSON can't"));
    }
}
