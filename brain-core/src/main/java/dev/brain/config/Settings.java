package dev.brain.config;

import static java.util.Objects.requireNonNull;

import dev.brain.error.ConfigurationException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Named values as JSON has them (text, numbers, true and false, lists, nested settings), with typed access.
 *
 * @param values by name, in their order; a null value counts as absent
 * @stability stable
 */
public record Settings(Map<String, Object> values) {
    private static final Settings NONE = new Settings(Map.of());

    public Settings {
        requireNonNull(values, "values");
        Map<String, Object> present = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (value != null) {
                present.put(name, value);
            }
        });
        values = Collections.unmodifiableMap(present);
    }

    public static Settings none() {
        return NONE;
    }

    /** These settings with one more, or one replaced; null takes it away. */
    public Settings with(String name, @Nullable Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(values);
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        return new Settings(changed);
    }

    /** The raw value. */
    public Optional<Object> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** A text, number or boolean as text; empty if absent or blank. */
    public Optional<String> text(String name) {
        return value(name)
                .map(value -> {
                    if (value instanceof Map || value instanceof List) {
                        throw wrong(name, "a text", value);
                    }
                    return value.toString().strip();
                })
                .filter(text -> !text.isEmpty());
    }

    /**
     * A whole number.
     *
     * @throws ConfigurationException if there is a value and it is no whole number
     */
    public Optional<Integer> integer(String name) {
        return text(name).map(text -> {
            try {
                return Integer.valueOf(text);
            } catch (NumberFormatException e) {
                throw wrong(name, "a whole number", text);
            }
        });
    }

    /**
     * True or false; {@code 1} and {@code 0} too.
     *
     * @throws ConfigurationException if there is a value and it is neither
     */
    public Optional<Boolean> flag(String name) {
        return text(name).map(text -> switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw wrong(name, "true or false", text);
        });
    }

    /**
     * Settings within these.
     *
     * @throws ConfigurationException if there is a value and it is no object
     */
    @SuppressWarnings("unchecked")
    public Settings nested(String name) {
        return value(name)
                .map(value -> {
                    if (value instanceof Map<?, ?> map) {
                        return new Settings((Map<String, Object>) map);
                    }
                    throw wrong(name, "an object", value);
                })
                .orElse(NONE);
    }

    private static ConfigurationException wrong(String name, String expected, Object value) {
        return new ConfigurationException("the setting '" + name + "' must be " + expected + ", not '" + value + "'");
    }
}
