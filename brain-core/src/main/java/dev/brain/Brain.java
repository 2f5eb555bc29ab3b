package dev.brain;

import dev.brain.cycle.CycleReport;
import dev.brain.internal.StopSignal;
import dev.brain.internal.engine.Engine;
import dev.brain.internal.notification.Notifier;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds work in a system of record, claims it and queues it. It runs one cycle at a time, on demand or at an interval.
 *
 * <p>Thread-safe. Several Brains may share a queue and a system of record, in one process or in many.
 *
 * @stability stable
 */
public final class Brain implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Brain.class);

    private final Engine engine;
    private final Notifier notifier;
    private final Set<String> enabled;
    private final Duration interval;
    private final StopSignal stop;

    private @Nullable Thread loop;

    Brain(Engine engine, Notifier notifier, Set<String> enabled, Duration interval, StopSignal stop) {
        this.engine = engine;
        this.notifier = notifier;
        this.enabled = enabled;
        this.interval = interval;
        this.stop = stop;
    }

    public static BrainBuilder builder() {
        return new BrainBuilder();
    }

    /**
     * Recovers what earlier runs left, then serves every active site once.
     *
     * <p>Failures are in the report. A site's failure does not affect other sites, and an unavailable source is an error,
     * never "no work".
     *
     * @throws dev.brain.error.ConfigurationException if the environment names a webhook for notifications that can't be
     *     used
     */
    public CycleReport runCycle() {
        notifier.start();
        return engine.run(enabled, false);
    }

    /** Returns what {@link #runCycle} would do now, without writing to the system of record or the queue. */
    public CycleReport dryRun() {
        return engine.run(enabled, true);
    }

    /** Returns the actions of operators on single resources and sites. */
    public BrainOperations operations() {
        return new BrainOperations(engine);
    }

    /**
     * Runs cycles on a thread of its own, with the interval between them, until the Brain is closed.
     *
     * @throws dev.brain.error.ConfigurationException if the environment names a webhook for notifications that can't be
     *     used
     */
    public synchronized void start() {
        if (loop != null) {
            throw new IllegalStateException("Brain is already started");
        }
        notifier.start();
        loop = new Thread(this::repeat, "brain-cycle");
        loop.start();
    }

    private void repeat() {
        while (!stop.isStopped()) {
            try {
                runCycle();
            } catch (RuntimeException | Error e) {
                // continue: a loop that ended here would look like a requested stop
                LOG.error("a cycle failed", e);
            }
            if (stop.await(interval)) {
                return;
            }
        }
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
        engine.close();
    }
}
