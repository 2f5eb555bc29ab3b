package dev.brain.internal.plugin;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.Closing;
import dev.brain.plugin.Provider;
import dev.brain.plugin.ProviderContext;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances of one SPI by name. Given instances win over those of providers, which are created when they are first
 * needed. Thread-safe.
 *
 * @param <T> the SPI
 */
public final class Providers<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Providers.class);

    private final String kind;
    private final ProviderContext context;
    private final Map<String, Provider<T>> providers = new LinkedHashMap<>();
    private final Map<String, String> twice = new LinkedHashMap<>();
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
            loadable(load.apply(loader), broken::add).forEach(this::add);
        }
    }

    /**
     * Finds the providers of an SPI that this module uses.
     *
     * @param kind what they provide, for messages: "claim strategy"
     * @param given instances that win over providers of their name
     */
    public static <T> Providers<T> of(
            String kind, Class<? extends Provider<T>> type, ProviderContext context, Map<String, T> given) {
        return new Providers<>(
                kind, context, loader -> ServiceLoader.load(type, loader).iterator(), given);
    }

    /**
     * Returns the services that can be loaded. A broken one does not hide those after it.
     *
     * @param found what {@link java.util.ServiceLoader#iterator} gives
     * @param broken told what is wrong with each of the others
     */
    public static <P> List<P> loadable(Iterator<? extends P> found, Consumer<String> broken) {
        List<P> services = new ArrayList<>();
        String previous = "";
        while (true) {
            try {
                services.add(found.next());
            } catch (NoSuchElementException end) {
                return services;
            } catch (LinkageError e) {
                // as of a class for a newer Java; the iterator goes on behind it
                broken.accept(e.toString());
            } catch (ServiceConfigurationError e) {
                // names the provider, unless it is the place that can't be searched: that fails alike for ever
                String problem = e.getMessage() + (e.getCause() == null ? "" : " (" + e.getCause() + ")");
                if (problem.equals(previous)) {
                    return services;
                }
                broken.accept(problem);
                previous = problem;
            }
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
            twice.putIfAbsent(
                    name,
                    "there are two of the " + kind + " '" + name + "': " + described(present) + " and "
                            + described(provider) + "; take one of them away");
        }
    }

    /**
     * Returns the instance of a name.
     *
     * @throws ConfigurationException if there is none, which lists those that were found, and where; if there are two; or if
     *     it can't be created
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
        String two = twice.get(name);
        if (two != null) {
            throw new ConfigurationException(two);
        }
        T fresh = create(name, provider);
        created.put(name, fresh);
        return fresh;
    }

    /**
     * Returns the instance of the only provider.
     *
     * @throws ConfigurationException if there is none, or several; or if it can't be created
     */
    public T only() {
        if (providers.size() != 1) {
            throw new ConfigurationException("name one " + kind + "; found: " + found());
        }
        return get(providers.keySet().iterator().next());
    }

    /**
     * Returns the instances of all providers. Logs what can't be loaded.
     *
     * @throws ConfigurationException if there are two of a name, or one can't be created
     */
    public List<T> all() {
        broken.forEach(problem -> LOG.warn("a {} can't be used: {}", kind, problem));
        return providers.keySet().stream().map(this::get).toList();
    }

    /** Returns the provider of that name; empty if there is none, or if an instance was handed over instead. */
    public Optional<Provider<T>> provider(String name) {
        return given.containsKey(name) ? Optional.empty() : Optional.ofNullable(providers.get(name));
    }

    /** Returns the providers by name. */
    public Map<String, Provider<T>> providers() {
        return Collections.unmodifiableMap(providers);
    }

    private T create(String name, Provider<T> provider) {
        try {
            return provider.create(context);
        } catch (BrainException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new ConfigurationException(
                    "the " + kind + " '" + name + "' can't be created: " + described(provider) + " failed with " + e,
                    e);
        }
    }

    /** Returns the names with their origins, for people. */
    public String found() {
        List<String> all = new ArrayList<>();
        given.keySet().stream().sorted().forEach(name -> all.add(name + " (given)"));
        providers.forEach((name, provider) -> all.add(name + " (" + described(provider) + ")"));
        twice.values().forEach(problem -> all.add("broken: " + problem));
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
