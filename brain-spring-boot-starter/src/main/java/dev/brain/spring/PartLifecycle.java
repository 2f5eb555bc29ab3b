package dev.brain.spring;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * Starts claiming or working after all beans of the application are there, and stops it before any of them is destroyed.
 * Thread-safe.
 */
final class PartLifecycle implements SmartLifecycle, DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(PartLifecycle.class);

    private final String name;
    private final int phase;
    private final Supplier<? extends AutoCloseable> starter;
    private @Nullable AutoCloseable running;
    private @Nullable Thread stopping;

    /**
     * @param name what it is, for messages
     * @param starter starts it; what it returns stops it when it is closed
     */
    PartLifecycle(String name, int phase, Supplier<? extends AutoCloseable> starter) {
        this.name = name;
        this.phase = phase;
        this.starter = starter;
    }

    @Override
    public synchronized void start() {
        if (running == null) {
            running = starter.get();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return running != null;
    }

    @Override
    public int getPhase() {
        return phase;
    }

    /** A context that tests pause keeps it running: a closed part can't be continued. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    /** Stops on a thread of its own, so that all parts stop at the same time. */
    @Override
    public synchronized void stop(Runnable callback) {
        AutoCloseable current = running;
        running = null;
        if (current == null) {
            callback.run();
            return;
        }
        Thread thread = new Thread(
                () -> {
                    try {
                        close(current);
                    } finally {
                        callback.run();
                    }
                },
                "brain-stop-" + name);
        stopping = thread;
        thread.start();
    }

    @Override
    public void stop() {
        stop(() -> {});
        awaitStop();
    }

    /** Waits for a stop that took longer than Spring waits: what the part uses is destroyed next. */
    @Override
    public void destroy() {
        stop();
    }

    private void awaitStop() {
        Thread thread;
        synchronized (this) {
            thread = stopping;
        }
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.error("{} could not be stopped properly", name, e);
        }
    }
}
