package dev.brain.config;

import dev.brain.error.ConfigurationException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Environment variables. Those of the process win over those of a {@code .env} file. Values are never shown. Immutable.
 *
 * @stability stable
 */
public final class Environment {
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

    /**
     * Returns the environment as {@link #load(Path)} does, and goes on after what is wrong in a file.
     *
     * @param problems receives what can't be read; such a line or file is skipped
     */
    public static Environment load(Path folder, Consumer<ConfigurationException> problems) {
        return load(folder, System.getenv(), problems);
    }

    static Environment load(Path folder, Map<String, String> real) {
        return load(folder, real, problem -> {
            throw problem;
        });
    }

    static Environment load(Path folder, Map<String, String> real, Consumer<ConfigurationException> problems) {
        Map<String, String> values = new HashMap<>(EnvironmentFile.read(folder.resolve(".env"), problems));
        values.putAll(real);
        Optional<String> home = new Environment(values).get("BRAIN_HOME");
        if (home.isPresent()) {
            Path file = folder.resolve(home.get()).resolve(".env");
            if (!file.toAbsolutePath()
                    .normalize()
                    .equals(folder.resolve(".env").toAbsolutePath().normalize())) {
                EnvironmentFile.read(file, problems).forEach(values::putIfAbsent);
            }
        }
        return new Environment(values);
    }

    /** Returns the names of the variables that are set. */
    public Set<String> names() {
        return values.keySet();
    }

    /** Returns a value without blanks at its ends; empty if it is not set or is blank. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /**
     * Returns a whole number of at least {@code least}.
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

    /** Returns the parts of a comma-separated value without blanks at their ends. Empty parts are omitted. */
    public List<String> list(String name) {
        return get(name)
                .map(text -> List.of(text.split(",")).stream()
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    /** Returns the names of the variables, but no values. */
    @Override
    public String toString() {
        return "Environment" + values.keySet().stream().sorted().toList();
    }
}
