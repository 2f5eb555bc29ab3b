package dev.brain.plugin;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.Closing;
import dev.brain.json.DataFiles;
import dev.brain.json.JsonFile;
import java.io.IOException;
import java.net.URL;
import java.time.Clock;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What providers create instances from, and what these instances share. Thread-safe.
 *
 * @stability stable
 */
public final class ProviderContext implements AutoCloseable {
    private final Environment environment;
    private final Clock clock;
    private final List<ClassLoader> loaders;
    private final Map<Class<?>, Object> given = new HashMap<>();
    private final Map<Class<?>, Object> shared = new LinkedHashMap<>();

    /**
     * Creates a context that shares nothing yet.
     *
     * @param loaders where providers and data files of plug-ins are looked for
     */
    public ProviderContext(Environment environment, Clock clock, List<ClassLoader> loaders) {
        this.environment = requireNonNull(environment, "environment");
        this.clock = requireNonNull(clock, "clock");
        this.loaders = List.copyOf(loaders);
    }

    public Environment environment() {
        return environment;
    }

    public Clock clock() {
        return clock;
    }

    public List<ClassLoader> loaders() {
        return loaders;
    }

    /** Shares an instance that somebody else owns and closes. */
    public synchronized <T> void give(Class<T> type, T instance) {
        given.put(type, instance);
    }

    /** Returns the instance of a type that all providers of this context share. Creates it at the first call. */
    public synchronized <T> T shared(Class<T> type, Supplier<? extends T> create) {
        Object present = given.containsKey(type) ? given.get(type) : shared.get(type);
        if (present == null) {
            present = create.get();
            shared.put(type, present);
        }
        return type.cast(present);
    }

    /** Returns all data files of a path on the class path and in the plug-ins. */
    public List<URL> dataFiles(String path) {
        // by their text: comparing URLs themselves asks the network for host names
        Map<String, URL> found = new LinkedHashMap<>();
        for (ClassLoader loader : loaders) {
            try {
                Collections.list(loader.getResources(path)).forEach(url -> found.put(url.toString(), url));
            } catch (IOException e) {
                throw new ConfigurationException("cannot look for " + path + " in the plug-ins: " + e.getMessage(), e);
            }
        }
        return List.copyOf(found.values());
    }

    /**
     * Reads a JSON file: {@code BRAIN_HOME/FOLDER/NAME.json} if it exists, else {@code META-INF/brain/FOLDER/NAME.json} on
     * the class path or in a plug-in.
     *
     * @param folder the folder, and the setting by which sites name the file
     * @param reader reads the content; the file's path or address is put before the message of its {@link
     *     ConfigurationException}
     * @throws ConfigurationException if the name is not one of letters, digits, '_' and '-', if there is no such file, if
     *     several plug-ins have it, if it is not strict JSON in UTF-8, or if the reader refuses it
     */
    public <T> T dataFile(String folder, String name, Function<JsonNode, T> reader) {
        JsonFile file = new DataFiles("data file", folder, folder).read(environment, this::dataFiles, name);
        JsonNode content = file.parse();
        try {
            return reader.apply(content);
        } catch (ConfigurationException e) {
            throw new ConfigurationException(file.origin() + ": " + e.getMessage(), e);
        }
    }

    /** Closes what was created here to be shared, the last one first. */
    @Override
    public synchronized void close() {
        List<Object> instances = List.copyOf(shared.values());
        shared.clear();
        Closing.all(instances);
    }
}
