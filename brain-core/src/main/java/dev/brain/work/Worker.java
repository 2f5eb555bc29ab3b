package dev.brain.work;

import static java.util.Objects.requireNonNull;

import dev.brain.cycle.BrainEvent;
import dev.brain.error.BrainException;
import dev.brain.incident.IncidentLog.Subscription;
import dev.brain.internal.Closing;
import dev.brain.internal.ProcessExit;
import dev.brain.internal.StopSignal;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes tasks from a queue and runs their handlers, on threads of its own. Leases are renewed while handlers run. A handler
 * whose lease was lost can change nothing in the queue. Thread-safe. Many workers may share a queue, also in different
 * processes.
 *
 * <p>A task is taken only when a thread is free for it. If handlers take less than a millisecond, a few tasks are taken
 * ahead. The threads are daemons.
 *
 * @stability stable
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** How long interrupted handlers may take to end. */
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);

    private final TaskQueue queue;
    private final Map<String, SiteHandler> handlers;
    private final Limits limits;
    private final WorkerBuilder.Options options;
    private final List<AutoCloseable> owned;
    private final TaskResults results;
    private final Clock clock;
    private final List<Thread> threads = new ArrayList<>();
    private final StopSignal ended = new StopSignal();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Set<RunningTask> running = ConcurrentHashMap.newKeySet();

    private boolean started;
    private boolean stopped;
    private boolean released;
    private @Nullable Dispatcher dispatcher;

    Worker(
            WorkerBuilder.Options options,
            TaskQueue queue,
            Map<String, SiteHandler> handlers,
            Limits limits,
            List<AutoCloseable> owned) {
        this.options = options;
        this.queue = queue;
        this.handlers = Map.copyOf(handlers);
        this.limits = limits;
        this.owned = List.copyOf(owned);
        this.clock = options.clock();
        this.results = new TaskResults(limits::retry, options.clock(), options.random());
    }

    public static WorkerBuilder builder() {
        return new WorkerBuilder();
    }

    /**
     * Starts to take tasks, until the worker is closed.
     *
     * @throws dev.brain.error.ConfigurationException if the environment names a webhook for notifications that can't be
     *     used
     */
    public void start() {
        start(false);
    }

    private synchronized void start(boolean untilEmpty) {
        if (started) {
            throw new IllegalStateException("it was started before");
        }
        options.notifier().start();
        started = true;
        options.events().publish(new BrainEvent.WorkerStarted(options.owner(), handlers.keySet(), options.threads()));
        Dispatcher fresh = new Dispatcher(queue, options, limits, untilEmpty);
        dispatcher = fresh;
        if (stopped) {
            fresh.stop();
        }
        for (int i = 1; i <= options.threads(); i++) {
            threads.add(new Thread(() -> work(fresh), options.owner() + "-" + i));
        }
        threads.add(new Thread(() -> dispatch(fresh, untilEmpty), options.owner() + "-dispatcher"));
        Thread keeper = new Thread(() -> keep(fresh), options.owner() + "-keeper");
        keeper.setDaemon(true);
        keeper.start();
        threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
        LOG.info("{} works on {} with {} threads", options.owner(), handlers.keySet(), options.threads());
    }

    /** Takes tasks until none is ready, waits for their handlers, and closes the worker. Used instead of {@link #start}. */
    public void drain() throws InterruptedException {
        try {
            start(true);
            awaitStop();
        } finally {
            close();
        }
    }

    /**
     * Waits until the worker has stopped: all handlers have ended, or were abandoned when it was closed. Returns at
     * once if it was never started.
     */
    public void awaitStop() throws InterruptedException {
        if (!threads().isEmpty()) {
            over.await();
        }
    }

    /** Returns the thread of the dispatcher, which starts last. */
    private List<Thread> dispatching() {
        List<Thread> all = threads();
        return all.subList(Math.max(0, all.size() - 1), all.size());
    }

    private synchronized List<Thread> threads() {
        return List.copyOf(threads);
    }

    private void dispatch(Dispatcher dispatcher, boolean untilEmpty) {
        Optional<Subscription> listening = Optional.empty();
        try {
            if (!untilEmpty) {
                listening = queue.listen(siteIds -> wake(dispatcher, siteIds));
                LOG.debug("{} {}", options.owner(), listening.isEmpty() ? "polls" : "polls, and is notified");
            }
            dispatcher.run();
        } finally {
            listening.ifPresent(Subscription::close);
            release();
        }
    }

    private void wake(Dispatcher dispatcher, Set<String> siteIds) {
        if (siteIds.isEmpty() || siteIds.stream().anyMatch(handlers::containsKey)) {
            dispatcher.wake();
        }
    }

    private void work(Dispatcher dispatcher) {
        try {
            Lease lease = dispatcher.first();
            while (lease != null) {
                Instant start = clock.instant();
                TaskResult result = handle(lease);
                lease = result == null
                        ? dispatcher.first()
                        : dispatcher.next(new FinishedTask(lease, result), Duration.between(start, clock.instant()));
            }
        } finally {
            dispatcher.leave();
        }
    }

    /** Runs a task's handler. Returns how the attempt ended, or null if there is nothing to record. */
    private @Nullable TaskResult handle(Lease lease) {
        if (!clock.instant().isBefore(lease.until())) {
            LOG.warn("task {} is not begun: its lease ran out before there was a thread for it", lease.taskId());
            options.events().publish(new BrainEvent.LeaseLost(lease.task(), false));
            return null;
        }
        SiteHandler handler = requireNonNull(handlers.get(lease.task().siteId()));
        RunningTask task = new RunningTask(queue, lease, options.events());
        running.add(task);
        options.events().publish(new BrainEvent.HandlerStarted(lease.task(), handler.name()));
        Instant startedAt = clock.instant();
        long begin = System.nanoTime();
        TaskResult result = null;
        try {
            result = task.run(handler.handler(), results);
            return result;
        } catch (Throwable e) {
            // for example, no memory is left: the lease runs out, and the thread goes on
            LOG.error("task {} can't be handed back, its lease will run out", lease.taskId(), e);
            return null;
        } finally {
            running.remove(task);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            options.events()
                    .publish(new BrainEvent.HandlerEnded(lease.task(), handler.name(), startedAt, took, result));
            if (result == null && task.isLost()) {
                options.events().publish(new BrainEvent.LeaseLost(lease.task(), task.isSubmitting()));
            }
        }
    }

    /**
     * Renews leases after each third of their duration, so that one or two failed attempts lose no lease. Returns tasks
     * that were taken ahead and still wait after that time, so that another worker can take them.
     */
    private void keep(Dispatcher dispatcher) {
        List<Lease> waiting = List.of();
        while (!ended.await(options.lease().dividedBy(3))) {
            List<RunningTask> tasks = List.copyOf(running);
            if (!tasks.isEmpty()) {
                renew(tasks);
            }
            waiting = dispatcher.giveBack(waiting);
        }
    }

    private void renew(List<RunningTask> tasks) {
        Instant until = clock.instant().plus(options.lease());
        try {
            List<Lease> leases = tasks.stream().map(RunningTask::lease).toList();
            Set<Long> held = new TimedQueue(queue, options.events()).renew(leases, options.lease());
            for (RunningTask task : tasks) {
                if (held.contains(task.lease().taskId())) {
                    task.renewed(until);
                } else {
                    task.lose();
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.warn(
                    "{} can't renew its leases just now: {}",
                    options.owner(),
                    e instanceof BrainException ? e.getMessage() : e.toString());
            Instant now = clock.instant();
            tasks.stream().filter(task -> !now.isBefore(task.until())).forEach(RunningTask::lose);
        }
    }

    /**
     * Takes no more tasks, and lets running handlers finish within the grace period. Then interrupts them and returns
     * unfinished tasks to the queue at once. A handler that ignores the interrupt loses its task, which others can take
     * when the lease runs out.
     *
     * <p>If a handler closes its own worker, this call only starts the stop, which ends when the last thread has ended.
     */
    @Override
    public void close() {
        Dispatcher current;
        synchronized (this) {
            stopped = true;
            current = dispatcher;
        }
        if (current != null) {
            current.stop();
        }
        if (threads().contains(Thread.currentThread()) || over.getCount() == 0) {
            return;
        }
        if (current != null) {
            leaveExiting(current);
        }
        if (!join(threads(), options.grace())) {
            running.forEach(RunningTask::breakOff);
            join(threads(), AFTER_INTERRUPT);
            running.forEach(RunningTask::lose);
            if (current != null) {
                current.abandon();
                // it may be about to hand back the last tasks
                join(dispatching(), AFTER_INTERRUPT);
            }
        }
        release();
    }

    /** A handler that ends the process never returns, so the worker does not wait for it. Its lease runs out. */
    private synchronized void leaveExiting(Dispatcher dispatcher) {
        threads.removeIf(thread -> {
            boolean exiting = ProcessExit.caller(thread).isPresent();
            if (exiting) {
                dispatcher.leave();
            }
            return exiting;
        });
    }

    private void release() {
        boolean wasStarted;
        synchronized (this) {
            if (released) {
                return;
            }
            released = true;
            wasStarted = started;
        }
        ended.stop();
        if (wasStarted) {
            options.events().publish(new BrainEvent.WorkerStopped(options.owner(), options.threads()));
        }
        try {
            Closing.all(owned);
        } finally {
            over.countDown();
        }
    }

    /** Returns whether these threads ended within that time. */
    private static boolean join(List<Thread> threads, Duration longest) {
        long until = System.nanoTime() + longest.toNanos();
        try {
            for (Thread thread : threads) {
                thread.join(Math.max(1, (until - System.nanoTime()) / 1_000_000));
                if (thread.isAlive()) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
