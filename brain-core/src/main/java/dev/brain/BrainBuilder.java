package dev.brain;

import static java.util.Objects.requireNonNull;

import dev.brain.claim.ClaimStrategy;
import dev.brain.config.Environment;
import dev.brain.cycle.BrainListener;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.Closing;
import dev.brain.internal.ConnectionUrl;
import dev.brain.internal.StopSignal;
import dev.brain.internal.engine.CycleOptions;
import dev.brain.internal.engine.Engine;
import dev.brain.internal.engine.EngineParts;
import dev.brain.internal.engine.SiteProviders;
import dev.brain.internal.notification.Notifier;
import dev.brain.internal.plugin.Providers;
import dev.brain.internal.site.SiteSettings;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.jdbc.Profiles;
import dev.brain.payload.PayloadBuilder;
import dev.brain.plugin.ProviderContext;
import dev.brain.queue.Store;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import java.net.URL;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Brain}. Instances that the application provides win over providers of the same name, and are not
 * closed with the Brain. Not thread-safe.
 *
 * @stability stable
 */
public final class BrainBuilder {
    private Environment environment = Environment.of(System.getenv());
    private Clock clock = Clock.systemUTC();
    private @Nullable TaskQueue queue;
    private @Nullable SiteRegistry registry;
    private @Nullable String url;
    private @Nullable DataSource dataSource;
    private @Nullable String defaultProfile;
    private Set<String> enabled = Set.of();
    private Duration interval = Duration.ofMinutes(5);
    private int maxClaims = 50;
    private int batchSize = 50;
    private int pageSize = 500;
    private List<Duration> readBackDelays = List.of(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(3),
            Duration.ofSeconds(5));
    private Duration unknownAfter = Duration.ofMinutes(15);
    private final List<Site> sites = new ArrayList<>();
    private final List<Path> profiles = new ArrayList<>();
    private final List<Profile> read = new ArrayList<>();
    private final Map<Class<?>, Object> shared = new LinkedHashMap<>();
    private final List<BrainListener> listeners = new ArrayList<>();
    private final Map<String, ResourceSource> sources = new LinkedHashMap<>();
    private final Map<String, ClaimStrategy> claims = new LinkedHashMap<>();
    private final Map<String, PayloadBuilder> payloads = new LinkedHashMap<>();
    private List<ClassLoader> loaders = List.of(Brain.class.getClassLoader());

    BrainBuilder() {}

    /** Sets where providers read their settings. Defaults to the process's environment. */
    public BrainBuilder environment(Environment environment) {
        this.environment = requireNonNull(environment, "environment");
        return this;
    }

    public BrainBuilder clock(Clock clock) {
        this.clock = requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Sets the store with the queue, which stays open. Defaults to the one that the environment names, see {@link
     * Store#url}.
     */
    public BrainBuilder queue(Store store) {
        this.queue = store.queue();
        return this;
    }

    /** Sets the registry of sites. It can't be combined with {@link #site}. */
    public BrainBuilder sites(SiteRegistry registry) {
        this.registry = requireNonNull(registry, "registry");
        return this;
    }

    /** Adds a site that is configured in code. */
    public BrainBuilder site(Site site) {
        sites.add(requireNonNull(site, "site"));
        return this;
    }

    /**
     * Sets the system of record to an application's own connections, which the application closes. Defaults to the
     * database that the environment names.
     *
     * @param url the JDBC URL of the connections, whose beginning selects the dialect; it needs no account
     */
    public BrainBuilder database(String url, DataSource dataSource) {
        this.url = requireNonNull(url, "url");
        this.dataSource = requireNonNull(dataSource, "dataSource");
        return this;
    }

    /**
     * Sets the system of record as {@link #database(String, DataSource)} does. Asks a connection for the URL at once.
     *
     * @throws ConfigurationException if the driver does not tell the URL
     * @throws dev.brain.error.UnavailableException if there is no connection
     */
    public BrainBuilder database(DataSource dataSource) {
        return database(ConnectionUrl.of(dataSource), dataSource);
    }

    /** Adds a profile file. A single profile serves all sites that name none. */
    public BrainBuilder profile(Path file) {
        profiles.add(requireNonNull(file, "file"));
        return this;
    }

    /** Adds a profile that is a resource of the class path. */
    public BrainBuilder profile(URL resource) {
        read.add(Profile.read(resource));
        return this;
    }

    /**
     * Shares an object of the application with all providers, which get it from {@link ProviderContext#shared}. The
     * application closes it.
     */
    public <T> BrainBuilder share(Class<T> type, T instance) {
        shared.put(requireNonNull(type, "type"), type.cast(requireNonNull(instance, "instance")));
        return this;
    }

    /** Sets the profile of sites that name none. */
    public BrainBuilder defaultProfile(String name) {
        this.defaultProfile = requireNonNull(name, "name");
        return this;
    }

    /** Adds a source that sites choose by this name. */
    public BrainBuilder source(String name, ResourceSource source) {
        sources.put(name, source);
        return this;
    }

    /** Adds a claim strategy that sites choose by this name. */
    public BrainBuilder claim(String name, ClaimStrategy strategy) {
        claims.put(name, strategy);
        return this;
    }

    /** Adds a payload builder that sites choose by this name. */
    public BrainBuilder payload(String name, PayloadBuilder builder) {
        payloads.put(name, builder);
        return this;
    }

    /** Serves only these sites; none means all. */
    public BrainBuilder enabledSites(Set<String> siteIds) {
        this.enabled = Set.copyOf(siteIds);
        return this;
    }

    /** Sets the time between the end of a cycle and the next. Defaults to 5 minutes. */
    public BrainBuilder interval(Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new ConfigurationException("interval must be longer than nothing, not " + interval);
        }
        this.interval = interval;
        return this;
    }

    /** Sets the maximum claims per cycle of sites that set none. Defaults to 50. */
    public BrainBuilder maxClaims(int maxClaims) {
        this.maxClaims = atLeastOne("maxClaims", maxClaims);
        return this;
    }

    /** Sets the number of claims in one batch. Defaults to 50. */
    public BrainBuilder batchSize(int batchSize) {
        this.batchSize = atLeastOne("batchSize", batchSize);
        return this;
    }

    /** Sets the number of candidates in one read, and so in memory. Defaults to 500. */
    public BrainBuilder pageSize(int pageSize) {
        this.pageSize = atLeastOne("pageSize", pageSize);
        return this;
    }

    /** Sets the pauses between read-backs of an unknown claim. Defaults to 0.5, 1, 2, 3 and 5 s. */
    public BrainBuilder readBackDelays(List<Duration> delays) {
        this.readBackDelays = List.copyOf(delays);
        return this;
    }

    /** Sets the age at which an unknown outcome becomes an incident. Defaults to 15 minutes. */
    public BrainBuilder unknownAfter(Duration age) {
        this.unknownAfter = requireNonNull(age, "age");
        return this;
    }

    /** Adds a listener of events, besides those whose providers are found. */
    public BrainBuilder listener(BrainListener listener) {
        listeners.add(requireNonNull(listener, "listener"));
        return this;
    }

    /** Sets where providers and data files are searched for. Defaults to this library's class loader. */
    public BrainBuilder pluginLoaders(List<ClassLoader> loaders) {
        this.loaders = List.copyOf(loaders);
        return this;
    }

    /**
     * Builds the Brain.
     *
     * @throws ConfigurationException if something is missing, or a site that was added here names an unknown part
     */
    public Brain build() {
        ProviderContext context = new ProviderContext(environment, clock, loaders);
        shared.forEach((type, instance) -> give(context, type, instance));
        if (url != null && dataSource != null) {
            context.give(Database.class, Database.of(url, dataSource, context));
        }
        List<Profile> known = new ArrayList<>(read);
        profiles.stream().map(Profile::read).forEach(known::add);
        if (shared.get(Profile.class) instanceof Profile profile) {
            known.add(profile);
        }
        context.give(Profiles.class, new Profiles(context, known, defaultProfile));
        SiteProviders providers = SiteProviders.of(SiteSettings.of(context, sources, claims, payloads));
        List<AutoCloseable> owned = new ArrayList<>();
        try {
            return build(context, providers, owned);
        } catch (RuntimeException | Error e) {
            owned.add(providers);
            Closing.afterFailure(e, owned.toArray(AutoCloseable[]::new));
            throw e;
        }
    }

    private static <T> void give(ProviderContext context, Class<T> type, Object instance) {
        context.give(type, type.cast(instance));
    }

    private Brain build(ProviderContext context, SiteProviders providers, List<AutoCloseable> owned) {
        if (registry != null && !sites.isEmpty()) {
            throw new ConfigurationException("sites were given by site(…) and by sites(…): choose one");
        }
        Set<String> ids = new HashSet<>();
        for (Site site : sites) {
            if (!ids.add(site.id())) {
                throw new ConfigurationException(
                        "site '" + site.id() + "' was given twice by site(…): give each its own id");
            }
            EngineParts.requireResolvable(site, providers);
        }
        TaskQueue used = queue;
        if (used == null) {
            String url = Store.url(environment, loaders);
            Store store = Store.open(new Store.Options(url, Store.Options.Access.CREATE, environment, clock), loaders);
            owned.add(store);
            used = store.queue();
        }
        Providers<BrainListener> found = Providers.of("listener", BrainListener.Provider.class, context, Map.of());
        owned.add(found);
        Notifier notifier = new Notifier(environment, used.incidents(), clock);
        owned.add(notifier);
        StopSignal stop = new StopSignal();
        EngineParts parts = new EngineParts(
                providers,
                used,
                registry != null ? registry : SiteRegistry.of(sites),
                new CycleOptions(maxClaims, batchSize, pageSize, readBackDelays, unknownAfter),
                clock,
                Stream.concat(listeners.stream(), found.all().stream()).toList(),
                stop,
                owned);
        return new Brain(new Engine(parts), notifier, enabled, interval, stop);
    }

    private static int atLeastOne(String option, int value) {
        if (value < 1) {
            throw new ConfigurationException(option + " must be at least 1, not " + value);
        }
        return value;
    }
}
