package dev.brain.internal.notification;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.IncidentLog;
import dev.brain.incident.IncidentLog.Subscription;
import dev.brain.internal.StopSignal;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the incidents of a store to the webhook that the environment names, on a daemon thread of its own. Does nothing if
 * none is named. Thread-safe.
 */
public final class Notifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

    /** How long {@link #close} waits for what is due. */
    private static final Duration LAST_DELIVERIES = Duration.ofSeconds(5);

    private final Environment environment;
    private final IncidentLog incidents;
    private final Clock clock;
    private final StopSignal stop = new StopSignal();
    private final Semaphore wakes = new Semaphore(0);

    private boolean started;
    private @Nullable Thread thread;

    /** Creates a notifier, which is yet to be started. Changes of incidents are kept from now on. */
    public Notifier(Environment environment, IncidentLog incidents, Clock clock) {
        this.environment = environment;
        this.incidents = incidents;
        this.clock = clock;
        keep(incidents, environment);
    }

    /** Makes a log keep the changes of its incidents for the webhook, if the environment names one. */
    public static void keep(IncidentLog incidents, Environment environment) {
        if (environment.get(Webhook.URL).isPresent() && incidents instanceof Outbox.Source source) {
            source.outbox().keep();
        }
    }

    /**
     * Starts to deliver. Later calls do nothing.
     *
     * @throws ConfigurationException if the webhook's URL or secret can't be used
     */
    public synchronized void start() {
        if (started || stop.isStopped()) {
            return;
        }
        Optional<Webhook> webhook = Webhook.of(environment);
        started = true;
        if (webhook.isEmpty()) {
            return;
        }
        if (!(incidents instanceof Outbox.Source source)) {
            LOG.warn("this store keeps no notifications, so {} has no effect", Webhook.URL);
            return;
        }
        Outbox outbox = source.outbox();
        Delivery delivery = new Delivery(outbox, webhook.get(), clock);
        Thread fresh = new Thread(() -> run(outbox, delivery), "brain-notifier");
        fresh.setDaemon(true);
        fresh.start();
        thread = fresh;
    }

    private void run(Outbox outbox, Delivery delivery) {
        Subscription subscription = outbox.listen(wakes::release);
        try {
            while (!stop.isStopped()) {
                Duration pause = deliver(delivery);
                if (delivery.isFailing()) {
                    stop.await(pause);
                } else if (wakes.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                    wakes.drainPermits();
                }
            }
            if (!delivery.isFailing()) {
                deliver(delivery);
            }
        } catch (InterruptedException e) {
            LOG.debug("stopped while something was being delivered; it is delivered by the next run", e);
        } finally {
            subscription.close();
        }
    }

    private static Duration deliver(Delivery delivery) throws InterruptedException {
        try {
            return delivery.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("notifications can't be read from the queue just now, trying again: {}", e.toString());
            LOG.debug("reading notifications failed", e);
            return Delivery.POLL;
        }
    }

    /**
     * Delivers what is due, for five seconds at most, and stops. What is left is delivered by the next run that uses the
     * store.
     */
    @Override
    public void close() {
        stop.stop();
        wakes.release();
        Thread last;
        synchronized (this) {
            last = thread;
        }
        if (last == null) {
            return;
        }
        try {
            last.join(LAST_DELIVERIES.toMillis());
            last.interrupt();
            // it may be about to use the store, which is closed next
            last.join(LAST_DELIVERIES.toMillis());
        } catch (InterruptedException e) {
            last.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
