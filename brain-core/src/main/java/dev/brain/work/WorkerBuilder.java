package dev.brain.work;

import static java.util.Objects.requireNonNull;

import dev.brain.config.Environment;
import dev.brain.config.SettingDefinition;
import dev.brain.cycle.BrainListener;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.Closing;
import dev.brain.internal.notification.Notifier;
import dev.brain.internal.plugin.Providers;
import dev.brain.plugin.ProviderContext;
import dev.brain.queue.Store;
import dev.brain.queue.TaskQueue;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Worker}. Not thread-safe.
 *
 * @stability stable
 */
public final class WorkerBuilder {
    /** The setting of a site that names the provider of its handler. */
    public static final String HANDLER_SETTING = "handler";

    /** The definition of that setting. */
    public static final SettingDefinition<String> HANDLER =
            SettingDefinition.text(HANDLER_SETTING, "the name of the handler's provider");

    private final Map<String, TaskHandler> handlers = new LinkedHashMap<>();
    private final Map<String, TaskHandler> named = new LinkedHashMap<>();
    private @Nullable TaskQueue queue;
    private @Nullable SiteRegistry registry;
    private Set<String> enabled = Set.of();
    private Environment environment = Environment.of(System.getenv());
    private List<ClassLoader> loaders = List.of(Worker.class.getClassLoader());
    private String owner = "worker-" + ProcessHandle.current().pid();
    private int threads = 1;
    private Duration lease = Duration.ofMinutes(2);
    private Duration poll = Duration.ofSeconds(1);
    private Duration grace = Duration.ofSeconds(30);
    private RetryPolicy retry = RetryPolicy.USUAL;
    private Clock clock = Clock.systemUTC();
    private final List<BrainListener> listeners = new ArrayList<>();
    private RandomGenerator random = RandomGenerator.of("SplittableRandom");

    WorkerBuilder() {}

    record Options(
            String owner,
            int threads,
            Duration lease,
            Duration poll,
            Duration grace,
            Clock clock,
            RandomGenerator random,
            WorkerEvents events,
            Notifier notifier) {}

    /** Sets the store with the queue, which stays open. */
    public WorkerBuilder queue(Store store) {
        this.queue = store.queue();
        return this;
    }

    /** Sets the handler of a site's tasks, instead of the provider that the site names. */
    public WorkerBuilder handler(String siteId, TaskHandler handler) {
        handlers.put(requireNonNull(siteId, "siteId"), requireNonNull(handler, "handler"));
        return this;
    }

    /** Adds a handler that sites choose by this name, with the setting {@link #HANDLER_SETTING}. */
    public WorkerBuilder handlerNamed(String name, TaskHandler handler) {
        named.put(requireNonNull(name, "name"), requireNonNull(handler, "handler"));
        return this;
    }

    /** Sets the registry of sites. Their handlers are read once, their limits every few seconds. */
    public WorkerBuilder sites(SiteRegistry registry) {
        this.registry = requireNonNull(registry, "registry");
        return this;
    }

    /** Restricts the worker to these sites. Defaults to all sites that have a handler. */
    public WorkerBuilder enabledSites(Set<String> siteIds) {
        this.enabled = Set.copyOf(siteIds);
        return this;
    }

    /** Sets the settings for handlers' providers. Defaults to the process's environment. */
    public WorkerBuilder environment(Environment environment) {
        this.environment = requireNonNull(environment, "environment");
        return this;
    }

    /** Sets the class loader that finds providers. Defaults to this library's class loader. */
    public WorkerBuilder pluginLoaders(List<ClassLoader> loaders) {
        this.loaders = List.copyOf(loaders);
        return this;
    }

    /** Sets the name of the lease owner, for people. */
    public WorkerBuilder owner(String owner) {
        this.owner = requireNonNull(owner, "owner");
        return this;
    }

    /** Sets the number of tasks that run at the same time. Defaults to 1. */
    public WorkerBuilder threads(int threads) {
        if (threads < 1) {
            throw new ConfigurationException("threads must be at least 1, not " + threads);
        }
        this.threads = threads;
        return this;
    }

    /** Sets the duration of a lease, after which a dead worker's task is ready again. Defaults to 2 minutes. */
    public WorkerBuilder lease(Duration lease) {
        this.lease = inRange(lease, "lease", Duration.ofMillis(1));
        return this;
    }

    /** Sets the pause between polls of an empty queue. Defaults to 1 second. */
    public WorkerBuilder poll(Duration poll) {
        this.poll = inRange(poll, "poll", Duration.ofMillis(1));
        return this;
    }

    /**
     * Sets how long running handlers may continue after the worker is closed, before they are interrupted. Defaults to
     * 30 seconds.
     */
    public WorkerBuilder grace(Duration grace) {
        this.grace = inRange(grace, "grace", Duration.ZERO);
        return this;
    }

    /**
     * Sets when tasks are tried again after a technical failure. The settings of a site win over it, each by itself.
     * Defaults to {@link RetryPolicy#USUAL}.
     */
    public WorkerBuilder retry(RetryPolicy retry) {
        this.retry = requireNonNull(retry, "retry");
        return this;
    }

    public WorkerBuilder clock(Clock clock) {
        this.clock = requireNonNull(clock, "clock");
        return this;
    }

    /**
     * Adds a listener, besides those whose providers are found. It receives the events of this worker and its tasks, and the
     * incidents that are reported and closed through the queue, until the worker has ended.
     */
    public WorkerBuilder listener(BrainListener listener) {
        listeners.add(requireNonNull(listener, "listener"));
        return this;
    }

    /** Sets the source of the jitter of retries. */
    public WorkerBuilder random(RandomGenerator random) {
        this.random = requireNonNull(random, "random");
        return this;
    }

    /**
     * Builds the worker.
     *
     * @throws ConfigurationException if there is no queue or no site with a handler, if a site names an unknown
     *     handler, or if no site has valid limits
     */
    public Worker build() {
        TaskQueue used = queue;
        if (used == null) {
            throw new ConfigurationException("a worker needs a queue");
        }
        ProviderContext context = new ProviderContext(environment, clock, loaders);
        Providers<TaskHandler> providers = handlers(context);
        return Closing.orClose(() -> build(used, context, providers), context, providers);
    }

    private Worker build(TaskQueue used, ProviderContext context, Providers<TaskHandler> providers) {
        Map<String, SiteHandler> bySite = new LinkedHashMap<>();
        handlers.forEach((id, handler) -> bySite.put(id, new SiteHandler(SiteHandler.CODE, handler)));
        for (Site site : registry == null ? List.<Site>of() : registry.sites()) {
            if (isEnabled(site.id()) && !bySite.containsKey(site.id())) {
                site.settings()
                        .text(HANDLER_SETTING)
                        .ifPresent(
                                name -> bySite.put(site.id(), new SiteHandler(name, handler(providers, name, site))));
            }
        }
        bySite.keySet().removeIf(id -> !isEnabled(id));
        if (bySite.isEmpty()) {
            throw new ConfigurationException("no site has a handler: give one the setting \"" + HANDLER_SETTING
                    + "\"; found: " + providers.found());
        }
        Limits limits = new Limits(List.copyOf(bySite.keySet()), registry, clock, retry);
        Providers<BrainListener> found = Providers.of("listener", BrainListener.Provider.class, context, Map.of());
        WorkerEvents events = Closing.orClose(
                () -> new WorkerEvents(
                        Stream.concat(listeners.stream(), found.all().stream()).toList()),
                found);
        Notifier notifier = new Notifier(environment, used.incidents(), clock);
        List<AutoCloseable> owned =
                List.of(context, providers, found, used.incidents().listen(events), notifier);
        Options options = new Options(owner, threads, lease, poll, grace, clock, random, events, notifier);
        return new Worker(options, used, bySite, limits, owned);
    }

    private Providers<TaskHandler> handlers(ProviderContext context) {
        return Providers.of("task handler", TaskHandler.Provider.class, context, named);
    }

    private boolean isEnabled(String siteId) {
        return enabled.isEmpty() || enabled.contains(siteId);
    }

    private static TaskHandler handler(Providers<TaskHandler> providers, String name, Site site) {
        try {
            return providers.get(name);
        } catch (ConfigurationException e) {
            throw ConfigurationException.ofSite(site.id(), e.problem(), e);
        }
    }

    private static Duration inRange(Duration duration, String name, Duration least) {
        if (duration.compareTo(least) < 0 || duration.compareTo(RetryPolicy.LONGEST) > 0) {
            throw new ConfigurationException(
                    name + " must be from " + least.toMillis() + " ms to 365 days, was " + duration);
        }
        return duration;
    }
}
