package dev.brain.config;

import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Environment variables, real ones before those of a {@code .env} file; values are never shown. Immutable. */
public final class Environment {
    private static final Pattern COMMENT = Pattern.compile("\\s#.*");

    private final Map<String, String> values;

    private Environment(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    public static Environment of(Map<String, String> values) {
        return new Environment(values);
    }

    /**
     * The process's environment over the {@code .env} file of a folder, if there is one.
     *
     * @throws ConfigurationException if the file can't be read, or a line of it isn't {@code NAME=VALUE}
     */
    public static Environment load(Path folder) {
        return load(folder, System.getenv());
    }

    static Environment load(Path folder, Map<String, String> real) {
        Map<String, String> values = new HashMap<>();
        Path file = folder.resolve(".env");
        if (Files.isRegularFile(file)) {
            values.putAll(parse(file));
        }
        values.putAll(real);
        return new Environment(values);
    }

    /** The value without blanks at its ends; empty if it isn't set, or is blank. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /**
     * A whole number of at least {@code least}.
     *
     * @throws ConfigurationException if the value is anything else
     */
    public int integer(String name, int fallback, int least) {
        return get(name)
                .map(text -> {
                    try {
                        int value = Integer.parseInt(text);
                        if (value >= least) {
                            return value;
                        }
                    } catch (NumberFormatException e) {
                        // told below, with the bound
                    }
                    throw new ConfigurationException(
                            "the variable " + name + " must be a whole number of at least " + least);
                })
                .orElse(fallback);
    }

    /** The parts of a comma-separated value, trimmed, without empty ones. */
    public List<String> list(String name) {
        return get(name)
                .map(text -> List.of(text.split(",")).stream()
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    /** The names that are set; never a value. */
    @Override
    public String toString() {
        return "Environment" + values.keySet().stream().sorted().toList();
    }

    private static Map<String, String> parse(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "cannot read " + file + " (" + e.getMessage() + "); make it readable UTF-8 text", e);
        }
        Map<String, String> values = new HashMap<>();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).strip();
            if (number == 1 && line.startsWith("\uFEFF")) {
                line = line.substring(1).strip();
            }
            if (line.indexOf('\0') >= 0) {
                throw new ConfigurationException(file + ", line " + number
                        + " has a NUL byte, which no variable can hold: take it out, or save the file as UTF-8 text");
            }
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String assignment = line.matches("export\\s.*") ? line.substring(7).strip() : line;
            int equals = assignment.indexOf('=');
            String name = equals < 0 ? "" : assignment.substring(0, equals).strip();
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                // the line itself may hold a secret: only its place is told
                throw new ConfigurationException(
                        file + ", line " + number + " is not NAME=VALUE; correct it or put a # before it");
            }
            values.put(name, unquote(assignment.substring(equals + 1)));
        }
        return values;
    }

    private static String unquote(String text) {
        String value = text.strip();
        if (value.length() >= 2 && (value.charAt(0) == '"' || value.charAt(0) == '\'')) {
            int end = value.indexOf(value.charAt(0), 1);
            if (end > 0
                    && (end == value.length() - 1
                            || value.substring(end + 1).strip().startsWith("#"))) {
                return value.substring(1, end);
            }
        }
        return COMMENT.matcher(text).replaceFirst("").strip();
    }
}
