package dev.brain.dashboard.internal.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells all open pages that something has changed; they then load their changing parts again. One thread writes to all of
 * them, however many there are. Thread-safe.
 *
 * <p>A stream ends after ten minutes, and the browser opens another. The little that is written in that time always fits
 * into the buffer of a connection, so a browser that reads nothing never blocks that thread.
 */
public final class LiveUpdates implements AutoCloseable {
    static final int MOST = 200;
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration HEARTBEAT = Duration.ofSeconds(20);
    private static final Duration WATCH = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(LiveUpdates.class);

    private final Clock clock;
    private final List<Subscriber> subscribers = new ArrayList<>();
    private final ScheduledExecutorService thread;

    private record Subscriber(OutputStream stream, Runnable onClose, Instant until) {}

    LiveUpdates(Clock clock) {
        this.clock = clock;
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread started = new Thread(task, "brain-dashboard-live");
            started.setDaemon(true);
            return started;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread = executor;
        beat();
    }

    /** Finds the browsers that are gone. */
    @SuppressWarnings("FutureReturnValueIgnored") // it throws nothing
    private void beat() {
        thread.scheduleWithFixedDelay(
                () -> write(": still here\n\n"), HEARTBEAT.toMillis(), HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Asks every five seconds whether something has changed, while any page is open and visible, and then tells them. */
    @SuppressWarnings("FutureReturnValueIgnored") // it throws nothing
    public void watch(BooleanSupplier hasChanged) {
        thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        if (isWatched() && hasChanged.getAsBoolean()) {
                            write("event: changed\ndata:\n\n");
                        }
                    } catch (RuntimeException e) {
                        // goes on: one that is thrown would end all later looks
                        LOG.warn("the dashboard could not look for changes", e);
                    }
                },
                WATCH.toMillis(),
                WATCH.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Tells all open pages that something has changed. Call it at most once a second. */
    public void publish() {
        if (!thread.isShutdown()) {
            thread.execute(() -> write("event: changed\ndata:\n\n"));
        }
    }

    /** Returns whether any page is open and visible. Otherwise nothing needs to be looked up for them. */
    public boolean isWatched() {
        synchronized (subscribers) {
            return !subscribers.isEmpty();
        }
    }

    Response subscribe(Request request) {
        synchronized (subscribers) {
            if (subscribers.size() >= MOST) {
                throw new HttpException(503, "busy");
            }
        }
        return Response.of(200, "text/event-stream", new byte[0]).withBody(new Response.EventStream(this::begin));
    }

    private void begin(OutputStream stream, Runnable onClose) {
        Subscriber subscriber = new Subscriber(stream, onClose, clock.instant().plus(LONGEST));
        synchronized (subscribers) {
            if (!thread.isShutdown() && subscribers.size() < MOST && send(subscriber, "retry: 3000\n\n")) {
                subscribers.add(subscriber);
                return;
            }
        }
        close(onClose);
    }

    /** Closes a stream, which the server may have closed itself because its browser is gone. */
    private static void close(Runnable onClose) {
        try {
            onClose.run();
        } catch (RuntimeException e) {
            LOG.debug("a stream of live updates was closed already", e);
        }
    }

    private void write(String event) {
        List<Subscriber> all;
        synchronized (subscribers) {
            all = List.copyOf(subscribers);
        }
        Instant now = clock.instant();
        for (Subscriber subscriber : all) {
            if (now.isAfter(subscriber.until()) || !send(subscriber, event)) {
                end(subscriber);
            }
        }
    }

    private static boolean send(Subscriber subscriber, String event) {
        try {
            subscriber.stream().write(event.getBytes(UTF_8));
            subscriber.stream().flush();
            return true;
        } catch (IOException | RuntimeException gone) {
            return false;
        }
    }

    private void end(Subscriber subscriber) {
        synchronized (subscribers) {
            if (!subscribers.remove(subscriber)) {
                return;
            }
        }
        close(subscriber.onClose());
    }

    @Override
    public void close() {
        thread.shutdownNow();
        List<Subscriber> all;
        synchronized (subscribers) {
            all = List.copyOf(subscribers);
        }
        all.forEach(this::end);
    }
}
