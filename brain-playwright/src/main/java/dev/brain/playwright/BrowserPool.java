package dev.brain.playwright;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.LoginException;
import dev.brain.error.BrainException;
import dev.brain.error.UnavailableException;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final Clock clock;
    private final List<@Nullable BrowserWorker> workers = new ArrayList<>();

    private final AtomicInteger uses = new AtomicInteger();
    private volatile Instant usedAt;

    BrowserPool(PageSettings settings, WebSession session, Supplier<@Nullable Path> executable, Clock clock) {
        this.clock = clock;
        this.usedAt = clock.instant();
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

    /** Runs something on the first worker; once more on a new one if the first turns out to be broken. */
    <T> T run(BrowserWorker.Work<T> work, Duration limit) {
        return using(() -> runNow(work, limit));
    }

    private <T> T using(Supplier<T> work) {
        uses.incrementAndGet();
        try {
            return work.get();
        } finally {
            usedAt = clock.instant();
            uses.decrementAndGet();
        }
    }

    /** Closes the browsers if nobody has used them since that time. They are started again when they are needed. */
    void closeUnlessUsedSince(Instant time) {
        if (uses.get() == 0 && usedAt.isBefore(time)) {
            close();
        }
    }

    private synchronized <T> T runNow(BrowserWorker.Work<T> work, Duration limit) {
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

    /** Presses for each resource, on as many workers as it is worth. */
    Map<ResourceId, ClaimOutcome> all(List<Resource> batch, Function<Resource, WebClaim> press) {
        return using(() -> allNow(batch, press));
    }

    private synchronized Map<ResourceId, ClaimOutcome> allNow(
            List<Resource> batch, Function<Resource, WebClaim> press) {
        BatchProgress progress = new BatchProgress(batch);
        int used = Math.min(workers.size(), 1 + (batch.size() - 1) / WORTH_A_LANE);
        CountDownLatch done = new CountDownLatch(used);
        for (int i = 0; i < used; i++) {
            int number = i;
            Thread feeder = new Thread(
                    () -> {
                        try {
                            feed(number, progress, press);
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
            progress.stop(new BrainException("interrupted", e));
        }
        return progress.end();
    }

    private void feed(int number, BatchProgress progress, Function<Resource, WebClaim> press) {
        boolean listShown = false;
        for (Resource next = progress.next(); next != null; next = progress.next()) {
            WebClaim one = press.apply(next);
            ClaimOutcome outcome = one(number, one, listShown);
            listShown = one.isListShown();
            progress.done(next, outcome, one.rowFailure());
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

    /** Returns the processes of all workers. */
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
}
