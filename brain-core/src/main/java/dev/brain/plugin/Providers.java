package dev.brain.plugin;

import dev.brain.error.ConfigurationException;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.ServiceConfigurationError;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The instances of one SPI by name: those that were handed over, else those of providers, created when first asked for.
 * Thread-safe.
 *
 * @param <T> the SPI
 */
public final class Providers<T> implements AutoCloseable {
    private final String kind;
    private final ProviderContext context;
    private final Map<String, Provider<T>> providers = new LinkedHashMap<>();
    private final Map<String, T> given;
    private final Map<String, T> created = new LinkedHashMap<>();
    private final List<String> broken = new ArrayList<>();

    /**
     * Looks for providers.
     *
     * @param kind what they provide, for messages: "claim strategy"
     * @param load {@code loader -> ServiceLoader.load(X.Provider.class, loader).iterator()}: it must be called from the
     *     module that uses X
     * @param given instances that win over providers of their name
     * @throws ConfigurationException if two providers have one name that no given instance has
     */
    public Providers(
            String kind,
            ProviderContext context,
            Function<ClassLoader, Iterator<? extends Provider<T>>> load,
            Map<String, T> given) {
        this.kind = kind;
        this.context = context;
        this.given = Map.copyOf(given);
        for (ClassLoader loader : context.loaders()) {
            search(load.apply(loader));
        }
    }

    private void search(Iterator<? extends Provider<T>> found) {
        String previous = "";
        while (true) {
            Provider<T> provider;
            try {
                provider = found.next();
            } catch (NoSuchElementException end) {
                return;
            } catch (LinkageError e) {
                // as of a class for a newer Java; the iterator goes on behind it, and the others still work
                broken.add(e.toString());
                continue;
            } catch (ServiceConfigurationError e) {
                // names the provider, unless it is the place that can't be searched: that fails alike for ever
                String problem = String.valueOf(e.getMessage());
                if (problem.equals(previous)) {
                    return;
                }
                broken.add(problem);
                previous = problem;
                continue;
            }
            add(provider);
        }
    }

    private void add(Provider<T> provider) {
        String name;
        try {
            name = provider.name();
        } catch (RuntimeException | LinkageError e) {
            broken.add(described(provider) + ": " + e);
            return;
        }
        Provider<T> present = providers.putIfAbsent(name, provider);
        // a plug-in's loader also sees the providers of its parent
        if (present != null && present.getClass() != provider.getClass() && !given.containsKey(name)) {
            throw new ConfigurationException("there are two of the " + kind + " '" + name + "': " + described(present)
                    + " and " + described(provider) + "; take one of them away");
        }
    }

    /**
     * The instance of that name.
     *
     * @throws ConfigurationException if there is none; lists those that were found, and where
     */
    public synchronized T get(String name) {
        T instance = given.get(name);
        if (instance == null) {
            instance = created.get(name);
        }
        if (instance != null) {
            return instance;
        }
        Provider<T> provider = providers.get(name);
        if (provider == null) {
            throw new ConfigurationException("there is no " + kind + " '" + name + "'; found: " + found());
        }
        T fresh = provider.create(context);
        created.put(name, fresh);
        return fresh;
    }

    /** The names, for a person; with where each comes from. */
    public String found() {
        List<String> all = new ArrayList<>();
        given.keySet().stream().sorted().forEach(name -> all.add(name + " (given)"));
        providers.forEach((name, provider) -> all.add(name + " (" + described(provider) + ")"));
        broken.forEach(problem -> all.add("broken: " + problem));
        return all.isEmpty() ? "none" : all.stream().collect(Collectors.joining(", "));
    }

    private static String described(Provider<?> provider) {
        CodeSource source = provider.getClass().getProtectionDomain().getCodeSource();
        return provider.getClass().getName() + (source == null ? "" : " in " + source.getLocation());
    }

    /** Closes what was created here; not what was handed over. */
    @Override
    public synchronized void close() {
        List<T> instances = List.copyOf(created.values());
        created.clear();
        Closing.all(instances);
    }
}
