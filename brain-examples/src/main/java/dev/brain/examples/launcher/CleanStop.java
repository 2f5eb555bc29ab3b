package dev.brain.examples.launcher;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a command in good order on Ctrl-C or SIGTERM: what runs is closed, the command finishes, and
 * the process ends with the status that was asked for. To be closed when all else of the command is.
 */
final class CleanStop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CleanStop.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicReference<AutoCloseable> running = new AtomicReference<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;

    private CleanStop(int status) {
        hook = new Thread(() -> stop(status), "brain-stop");
    }

    /** From now on a signal ends the process with this status. */
    static CleanStop withStatus(int status) {
        CleanStop stop = new CleanStop(status);
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    /** What to close when the process is asked to stop. */
    void closes(AutoCloseable running) {
        this.running.set(running);
    }

    /** Waits that long, or until somebody asks to stop; whether somebody has. */
    boolean await(Duration time) throws InterruptedException {
        return asked.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void stop(int status) {
        asked.countDown();
        try {
            AutoCloseable closed = running.get();
            if (closed != null) {
                closed.close();
            }
            finished.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.error("stopping failed", e);
        } finally {
            // a JVM that ends on a signal has that signal's status, unless it is halted
            Runtime.getRuntime().halt(status);
        }
    }

    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // the hook is running and ends the process
        }
    }
}
