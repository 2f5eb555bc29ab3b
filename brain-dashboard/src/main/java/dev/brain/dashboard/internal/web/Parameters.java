package dev.brain.dashboard.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The parameters of a query or a form, in their order. Immutable; {@link #with} gives the query of a link. */
public final class Parameters {
    /** A form may name all tasks of a page, and there are fields besides them. */
    private static final int MOST = 2_000;

    public static final Parameters NONE = new Parameters(Map.of());

    private final Map<String, List<String>> values;

    private Parameters(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Reads {@code a=b&c=d}.
     *
     * @throws HttpException if it is not encoded correctly or has too many parameters
     */
    static Parameters parse(@Nullable String encoded) {
        if (encoded == null || encoded.isEmpty()) {
            return NONE;
        }
        String[] pairs = encoded.split("&", MOST + 1);
        if (pairs.length > MOST) {
            throw new HttpException(413, "tooLarge");
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            String name = PercentEncoding.decodeParameter(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : PercentEncoding.decodeParameter(pair.substring(equals + 1));
            if (!name.isEmpty()) {
                values.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
            }
        }
        return new Parameters(values);
    }

    /** Returns the first value of a parameter without surrounding blanks; empty if it is missing or blank. */
    public Optional<String> text(String name) {
        return all(name).stream()
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    /** Returns all values of a parameter as they were sent. */
    public List<String> all(String name) {
        return List.copyOf(values.getOrDefault(name, List.of()));
    }

    /**
     * Returns a parameter as a whole number; empty if it is missing.
     *
     * @throws HttpException if it is not a whole number
     */
    public Optional<Long> number(String name) {
        return text(name).map(Parameters::wholeNumber);
    }

    static long wholeNumber(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw HttpException.badRequest();
        }
    }

    /** Returns a constant of an enum by its name in lower case; empty if the parameter is missing or names no constant. */
    public <E extends Enum<E>> Optional<E> choice(String name, Class<E> type) {
        return text(name)
                .flatMap(value -> List.of(type.getEnumConstants()).stream()
                        .filter(constant -> constant.name().equalsIgnoreCase(value))
                        .findFirst());
    }

    /** Returns a copy in which a parameter has one value; null removes the parameter. */
    public Parameters with(String name, @Nullable Object value) {
        Map<String, List<String>> changed = new LinkedHashMap<>(values);
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, List.of(value.toString()));
        }
        return new Parameters(changed);
    }

    public Parameters without(String name) {
        return with(name, null);
    }

    /** Returns the query with its question mark, encoded; empty if there are no parameters. */
    @Override
    public String toString() {
        return values.isEmpty()
                ? ""
                : values.entrySet().stream()
                        .flatMap(entry -> entry.getValue().stream()
                                .map(value -> URLEncoder.encode(entry.getKey(), UTF_8) + "="
                                        + URLEncoder.encode(value, UTF_8)))
                        .collect(Collectors.joining("&", "?", ""));
    }
}
