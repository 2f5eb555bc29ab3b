package dev.brain.examples.launcher;

import dev.brain.Brain;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ends a command in good order on Ctrl-C or SIGTERM: its Brain stops after the batch under way, the command finishes, and
 * the process ends with the status that was asked for. To be closed when all else of the command is.
 */
final class CleanStop implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicReference<Brain> brain = new AtomicReference<>();
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

    /** The one to stop. */
    void closes(Brain brain) {
        this.brain.set(brain);
    }

    /** Waits that long, or until somebody asks to stop; whether somebody has. */
    boolean await(Duration time) throws InterruptedException {
        return asked.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void stop(int status) {
        asked.countDown();
        try {
            Brain running = brain.get();
            if (running != null) {
                running.close();
            }
            finished.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
