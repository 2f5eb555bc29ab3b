package dev.brain.payload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.internal.text.Dates;
import dev.brain.json.ColumnJson;
import dev.brain.resource.Resource;
import dev.brain.text.Folding;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a resource's columns by the types that they should have, and collects their problems. A payload builder reads
 * all columns that it needs, and calls {@link #check} before it returns the payload. Not thread-safe.
 *
 * <p>A value that is null or blank is absent. A value of another type is a problem and counts as absent; so does a
 * column that was not read, or a single child that was found twice. What {@link #required} reads must not be absent.
 * Problems name columns, never their values.
 *
 * <pre>{@code
 * ColumnReader columns = ColumnReader.of(resource);
 * ObjectNode payload = JsonNodeFactory.instance.objectNode();
 * payload.put("email", columns.required().text("client.email").orElse(null));
 * payload.put("offence", columns.date("dia").map(DateTimeFormatter.ofPattern("dd/MM/uuuu")::format).orElse(null));
 * columns.check();
 * }</pre>
 *
 * @stability stable
 */
public final class ColumnReader {
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");
    /** As many digits as a long surely has. */
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}(\\.0+)?");

    /** As many digits as the decimals of databases have. */
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,38}(\\.[0-9]{1,38})?");

    private static final char LOST = '\uFFFD';

    private final Map<String, @Nullable Object> columns;
    private final Map<String, List<Map<String, @Nullable Object>>> children;
    private final String prefix;
    private final boolean required;
    private final Set<String> problems;

    private ColumnReader(
            Map<String, @Nullable Object> columns,
            Map<String, List<Map<String, @Nullable Object>>> children,
            String prefix,
            boolean required,
            Set<String> problems) {
        this.columns = columns;
        this.children = children;
        this.prefix = prefix;
        this.required = required;
        this.problems = problems;
    }

    public static ColumnReader of(Resource resource) {
        return new ColumnReader(resource.columns(), resource.children(), "", false, new LinkedHashSet<>());
    }

    /** Returns a reader of the same columns and problems for which an absent value is a problem. */
    public ColumnReader required() {
        return new ColumnReader(columns, children, prefix, true, problems);
    }

    /** Returns a text without blanks at its ends.
     *
     * <table>
     * <caption>Examples</caption>
     * <tr><th>column</th><th>text</th></tr>
     * <tr><td>{@code " a b "}, with no-break spaces or without</td><td>{@code a b}</td></tr>
     * <tr><td>{@code 600123456} as a number, whole or {@code 600123456.0}</td><td>{@code 600123456}</td></tr>
     * <tr><td>null, {@code ""}, blanks of any kind</td><td>absent</td></tr>
     * <tr><td>{@code "MU}&#xFFFD;{@code OZ"}, bytes</td><td>a problem</td></tr>
     * </table>
     */
    public Optional<String> text(String column) {
        return read(column, ColumnReader::text);
    }

    /**
     * Returns the name of somebody or something, with a single blank between its words. A question mark in it is a
     * problem: it replaces a letter that was lost before the value was stored.
     *
     * <table>
     * <caption>Examples</caption>
     * <tr><th>column</th><th>name</th></tr>
     * <tr><td>{@code "Fulana  Ejémplez"}, with no-break spaces or without</td><td>{@code Fulana Ejémplez}</td></tr>
     * <tr><td>{@code MU?OZ}, {@code Sanci?n}</td><td>a problem</td></tr>
     * </table>
     */
    public Optional<String> name(String column) {
        return read(
                column,
                value -> text(value)
                        .map(text -> BLANKS.matcher(text).replaceAll(" "))
                        .map(ColumnReader::whole));
    }

    /** Returns a whole number.
     *
     * <table>
     * <caption>Examples</caption>
     * <tr><th>column</th><th>number</th></tr>
     * <tr><td>{@code 89157}, {@code 89157.0} as a number or as text, {@code " 89157 "}</td><td>89157</td></tr>
     * <tr><td>{@code 89157.5}, {@code 89.157,0}, {@code 12a}, {@code 10000000000000000000}</td><td>a problem</td></tr>
     * </table>
     */
    public Optional<Long> integer(String column) {
        return read(
                column,
                value -> text(value).map(text -> {
                    if (!WHOLE.matcher(text).matches()) {
                        throw new PayloadException("isn't a whole number");
                    }
                    return new BigDecimal(text).longValue();
                }));
    }

    /** Returns a number with all its digits, such as an amount.
     *
     * <table>
     * <caption>Examples</caption>
     * <tr><th>column</th><th>number</th></tr>
     * <tr><td>{@code 120.50} as a decimal or as text, {@code " 120.50 "}</td><td>120.50</td></tr>
     * <tr><td>{@code 120} as a number or as text</td><td>120</td></tr>
     * <tr><td>{@code 1.200,50}, {@code 120,50}, {@code 12e3}, {@code 12 EUR}</td><td>a problem</td></tr>
     * </table>
     */
    public Optional<BigDecimal> decimal(String column) {
        return read(
                column,
                value -> text(value).map(text -> {
                    if (!DECIMAL.matcher(text).matches()) {
                        throw new PayloadException("isn't a decimal number like 120.50");
                    }
                    // a whole decimal has lost its scale in the text
                    return value instanceof BigDecimal exact ? exact : new BigDecimal(text);
                }));
    }

    /** Returns a day, as {@link Dates#day} reads it. {@link Dates#DAY_FIRST} and {@code toString()} write it. */
    public Optional<LocalDate> date(String column) {
        return read(
                column,
                value -> isBlank(value)
                        ? Optional.empty()
                        : Optional.of(Dates.day(value)
                                .orElseThrow(() -> new PayloadException("isn't a date as 2026-12-31"))));
    }

    /** Returns a reader for each row of a child query. Its problems name columns as {@code query[0].column}. */
    public List<ColumnReader> children(String query) {
        List<Map<String, @Nullable Object>> rows = children.get(query);
        if (rows == null) {
            refuse(query, "wasn't read");
            return List.of();
        }
        if (rows.isEmpty() && required) {
            refuse(query, "is missing");
        }
        List<ColumnReader> readers = new ArrayList<>();
        for (Map<String, @Nullable Object> row : rows) {
            readers.add(
                    new ColumnReader(row, Map.of(), prefix + query + "[" + readers.size() + "].", required, problems));
        }
        return readers;
    }

    /** Adds a problem that the builder has found. The text must not contain values of columns. */
    public void refuse(String field, String problem) {
        problems.add(prefix + field + " " + problem);
    }

    /**
     * Ends the reading.
     *
     * @throws PayloadException if there was any problem; names all of them, in the order found
     */
    public void check() {
        if (!problems.isEmpty()) {
            throw new PayloadException(List.copyOf(problems));
        }
    }

    private <T> Optional<T> read(String column, Function<Object, Optional<T>> reading) {
        Object value = columns.get(column);
        Optional<T> read = Optional.empty();
        try {
            if (!columns.containsKey(column)) {
                refuse(column, "wasn't read, or was found more than once");
                return read;
            }
            if (value != null) {
                read = reading.apply(value);
            }
        } catch (PayloadException e) {
            refuse(column, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
        if (read.isEmpty() && required) {
            refuse(column, "is missing");
        }
        return read;
    }

    private static Optional<String> text(Object value) {
        JsonNode json = ColumnJson.of(value).orElseThrow(() -> new PayloadException("holds bytes, which JSON can't"));
        String text = json.isBigDecimal() ? json.decimalValue().toPlainString() : json.asText();
        if (text.indexOf(LOST) >= 0) {
            throw new PayloadException("has lost a letter");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static String whole(String name) {
        if (name.indexOf('?') >= 0) {
            throw new PayloadException("has lost a letter: there is a question mark in its place");
        }
        return name;
    }

    private static boolean isBlank(Object value) {
        return Folding.trim(value.toString()).isEmpty();
    }
}
