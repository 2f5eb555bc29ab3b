package dev.brain.plugin;

import static java.util.Objects.requireNonNull;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.net.URL;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What providers create instances from, and what these instances share; thread-safe. */
public final class ProviderContext implements AutoCloseable {
    private final Environment environment;
    private final Clock clock;
    private final List<ClassLoader> loaders;
    private final Map<Class<?>, Object> shared = new LinkedHashMap<>();

    /** @param loaders where providers and data files of plug-ins are looked for */
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

    /** The one instance of a type that all providers of this context share, created when it is first asked for. */
    public synchronized <T> T shared(Class<T> type, Supplier<? extends T> create) {
        Object present = shared.get(type);
        if (present == null) {
            present = create.get();
            shared.put(type, present);
        }
        return type.cast(present);
    }

    /** Every data file of that path on the class path and in the plug-ins. */
    public Set<URL> dataFiles(String path) {
        Set<URL> found = new LinkedHashSet<>();
        for (ClassLoader loader : loaders) {
            try {
                found.addAll(Collections.list(loader.getResources(path)));
            } catch (IOException e) {
                throw new ConfigurationException("cannot look for " + path + " in the plug-ins: " + e.getMessage(), e);
            }
        }
        return found;
    }

    /** Closes what was shared, the last one created first. */
    @Override
    public synchronized void close() {
        Closing.all(shared.values());
        shared.clear();
    }
}
