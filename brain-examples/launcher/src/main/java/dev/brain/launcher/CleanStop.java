package dev.brain.launcher;

import dev.brain.internal.ProcessExit;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a command in good order on Ctrl-C or SIGTERM: what runs is closed, the command finishes, and
 * the process ends with the status that was asked for. Must be closed when all else of the command is.
 *
 * <p>If a plug-in calls {@code System.exit}, this is reported, and the process ends with the status of a failure.
 */
public final class CleanStop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CleanStop.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Slightly longer than a worker takes to close. */
    private static final Duration AFTER_EXIT = Duration.ofSeconds(40);

    private final AtomicReference<AutoCloseable> running = new AtomicReference<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;

    private CleanStop(int status, PrintWriter err) {
        hook = new Thread(() -> stop(status, err), "brain-stop");
    }

    /** Makes a signal end the process with this status; errors are printed to this writer. */
    public static CleanStop withStatus(int status, PrintWriter err) {
        CleanStop stop = new CleanStop(status, err);
        Runtime.getRuntime().addShutdownHook(stop.hook);
        return stop;
    }

    /** Sets what is closed when the process is asked to stop. It is closed at once if the process was asked before. */
    public void closes(AutoCloseable running) {
        this.running.set(running);
        // the hook has looked for something to close before this call, or does so after it
        if (isAsked()) {
            closeRunning();
        }
    }

    /** Returns whether the process was asked to stop. */
    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /** Waits that long, or until the process is asked to stop; returns true if it was. */
    public boolean await(Duration time) throws InterruptedException {
        return asked.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void stop(int status, PrintWriter err) {
        asked.countDown();
        Optional<StackTraceElement> exit = Thread.getAllStackTraces().keySet().stream()
                .flatMap(thread -> ProcessExit.caller(thread).stream())
                .findFirst();
        try {
            exit.ifPresent(caller -> {
                LOG.error("{} called System.exit", caller);
                ErrorLine.print(
                        err,
                        caller + " called System.exit, which ends the whole process; a plug-in must return or throw"
                                + " instead");
            });
            Thread closing = new Thread(this::closeRunning, "brain-closing");
            closing.setDaemon(true);
            closing.start();
            // locks of the thread that called System.exit are never released
            closing.join(exit.isPresent() ? AFTER_EXIT.toMillis() : 0);
            if (!closing.isAlive()) {
                finished.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // a JVM that ends on a signal has that signal's status, unless it is halted
            Runtime.getRuntime().halt(exit.isPresent() ? BrainCommand.FAILED : status);
        }
    }

    private void closeRunning() {
        AutoCloseable closed = running.get();
        if (closed == null) {
            return;
        }
        try {
            closed.close();
        } catch (Exception e) {
            LOG.error("stopping failed", e);
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
