package dev.brain.playwright;

import dev.brain.error.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processes of a driver and its browser, which can be ended from any thread. */
final class BrowserProcesses {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);
    /** A driver is known by being a new child of this process, so two must not be started at once. */
    private static final Object STARTING = new Object();

    private final Set<ProcessHandle> processes = new LinkedHashSet<>();
    /** The children of this process before the driver that is being started; null if none is. */
    private @Nullable Set<ProcessHandle> before;

    private boolean killed;

    /**
     * Starts a driver and remembers its process.
     *
     * @throws UnavailableException if the processes were ended before
     */
    <T> T driver(Supplier<T> start) {
        synchronized (STARTING) {
            synchronized (processes) {
                if (killed) {
                    throw new UnavailableException("the browser was ended before it was started");
                }
                before = children();
            }
            try {
                return start.get();
            } finally {
                synchronized (processes) {
                    addDriver();
                    before = null;
                }
            }
        }
    }

    /** Remembers the driver that is being started, if any. */
    private void addDriver() {
        if (before != null) {
            Set<ProcessHandle> fresh = children();
            fresh.removeAll(before);
            fresh.stream().filter(BrowserProcesses::isDriver).forEach(processes::add);
        }
    }

    /** Remembers the browsers that the driver has started. */
    void addBrowsers() {
        synchronized (processes) {
            List.copyOf(processes).forEach(driver -> driver.children().forEach(processes::add));
        }
    }

    private static Set<ProcessHandle> children() {
        return new LinkedHashSet<>(ProcessHandle.current().children().toList());
    }

    /** Others may start processes at the same time: a driver is Playwright's Node. Windows shows only the program. */
    private static boolean isDriver(ProcessHandle process) {
        ProcessHandle.Info info = process.info();
        return info.commandLine()
                .map(line -> line.contains("run-driver"))
                .orElseGet(() -> info.command()
                        .map(program -> program.matches("(?i).*\\bnode(\\.exe)?"))
                        .orElse(false));
    }

    /** Returns the driver, then the browser. */
    List<ProcessHandle> all() {
        synchronized (processes) {
            return List.copyOf(processes);
        }
    }

    boolean areAlive() {
        return all().stream().allMatch(ProcessHandle::isAlive);
    }

    /** Ends them with all their children, also a driver that is being started. None is started afterwards. */
    @SuppressWarnings("FutureReturnValueIgnored") // what counts is that they have gone, which the latch tells
    void kill(Duration limit) {
        List<ProcessHandle> all = new ArrayList<>();
        synchronized (processes) {
            killed = true;
            addDriver();
        }
        for (ProcessHandle process : all()) {
            all.addAll(process.descendants().toList());
            all.add(process);
        }
        all.forEach(ProcessHandle::destroyForcibly);
        CountDownLatch ended = new CountDownLatch(all.size());
        all.forEach(process -> process.onExit().whenComplete((end, failure) -> ended.countDown()));
        try {
            if (!ended.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a browser process can't be ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
