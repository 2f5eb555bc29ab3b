package dev.brain.dashboard;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends the connections of clients that are too slow. The JDK's HTTP server reads and writes on the thread that handles a
 * request, and an interrupt closes the connection. Thread-safe.
 */
final class ConnectionTimeouts implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "brain-dashboard-timeouts");
        thread.setDaemon(true);
        return thread;
    });

    private static final ThreadLocal<@Nullable Limit> CURRENT = new ThreadLocal<>();

    ConnectionTimeouts() {
        // nobody is waited for while the server closes
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** A time within which a thread must be done with its client. */
    private static final class Limit {
        private final Thread thread = Thread.currentThread();
        private boolean ended;

        private synchronized void expire() {
            if (!ended) {
                thread.interrupt();
            }
        }

        /** Nothing else interrupts these threads, so an interrupt that came too late is this one's. */
        private synchronized void end() {
            ended = true;
            Thread.interrupted();
        }
    }

    /** Interrupts this thread after that time, unless {@link #end} or another call comes first. */
    @SuppressWarnings("FutureReturnValueIgnored") // an interrupt throws nothing
    void begin(Duration time) {
        end();
        Limit limit = new Limit();
        CURRENT.set(limit);
        timer.schedule(limit::expire, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends the limit of this thread. */
    void end() {
        Limit limit = CURRENT.get();
        if (limit != null) {
            limit.end();
            CURRENT.remove();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
