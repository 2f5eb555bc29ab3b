package dev.brain;

import dev.brain.check.Finding;
import dev.brain.claim.ClaimStrategy;
import dev.brain.cycle.BrainListener;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SyncScope;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.internal.StopSignal;
import dev.brain.plugin.Closing;
import dev.brain.queue.QueueState;
import dev.brain.queue.Reservation;
import dev.brain.queue.Task;
import dev.brain.queue.TaskDraft;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Ownership;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds work in a system of record, claims it and queues it; one cycle at a time, on demand or by itself on an interval.
 *
 * <p>Thread-safe. Several may work on one queue and one system of record, in one process or in many.
 */
public final class Brain implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Brain.class);

    private final Services services;
    private final TaskQueue queue;
    private final List<AutoCloseable> owned;
    private final SiteRegistry registry;
    private final Set<String> enabled;
    private final Options options;
    private final Duration interval;
    private final Clock clock;
    private final List<BrainListener> listeners;
    private final IncidentLog.Subscription subscription;
    private final StopSignal stop = new StopSignal();
    private final ReentrantLock cycle = new ReentrantLock();
    /** Accessed only within a cycle. */
    private final Cycle.Memory memory = new Cycle.Memory();

    private @Nullable Thread loop;

    Brain(
            Services services,
            TaskQueue queue,
            List<AutoCloseable> owned,
            SiteRegistry registry,
            Set<String> enabled,
            Options options,
            Duration interval,
            Clock clock,
            List<BrainListener> listeners) {
        this.services = services;
        this.queue = queue;
        this.owned = owned;
        this.registry = registry;
        this.enabled = enabled;
        this.options = options;
        this.interval = interval;
        this.clock = clock;
        this.listeners = listeners;
        this.subscription = listen(queue);
    }

    private IncidentLog.Subscription listen(TaskQueue to) {
        return to.incidents().listen(new Events(listeners, to.incidents())::recorded);
    }

    public static BrainBuilder builder() {
        return new BrainBuilder();
    }

    /**
     * Recovers what earlier runs left, then serves every active site once.
     *
     * <p>Failures are in the report. A site's failure does not affect other sites, and an unavailable source is an error,
     * never "no work".
     */
    public CycleReport runCycle() {
        return exclusively(() -> cycle(queue, false).run(enabled));
    }

    /** Returns what {@link #runCycle} would do now, without writing to the system of record or the queue. */
    public CycleReport dryRun() {
        return exclusively(() -> onCopy(cycle -> cycle.run(enabled)));
    }

    /**
     * Claims and queues one resource that the site selects. Its reference must match the site's pattern, and it must be
     * free or the claimant's. If it is the claimant's and this queue never had a task for it, the report has a warning.
     *
     * @param dry true to report what would happen without writing
     * @throws ConfigurationException if there is no such site
     */
    public CycleReport sync(String siteId, ResourceId id, boolean dry) {
        return sync(siteId, id, SyncScope.SITE, dry);
    }

    /** Does the same within a scope: {@link SyncScope#ANY} also accepts resources that the site does not select. */
    public CycleReport sync(String siteId, ResourceId id, SyncScope scope, boolean dry) {
        Site site = site(siteId);
        return exclusively(() -> dry
                ? onCopy(cycle -> cycle.only(site, id, scope))
                : cycle(queue, false).only(site, id, scope));
    }

    /** Releases a task's resource, unless the task {@linkplain Task#mayBeSubmitted may have been submitted}. */
    public boolean release(long taskId) {
        return release(taskId, false);
    }

    /**
     * Releases a task's resource in the system of record. A waiting task is cancelled first, so that no worker takes it
     * in the meantime. The resource stays blocked until somebody unblocks it. Incidents of a failed task close.
     *
     * @param notSubmitted whether somebody made sure that the task was not submitted
     * @return true if this call released the resource; false if it is not, or no longer, the claimant's
     * @throws ConfigurationException if there is no such task, it is completed, a worker has it, or its profile does
     *     not support releasing
     */
    public boolean release(long taskId, boolean notSubmitted) {
        Reservation reservation = queue.reservation(taskId)
                .orElseThrow(() -> new ConfigurationException("task " + taskId
                        + " can't be released: there is none, or it isn't known what its resource was like"));
        Site site = site(reservation.draft().siteId());
        ClaimStrategy strategy = services.claims().get(site.claim());
        Resource resource = reservation.draft().resource();
        Optional<Task> known = queue.find(taskId);
        if (known.filter(task -> task.status() == TaskStatus.COMPLETED).isPresent()) {
            throw new ConfigurationException("task " + taskId + " is completed, and free its case would be filed again:"
                    + " give it back by hand if it must be");
        }
        known.ifPresent(task -> requireNotSubmitted(task, notSubmitted));
        if (known.filter(task -> task.status() == TaskStatus.OTHER).isPresent()) {
            throw new ConfigurationException("task " + taskId + " has the status '"
                    + known.get().statusText()
                    + "', which another program gave it: see that nobody works on it, and give"
                    + " its resource back by hand");
        }
        boolean ended = queue.cancel(taskId)
                || queue.find(taskId).filter(task -> task.status().isActive()).isEmpty();
        if (!ended) {
            throw new ConfigurationException("task " + taskId + " is in work: wait until it has ended");
        }
        if (queue.standings(site.id(), List.of(resource.id())).get(resource.id()) == QueueState.ACTIVE) {
            throw new ConfigurationException("task " + taskId + " can't be released: its resource " + resource.id()
                    + " has a later task that isn't ended; release that one");
        }
        boolean released =
                Boolean.TRUE.equals(strategy.release(site, reservation.draft().claimant(), List.of(resource))
                        .get(resource.id()));
        if (strategy.isReadBack()) {
            released = released && isGivenBack(site, reservation);
        }
        if (released) {
            IncidentCode.OF_FAILED_TASKS.forEach(
                    code -> queue.incidents().settle(site.id(), code, List.of(resource.id())));
        }
        return released;
    }

    /** Refuses a task that may have been submitted until a person has confirmed that it was not. */
    private static void requireNotSubmitted(Task task, boolean notSubmitted) {
        if (task.mayBeSubmitted() && !notSubmitted) {
            throw new BrainException("task " + task.id() + " may have been submitted: " + task.failure()
                    + "; check on site " + task.siteId() + " whether "
                    + (task.reference() == null ? "it" : task.reference())
                    + " was submitted; if it was not, repeat the call and confirm that it was not submitted");
        }
    }

    private boolean isGivenBack(Site site, Reservation reservation) {
        ResourceSource source = services.sources().get(site.source());
        ResourceId id = reservation.resourceId();
        for (int look = 0; ; look++) {
            Ownership owned = source.ownership(site, reservation.draft().claimant(), List.of(id))
                    .getOrDefault(id, Ownership.of(Ownership.State.GONE));
            if (owned.state() != Ownership.State.OURS) {
                return true;
            }
            if (look == options.readBackDelays().size()
                    || stop.await(options.readBackDelays().get(look))) {
                return false;
            }
        }
    }

    /** Makes a task pending again, unless it {@linkplain Task#mayBeSubmitted may have been submitted}. */
    public boolean retry(long taskId) {
        return retry(taskId, false);
    }

    /**
     * Makes a failed or cancelled task pending again, if its resource is still the claimant's. A task of another program
     * is accepted without that check, because its claimant is unknown.
     *
     * @param notSubmitted whether somebody made sure that the task was not submitted
     * @return false if it is neither failed nor cancelled, if its resource has an active task or, unless notSubmitted is
     *     set, if its resource has a later task that is completed or may have been submitted
     * @throws BrainException if it may have been submitted and this is not ruled out, or if its resource is no longer the
     *     claimant's or can't be read
     */
    public boolean retry(long taskId, boolean notSubmitted) {
        Optional<Task> known = queue.find(taskId);
        known.ifPresent(task -> requireNotSubmitted(task, notSubmitted));
        boolean ended = known.filter(task -> !task.status().isActive()).isPresent();
        Optional<Reservation> reservation = ended ? queue.reservation(taskId) : Optional.empty();
        if (reservation.isPresent()) {
            TaskDraft draft = reservation.get().draft();
            ResourceId id = draft.resource().id();
            Site site = site(draft.siteId());
            Ownership owned = services.sources()
                    .get(site.source())
                    .ownership(site, draft.claimant(), List.of(id))
                    .getOrDefault(id, Ownership.of(Ownership.State.GONE));
            if (owned.state() != Ownership.State.OURS) {
                throw new BrainException("task " + taskId + " can't be retried: its resource " + id + " isn't "
                        + draft.claimant().name() + "'s any more; unblock it, so that it is claimed anew once it is"
                        + " free");
            }
        }
        return queue.retry(taskId, notSubmitted);
    }

    /** Checks everything that cycles and workers need of a site. The findings say what to do. Writes nothing. */
    public List<Finding> check(Site site) {
        return new SiteCheck(site, services, registry.settingNames()).run();
    }

    /** Runs cycles on a thread of its own, with the interval between them, until the Brain is closed. */
    public synchronized void start() {
        if (loop != null) {
            throw new IllegalStateException("it was started before");
        }
        loop = new Thread(this::repeat, "brain-cycle");
        loop.start();
    }

    private void repeat() {
        do {
            try {
                runCycle();
            } catch (RuntimeException | Error e) {
                // continue: a loop that ended here would look like a requested stop
                LOG.error("a cycle failed", e);
            }
        } while (!stop.await(interval));
    }

    /** Waits until the thread of {@link #start} has ended, which happens when the Brain is closed. */
    public void awaitStop() throws InterruptedException {
        Thread thread;
        synchronized (this) {
            thread = loop;
        }
        if (thread != null) {
            thread.join();
        }
    }

    /**
     * Stops after the current batch, waits for it, and closes everything that the Brain has opened. The next run
     * settles what is left unsettled.
     */
    @Override
    public void close() {
        stop.stop();
        cycle.lock();
        try {
            List<AutoCloseable> all = new ArrayList<>(List.of(subscription));
            all.addAll(owned);
            all.add(services);
            Closing.all(all);
        } finally {
            cycle.unlock();
        }
    }

    private interface Run {
        CycleReport run();
    }

    private CycleReport exclusively(Run run) {
        cycle.lock();
        try {
            if (stop.isStopped()) {
                throw new IllegalStateException("it is closed");
            }
            return run.run();
        } finally {
            cycle.unlock();
        }
    }

    private CycleReport onCopy(Function<Cycle, CycleReport> run) {
        try (TaskQueue copy = queue.snapshot()) {
            listen(copy);
            return run.apply(cycle(copy, true));
        }
    }

    private Cycle cycle(TaskQueue on, boolean dry) {
        return new Cycle(
                services,
                on,
                registry,
                options,
                clock,
                stop,
                new Events(listeners, on.incidents()),
                dry ? memory.copy() : memory,
                dry);
    }

    private Site site(String siteId) {
        List<Site> sites = registry.sites();
        return sites.stream()
                .filter(site -> site.id().equals(siteId))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("there is no site '" + siteId + "'; there are: "
                        + sites.stream().map(Site::id).toList()));
    }
}
