package dev.brain.internal.engine;

import dev.brain.check.Finding;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SyncScope;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.incident.IncidentLog;
import dev.brain.internal.Closing;
import dev.brain.internal.monitor.Monitor;
import dev.brain.internal.site.SiteSettings;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.ResourceId;
import dev.brain.site.Site;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one cycle at a time, live or dry. Thread-safe. */
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final EngineParts parts;
    /** The queue for this engine's own reservations. */
    private final TaskQueue queue;

    private final IncidentLog.Subscription subscription;
    private final ReentrantLock running = new ReentrantLock();
    /** Accessed only within a cycle. */
    private final CycleMemory memory = new CycleMemory();

    public Engine(EngineParts parts) {
        this.parts = parts;
        this.queue = parts.queue().newRun();
        this.subscription = listen(queue.incidents());
    }

    /** Serves every active site, or only the enabled ones if any are named. */
    public CycleReport run(Set<String> enabled, boolean dry) {
        return exclusively(() -> {
            CycleReport report = cycle(queue, dry).run(enabled);
            if (!dry) {
                record(report);
            }
            return report;
        });
    }

    private void record(CycleReport report) {
        if (queue instanceof Monitor.Source source) {
            try {
                source.monitor().record(report);
            } catch (BrainException e) {
                LOG.warn("the report of the cycle is not on dashboards: {}", e.getMessage());
            }
        }
    }

    /**
     * Claims and queues one resource.
     *
     * @param actor who asks for it, for the history
     * @throws ConfigurationException if there is no such site
     */
    public CycleReport sync(Actor actor, String siteId, ResourceId id, SyncScope scope, boolean dry) {
        Site site = parts.site(siteId);
        return exclusively(() -> cycle(queue.by(actor), dry).only(site, id, scope));
    }

    /** Checks everything that cycles and workers need of a site. */
    public List<Finding> check(Site site) {
        return new SiteCheck(site, parts.providers()).run();
    }

    /** Returns the settings that sites may have. */
    public SiteSettings settings() {
        return parts.providers().settings();
    }

    /** Returns the operators' actions on tasks that need the system of record. */
    public ResourceActions actions() {
        return new ResourceActions(parts);
    }

    /** @param actors the queue, for whoever starts the cycle */
    private Cycle cycle(TaskQueue actors, boolean dry) {
        ClaimQueue live = new LiveClaimQueue(actors, new Events(parts.listeners(), queue.incidents()));
        ClaimQueue queue = dry ? new DryRunQueue(live, parts.clock()) : live;
        if (dry) {
            listen(queue.incidents());
        }
        Events events = new Events(parts.listeners(), queue.incidents());
        CycleMemory used = dry ? memory.copy() : memory;
        CycleContext context = new CycleContext(
                parts.providers(),
                queue,
                parts.options(),
                parts.clock(),
                parts.stop(),
                events,
                new OpenIncidents(queue.incidents()),
                new SharedClaimants(events, used.unrecorded()),
                used,
                dry);
        return new Cycle(context, parts.registry());
    }

    private IncidentLog.Subscription listen(IncidentLog incidents) {
        return incidents.listen(new Events(parts.listeners(), incidents));
    }

    private CycleReport exclusively(Supplier<CycleReport> run) {
        running.lock();
        try {
            if (parts.stop().isStopped()) {
                throw new IllegalStateException("Brain is closed");
            }
            return run.get();
        } finally {
            running.unlock();
        }
    }

    /**
     * Stops after the current batch, waits for it, ends the engine's run, and closes the providers and what was opened for
     * this engine.
     */
    @Override
    public void close() {
        parts.stop().stop();
        running.lock();
        try {
            Closing.all(List.of(subscription, parts, queue));
        } finally {
            running.unlock();
        }
    }
}
