package dev.brain.playwright;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.LoginException;
import dev.brain.error.BrainException;
import dev.brain.error.UnavailableException;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers of some page settings, with the session that they share. Thread-safe; batches go one after another. */
final class BrowserPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PlaywrightClaimStrategy.class);
    /** A further worker costs a second or two to start, so it needs some work. */
    private static final int WORTH_A_LANE = 3;

    private final PageSettings settings;
    private final WebSession session;
    private final Supplier<@Nullable Path> executable;
    private final List<@Nullable BrowserWorker> workers = new ArrayList<>();

    BrowserPool(PageSettings settings, WebSession session, Supplier<@Nullable Path> executable) {
        this.settings = settings;
        this.session = session;
        this.executable = executable;
        for (int i = 0; i < settings.limits().workers(); i++) {
            workers.add(null);
        }
    }

    PageSettings settings() {
        return settings;
    }

    WebSession session() {
        return session;
    }

    /** Action something on the first worker; once more on a new one if the first turns out to be broken. */
    synchronized <T> T run(BrowserWorker.Work<T> work, Duration limit) {
        try {
            return worker(0).run(work, limit);
        } catch (RuntimeException e) {
            if (!worker(0, false).isBroken()) {
                throw readable(e);
            }
            LOG.info("a browser went away; another is started");
            try {
                return worker(0).run(work, limit);
            } catch (RuntimeException again) {
                throw readable(again);
            }
        }
    }

    /** Action the work of each resource, on as many workers as it is worth. */
    synchronized Map<ResourceId, ClaimOutcome> all(List<Resource> batch, Function<Resource, WebClaim> press) {
        Queue<Resource> waiting = new ConcurrentLinkedQueue<>(batch);
        Map<ResourceId, ClaimOutcome> outcomes = new ConcurrentHashMap<>();
        int used = Math.min(workers.size(), 1 + (batch.size() - 1) / WORTH_A_LANE);
        CountDownLatch done = new CountDownLatch(used);
        Failure failure = new Failure();
        for (int i = 0; i < used; i++) {
            int number = i;
            Thread feeder = new Thread(
                    () -> {
                        try {
                            feed(number, waiting, outcomes, press, failure);
                        } finally {
                            done.countDown();
                        }
                    },
                    "brain-web-feeder-" + i);
            feeder.setDaemon(true);
            feeder.start();
        }
        try {
            done.await();
        } catch (InterruptedException e) {
            // what is under way is pressed already: it must be told
            Thread.currentThread().interrupt();
            failure.set(new BrainException("interrupted", e));
        }
        // what is taken from the feeders here, no worker presses any more
        Set<ResourceId> left = new HashSet<>();
        for (Resource resource = waiting.poll(); resource != null; resource = waiting.poll()) {
            left.add(resource.id());
        }
        Map<ResourceId, ClaimOutcome> complete = new LinkedHashMap<>();
        for (Resource resource : batch) {
            ClaimOutcome outcome = outcomes.get(resource.id());
            BrainException stopped = failure.get();
            complete.put(
                    resource.id(),
                    outcome != null
                            ? outcome
                            : stopped != null && left.contains(resource.id())
                                    ? ClaimOutcome.notSent(stopped)
                                    : ClaimOutcome.unknown("nobody knows how far it got"));
        }
        return complete;
    }

    private void feed(
            int number,
            Queue<Resource> waiting,
            Map<ResourceId, ClaimOutcome> outcomes,
            Function<Resource, WebClaim> press,
            Failure failure) {
        boolean listShown = false;
        while (failure.get() == null) {
            Resource resource = waiting.poll();
            if (resource == null) {
                return;
            }
            WebClaim one = press.apply(resource);
            ClaimOutcome outcome = one(number, one, listShown);
            listShown = one.isListShown();
            outcomes.put(resource.id(), outcome);
            if (outcome.failure() != null) {
                failure.set(outcome.failure());
            }
        }
    }

    private ClaimOutcome one(int number, WebClaim press, boolean follows) {
        for (int attempt = 1; ; attempt++) {
            try {
                return worker(number)
                        .run(
                                worker -> press.on(worker, follows),
                                settings.limits().claim());
            } catch (RuntimeException e) {
                BrainException told = readable(e);
                if (press.isPressed()) {
                    return press.withoutPage(ClaimOutcome.unknown(String.valueOf(told.getMessage())));
                }
                if (attempt == 2 || !worker(number, false).isBroken()) {
                    return told instanceof LoginException
                            ? ClaimOutcome.notSent(told)
                            : press.withoutPage(ClaimOutcome.notSent(told));
                }
                LOG.info("a browser went away before anything was pressed; another is started");
            }
        }
    }

    private static BrainException readable(RuntimeException e) {
        return e instanceof BrainException brain
                ? brain
                : new UnavailableException("the browser failed: " + BrowserError.message(e), BrowserError.cause(e));
    }

    private BrowserWorker worker(int number) {
        return worker(number, true);
    }

    private BrowserWorker worker(int number, boolean mend) {
        synchronized (workers) {
            BrowserWorker worker = workers.get(number);
            if (worker == null || (mend && worker.isBroken())) {
                if (worker != null) {
                    worker.kill();
                }
                worker = new BrowserWorker(executable.get(), session::access);
                workers.set(number, worker);
            }
            return worker;
        }
    }

    /** The processes of all workers. */
    List<ProcessHandle> processes() {
        synchronized (workers) {
            List<ProcessHandle> all = new ArrayList<>();
            for (BrowserWorker worker : workers) {
                if (worker != null) {
                    all.addAll(worker.processes());
                }
            }
            return all;
        }
    }

    @Override
    public void close() {
        synchronized (workers) {
            for (int i = 0; i < workers.size(); i++) {
                BrowserWorker worker = workers.get(i);
                if (worker != null) {
                    worker.close();
                    workers.set(i, null);
                }
            }
        }
    }

    /** The first thing that keeps the whole batch from going on. */
    private static final class Failure {
        private @Nullable BrainException first;

        synchronized void set(BrainException failure) {
            if (first == null) {
                first = failure;
            }
        }

        synchronized @Nullable BrainException get() {
            return first;
        }
    }
}
