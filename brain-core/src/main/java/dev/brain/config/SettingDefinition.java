package dev.brain.config;

import static java.util.Objects.requireNonNull;

import dev.brain.error.ConfigurationException;
import dev.brain.internal.text.Spelling;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of a setting, which also reads its value.
 *
 * @param <T> the type of the value
 * @param name its name
 * @param type what values it takes
 * @param isRequired whether it must have a value
 * @param defaultValue the value if none is given; null if there is none
 * @param description what it means, in one line
 * @param isEditable whether people may change its value on the dashboard. Other settings are changed only by an import
 * @stability stable
 */
public record SettingDefinition<T>(
        String name,
        Type<T> type,
        boolean isRequired,
        @Nullable T defaultValue,
        String description,
        boolean isEditable) {

    /**
     * The values that a setting takes.
     *
     * @param <T> the type of a value
     * @param label what a value must be, in a message: "a whole number of at least 1"
     * @param reader turns a value as JSON has it into its type; empty if it is no such value
     * @param writer turns a value into a text
     */
    public record Type<T>(String label, Function<Object, Optional<T>> reader, Function<T, String> writer) {}

    public SettingDefinition {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(description, "description");
    }

    /** Creates the declaration of a setting that is changed only by an import. */
    public SettingDefinition(
            String name, Type<T> type, boolean isRequired, @Nullable T defaultValue, String description) {
        this(name, type, isRequired, defaultValue, description, false);
    }

    private static <T> SettingDefinition<T> of(
            String name, String label, Function<Object, Optional<T>> reader, String description) {
        return new SettingDefinition<>(name, new Type<>(label, reader, String::valueOf), false, null, description);
    }

    /** Defines a text; a number, true or false are texts, too. */
    public static SettingDefinition<String> text(String name, String description) {
        return of(name, "a text", SettingDefinition::text, description);
    }

    /** Defines a whole number of at least that many. */
    public static SettingDefinition<Integer> number(String name, int least, String description) {
        return number(name, least, Integer.MAX_VALUE, description);
    }

    /** Defines a whole number in a range. */
    public static SettingDefinition<Integer> number(String name, int least, int most, String description) {
        String range = most == Integer.MAX_VALUE ? " of at least " + least : " from " + least + " to " + most;
        String label = "a whole number" + (least == Integer.MIN_VALUE ? "" : range);
        return of(
                name,
                label,
                value -> text(value).flatMap(SettingDefinition::whole).filter(n -> n >= least && n <= most),
                description);
    }

    /** Defines a duration in seconds. */
    public static SettingDefinition<Duration> seconds(String name, String description) {
        return duration(name, "seconds", Duration.ofSeconds(1), description);
    }

    /** Defines a duration in minutes. */
    public static SettingDefinition<Duration> minutes(String name, String description) {
        return duration(name, "minutes", Duration.ofMinutes(1), description);
    }

    /** Defines a duration in hours. */
    public static SettingDefinition<Duration> hours(String name, String description) {
        return duration(name, "hours", Duration.ofHours(1), description);
    }

    /** Defines a duration with its unit: {@code "30m"}, {@code "12h"} or {@code "2d"}. */
    public static SettingDefinition<Duration> period(String name, String description) {
        Type<Duration> type = new Type<>(
                "a time like \"30m\", \"12h\" or \"2d\"",
                value -> text(value).flatMap(SettingDefinition::period),
                value -> value.toHours() % 24 == 0 ? value.toDays() + "d" : value.toMinutes() + "m");
        return new SettingDefinition<>(name, type, false, null, description);
    }

    private static Optional<Duration> period(String text) {
        if (!text.matches("\\d{1,6}[mhd]")) {
            return Optional.empty();
        }
        long number = Long.parseLong(text.substring(0, text.length() - 1));
        return Optional.of(
                switch (text.charAt(text.length() - 1)) {
                    case 'm' -> Duration.ofMinutes(number);
                    case 'h' -> Duration.ofHours(number);
                    default -> Duration.ofDays(number);
                });
    }

    private static SettingDefinition<Duration> duration(String name, String unit, Duration one, String description) {
        Type<Duration> type = new Type<>(
                "a whole number of " + unit,
                value -> text(value)
                        .flatMap(SettingDefinition::whole)
                        .filter(number -> number >= 0)
                        .map(one::multipliedBy),
                value -> String.valueOf(value.dividedBy(one)));
        return new SettingDefinition<>(name, type, false, null, description);
    }

    /** Defines true or false; 1 and 0 are accepted, too. */
    public static SettingDefinition<Boolean> flag(String name, String description) {
        return of(
                name,
                "true or false",
                value -> text(value).flatMap(text -> switch (text) {
                    case "true", "1" -> Optional.of(true);
                    case "false", "0" -> Optional.of(false);
                    default -> Optional.empty();
                }),
                description);
    }

    /** Defines one of these texts. */
    public static SettingDefinition<String> choice(String name, List<String> choices, String description) {
        String label = choices.stream().map(choice -> '"' + choice + '"').collect(Collectors.joining(" or "));
        return of(name, label, value -> text(value).filter(choices::contains), description);
    }

    /** Defines a text that is parsed; the parser returns empty for an invalid text. */
    public static <T> SettingDefinition<T> parsed(
            String name, String label, Function<String, Optional<T>> parser, String description) {
        return of(name, label, value -> text(value).flatMap(parser), description);
    }

    /** Defines an object with settings of its own. */
    public static SettingDefinition<Settings> object(
            String name, List<SettingDefinition<?>> settings, String description) {
        String label =
                "an object of " + settings.stream().map(SettingDefinition::name).collect(Collectors.joining(", "));
        return of(name, label, SettingDefinition::object, description);
    }

    /** Defines a value of any kind. */
    public static SettingDefinition<Object> any(String name, String description) {
        return of(name, "any value", Optional::of, description);
    }

    /** Returns the definition with a default. */
    public SettingDefinition<T> withDefault(T value) {
        return new SettingDefinition<>(name, type, isRequired, value, description, isEditable);
    }

    /** Returns the definition of a setting that must have a value. */
    public SettingDefinition<T> required() {
        return new SettingDefinition<>(name, type, true, defaultValue, description, isEditable);
    }

    /** Returns the definition of a setting that people may change on the dashboard. */
    public SettingDefinition<T> editable() {
        return new SettingDefinition<>(name, type, isRequired, defaultValue, description, true);
    }

    /** Returns the default as a text; empty if there is none. */
    public String defaultText() {
        return defaultValue == null ? "" : type.writer().apply(defaultValue);
    }

    /**
     * Returns the value that is given; empty if there is none, or a blank one.
     *
     * @throws ConfigurationException if there is one of another type
     */
    public Optional<T> find(Settings settings) {
        return settings.value(name)
                .filter(value -> !(value instanceof String text && text.isBlank()))
                .map(value -> type.reader()
                        .apply(value)
                        .orElseThrow(() -> new ConfigurationException(
                                "the setting '" + name + "' must be " + type.label() + ", not '" + value + "'")));
    }

    /**
     * Returns the value that is given, or the default.
     *
     * @throws ConfigurationException if there is neither, or one of another type
     */
    public T get(Settings settings) {
        return find(settings).or(() -> Optional.ofNullable(defaultValue)).orElseThrow(this::missing);
    }

    /** Returns what is wrong with the value that is given, or that it is missing; empty if it is valid. */
    public Optional<String> problem(Settings settings) {
        try {
            return find(settings).isEmpty() && isRequired
                    ? Optional.ofNullable(missing().getMessage())
                    : Optional.empty();
        } catch (ConfigurationException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    /**
     * Refuses settings within a setting that nothing declares.
     *
     * @throws ConfigurationException if there is one; names the setting that was most likely meant
     */
    public static void requireKnown(String where, Settings settings, List<SettingDefinition<?>> definitions) {
        List<String> names = definitions.stream().map(SettingDefinition::name).toList();
        for (String given : settings.values().keySet()) {
            if (!names.contains(given)) {
                throw new ConfigurationException("the setting '" + where + "' has the unknown key '" + given + "'"
                        + Spelling.hint(given, names));
            }
        }
    }

    private ConfigurationException missing() {
        return new ConfigurationException("the setting '" + name + "' is missing: " + description);
    }

    private static Optional<String> text(Object value) {
        return value instanceof Map || value instanceof List
                ? Optional.empty()
                : Optional.of(value.toString().strip());
    }

    private static Optional<Integer> whole(String text) {
        try {
            return Optional.of(Integer.valueOf(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @SuppressWarnings("unchecked")
    private static Optional<Settings> object(Object value) {
        return value instanceof Map<?, ?> map ? Optional.of(new Settings((Map<String, Object>) map)) : Optional.empty();
    }
}
