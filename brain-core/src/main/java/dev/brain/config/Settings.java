package dev.brain.config;

import static java.util.Objects.requireNonNull;

import dev.brain.error.ConfigurationException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Named values of the types that JSON has: texts, numbers, true and false, lists, and nested settings. Immutable.
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

    /** Returns these settings with one added or replaced. A null value removes it. */
    public Settings with(String name, @Nullable Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(values);
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        return new Settings(changed);
    }

    /** Returns the value as JSON has it; empty if it is absent. */
    public Optional<Object> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * Returns a text, a number or a boolean as a text without surrounding white space; empty if it is absent or blank.
     *
     * @throws ConfigurationException if the value is a list or an object
     */
    public Optional<String> text(String name) {
        return SettingDefinition.text(name, "").find(this);
    }

    /**
     * Returns a whole number; empty if it is absent or blank.
     *
     * @throws ConfigurationException if the value is not a whole number
     */
    public Optional<Integer> integer(String name) {
        return SettingDefinition.number(name, Integer.MIN_VALUE, "").find(this);
    }

    /**
     * Returns true for {@code true} and {@code 1}, false for {@code false} and {@code 0}; empty if it is absent or blank.
     *
     * @throws ConfigurationException if the value is none of these
     */
    public Optional<Boolean> flag(String name) {
        return SettingDefinition.flag(name, "").find(this);
    }

    /**
     * Returns the settings of an object; none if it is absent.
     *
     * @throws ConfigurationException if the value is not an object
     */
    @SuppressWarnings("unchecked")
    public Settings nested(String name) {
        return value(name)
                .map(value -> {
                    if (value instanceof Map<?, ?> map) {
                        return new Settings((Map<String, Object>) map);
                    }
                    throw new ConfigurationException(
                            "the setting '" + name + "' must be an object, not '" + value + "'");
                })
                .orElse(NONE);
    }
}
