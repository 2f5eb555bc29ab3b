package dev.brain.playwright;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processes of a driver and its browser, which can be ended from any thread. */
final class BrowserProcesses {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);
    /** A driver is known by being a new child of this process, so two must not be started at once. */
    private static final Object STARTING = new Object();

    private final Set<ProcessHandle> processes = new LinkedHashSet<>();

    /** Starts a driver and remembers its process. */
    <T> T driver(Supplier<T> start) {
        synchronized (STARTING) {
            Set<ProcessHandle> before = children();
            try {
                return start.get();
            } finally {
                Set<ProcessHandle> fresh = children();
                fresh.removeAll(before);
                synchronized (processes) {
                    fresh.stream().filter(BrowserProcesses::isDriver).forEach(processes::add);
                }
            }
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

    /** Others may start processes at the same time: a driver is Playwright's Node, where its command can be seen. */
    private static boolean isDriver(ProcessHandle process) {
        return process.info()
                .commandLine()
                .map(line -> line.contains("run-driver"))
                .orElse(true);
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

    /** Ends them with all their children. */
    @SuppressWarnings("FutureReturnValueIgnored") // what counts is that they have gone, which the latch tells
    void kill(Duration limit) {
        List<ProcessHandle> all = new ArrayList<>();
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
