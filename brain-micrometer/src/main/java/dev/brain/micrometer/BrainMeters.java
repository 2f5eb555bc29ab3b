package dev.brain.micrometer;

import static java.util.Objects.requireNonNull;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainEvent.ClaimSent;
import dev.brain.cycle.BrainEvent.CycleFinished;
import dev.brain.cycle.BrainEvent.HandlerEnded;
import dev.brain.cycle.BrainEvent.HandlerStarted;
import dev.brain.cycle.BrainEvent.LeaseLost;
import dev.brain.cycle.BrainEvent.QueueCalled;
import dev.brain.cycle.BrainEvent.WorkerStarted;
import dev.brain.cycle.BrainEvent.WorkerStopped;
import dev.brain.cycle.BrainListener;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.queue.Store;
import dev.brain.queue.Task;
import dev.brain.queue.TaskResult;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The meters of Brain in a registry. As a listener of each {@link dev.brain.Brain} and each {@link dev.brain.work.Worker} of
 * the process, it times and counts. {@link #watch} adds the gauges of a store. Thread-safe.
 *
 * @stability evolving
 */
public final class BrainMeters implements BrainListener {
    private static final String SUCCESS = "success";
    private static final String ERROR = "error";

    private final MeterRegistry registry;
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    private final List<StoreGauges> stores = new CopyOnWriteArrayList<>();

    private BrainMeters(MeterRegistry registry) {
        this.registry = requireNonNull(registry, "registry");
        // so that they are 0 rather than absent before the first event
        List.of(SUCCESS, ERROR).forEach(outcome -> BrainMeter.CYCLE.timer(registry, outcome));
        List.of("true", "false").forEach(submitting -> BrainMeter.LEASES_LOST.counter(registry, submitting));
        BrainMeter.TASK_RETRIES.counter(registry);
        BrainMeter.WORKER_THREADS.gauge(registry, this::busy, List.of("busy"));
        BrainMeter.WORKER_THREADS.gauge(registry, () -> Math.max(0, threads.get() - busy.get()), List.of("idle"));
    }

    /** Creates the meters of a process, without those of a store. */
    public static BrainMeters of(MeterRegistry registry) {
        return new BrainMeters(registry);
    }

    /**
     * Adds the gauges of a store, which must be one of Brain's own. Their values are at least five seconds apart, however
     * often they are asked for. Once the store is closed, the last values stay.
     *
     * @return these meters
     */
    public BrainMeters watch(Store store) {
        return watch(store, Clock.systemUTC());
    }

    BrainMeters watch(Store store, Clock clock) {
        StoreGauges gauges = new StoreGauges(registry, store, clock);
        gauges.refresh();
        stores.add(gauges);
        return this;
    }

    /** Also adds the gauges of new sites: unlike any other gauge, this one is there before the first site is. */
    private int busy() {
        stores.forEach(StoreGauges::refresh);
        return busy.get();
    }

    @Override
    public void on(BrainEvent event) {
        if (event instanceof QueueCalled call) {
            BrainMeter.QUEUE_CALL
                    .timer(registry, text(call.operation()), call.failed() ? ERROR : SUCCESS)
                    .record(call.took());
        } else if (event instanceof ClaimSent claim) {
            BrainMeter.CLAIM_CALL
                    .timer(registry, claim.siteId(), claim.strategy())
                    .record(claim.took());
        } else if (event instanceof HandlerStarted) {
            busy.incrementAndGet();
        } else if (event instanceof HandlerEnded ended) {
            busy.decrementAndGet();
            ended(ended);
        } else if (event instanceof LeaseLost lost) {
            BrainMeter.LEASES_LOST
                    .counter(registry, String.valueOf(lost.submitting()))
                    .increment();
        } else if (event instanceof CycleFinished finished && !finished.dry()) {
            count(finished.report());
        } else if (event instanceof WorkerStarted started) {
            threads.addAndGet(started.threads());
        } else if (event instanceof WorkerStopped stopped) {
            threads.addAndGet(-stopped.threads());
        }
    }

    private void count(CycleReport report) {
        BrainMeter.CYCLE
                .timer(registry, report.errorCount() > 0 ? ERROR : SUCCESS)
                .record(report.took());
        for (SiteReport site : report.sites()) {
            long kept = site.rejected() + site.blocked() + site.duplicates() + site.known() + site.reserved();
            candidates(site, "reserved", site.reserved());
            candidates(site, "rejected", site.rejected());
            candidates(site, "blocked", site.blocked());
            candidates(site, "duplicate", site.duplicates());
            candidates(site, "known", site.known());
            candidates(site, "left", Math.max(0, site.candidates() - kept));
            claims(site, "won", site.claimed());
            claims(site, "lost", site.lost());
            claims(site, "unknown", site.unknown());
            claims(site, "not_claimed", site.notClaimed());
        }
    }

    private void candidates(SiteReport site, String result, long count) {
        BrainMeter.CANDIDATES.counter(registry, site.siteId(), result).increment((double) count);
    }

    private void claims(SiteReport site, String outcome, long count) {
        BrainMeter.CLAIMS.counter(registry, site.siteId(), outcome).increment((double) count);
    }

    private void ended(HandlerEnded ended) {
        Task task = ended.task();
        String[] tags = {task.siteId(), ended.handler(), outcome(ended.result())};
        BrainMeter.TASK_RUN.timer(registry, tags).record(ended.took());
        Instant readyAt = readyAt(task);
        if (readyAt != null) {
            Duration wait = Duration.between(readyAt, ended.startedAt());
            // another machine's clock may be ahead
            BrainMeter.TASK_WAIT.timer(registry, tags).record(wait.isNegative() ? Duration.ZERO : wait);
        }
        if (ended.result() instanceof TaskResult.Retry) {
            BrainMeter.TASK_RETRIES.counter(registry).increment();
        }
    }

    /** Returns when a task was queued, or due again after that; null if another program has queued it without a time. */
    private static @Nullable Instant readyAt(Task task) {
        Instant createdAt = task.createdAt();
        Instant dueAt = task.dueAt();
        return createdAt == null || (dueAt != null && dueAt.isAfter(createdAt)) ? dueAt : createdAt;
    }

    /** Returns what an attempt has led to, as the tag {@code outcome}. */
    static String outcome(@Nullable TaskResult result) {
        return result == null ? "lost" : text(result.getClass().getSimpleName());
    }

    private static String text(Object name) {
        return name.toString().toLowerCase(Locale.ROOT);
    }
}
