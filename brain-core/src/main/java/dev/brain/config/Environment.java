package dev.brain.config;

import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Environment variables, real ones before those of a {@code .env} file; values are never shown. Immutable.
 *
 * @stability stable
 */
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
     * Returns the process's environment. Variables that it lacks come from the {@code .env} file of a folder, then from
     * that of the folder that {@code BRAIN_HOME} names. Missing files are ignored.
     *
     * @throws ConfigurationException if a file can't be read, or a line of it isn't {@code NAME=VALUE}
     */
    public static Environment load(Path folder) {
        return load(folder, System.getenv());
    }

    static Environment load(Path folder, Map<String, String> real) {
        Map<String, String> values = new HashMap<>(parse(folder.resolve(".env")));
        values.putAll(real);
        Optional<String> home = new Environment(values).get("BRAIN_HOME");
        if (home.isPresent()) {
            parse(folder.resolve(home.get()).resolve(".env")).forEach(values::putIfAbsent);
        }
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
        List<String> lines = lines(file);
        Map<String, String> values = new HashMap<>();
        for (int number = 1; number <= lines.size(); number++) {
            String where = file + ", line " + number;
            String line = lines.get(number - 1).strip();
            if (number == 1 && line.startsWith("\uFEFF")) {
                line = line.substring(1).strip();
            }
            if (line.indexOf('\0') >= 0) {
                throw new ConfigurationException(where
                        + " has a NUL byte, which no variable can hold: take it out, or save the file as UTF-8 text");
            }
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String assignment = line.matches("export\\s.*") ? line.substring(7).strip() : line;
            int equals = assignment.indexOf('=');
            String name = equals < 0 ? "" : assignment.substring(0, equals).strip();
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                // the line may contain a secret, so the message names only its position
                throw new ConfigurationException(where + " is not NAME=VALUE; correct it or put a # before it");
            }
            values.put(name, value(assignment.substring(equals + 1), where + " (" + name + ")"));
        }
        return values;
    }

    /** Returns no values if there is no such file. */
    private static List<String> lines(Path file) {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        // a pipe would block every command, and a folder or a broken link has no readable settings
        if (!Files.isRegularFile(file)) {
            String kind = Files.isDirectory(file)
                    ? "a folder"
                    : Files.exists(file) ? "a pipe or a device" : "a link to a file that is missing or out of reach";
            throw new ConfigurationException(file + " is " + kind + ", not a file with settings; remove or replace it");
        }
        try {
            return Files.readAllLines(file);
        } catch (AccessDeniedException e) {
            throw new ConfigurationException("cannot read " + file + "; let this user read it, or remove it", e);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "cannot read " + file + " (" + e.getMessage() + "); make it readable UTF-8 text", e);
        }
    }

    private static String value(String text, String where) {
        String value = text.strip();
        return value.startsWith("\"") || value.startsWith("'")
                ? unquoted(value, where)
                : COMMENT.matcher(text).replaceFirst("").strip();
    }

    /** A backslash escapes the quote and itself, nothing else: values may be Windows paths. */
    private static String unquoted(String value, String where) {
        char quote = value.charAt(0);
        StringBuilder unquoted = new StringBuilder();
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            char next = i + 1 < value.length() ? value.charAt(i + 1) : ' ';
            if (c == '\\' && (next == quote || next == '\\')) {
                unquoted.append(next);
                i++;
            } else if (c == quote) {
                String rest = value.substring(i + 1).strip();
                if (!rest.isEmpty() && !rest.startsWith("#")) {
                    throw new ConfigurationException(where + " has text after the closing " + quote
                            + "; quote the whole value, and write a " + quote + " in it as \\" + quote);
                }
                return unquoted.toString();
            } else {
                unquoted.append(c);
            }
        }
        throw new ConfigurationException(where + " has no closing " + quote
                + "; close it on the same line, or put a value that begins with " + quote + " in the other quotes");
    }
}
