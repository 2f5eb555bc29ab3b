package dev.brain.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.brain.error.BrainException;
import dev.brain.error.UnavailableException;
import dev.brain.internal.StopSignal;
import dev.brain.plugin.Closing;
import dev.brain.queue.Ending;
import dev.brain.queue.Failure;
import dev.brain.queue.Lease;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TakeRequest;
import dev.brain.queue.TaskQueue;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works tasks off with handlers, on threads of its own. Leases are renewed while their handlers run; what a lost lease's
 * handler still does changes nothing in the queue. Thread-safe; many may work on one queue, in many processes.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    /** Leases that wait for a thread here are kept from other workers: no more than are begun in this time. */
    private static final Duration AHEAD = Duration.ofMillis(100);

    private static final int MOST_AHEAD = 64;

    private final TaskQueue queue;
    private final Map<String, TaskHandler> handlers;
    private final Supplier<List<SiteLimits>> limits;
    private final String owner;
    private final Duration leaseTime;
    private final Duration poll;
    private final Duration grace;
    private final List<AutoCloseable> owned;
    private final Endings endings;
    private final Clock clock;
    private final List<Thread> threads = new ArrayList<>();
    private final Thread keeper;
    private final StopSignal stop = new StopSignal();
    private final StopSignal ended = new StopSignal();

    private final ReentrantLock taking = new ReentrantLock();
    private final Deque<Lease> waiting = new ArrayDeque<>();
    private final Set<RunningTask> running = ConcurrentHashMap.newKeySet();
    private final AtomicLong begun = new AtomicLong();
    private long begunAtLastTake;
    private long lastTakeAt;
    private volatile boolean untilEmpty;

    Worker(
            WorkerBuilder.Options options,
            TaskQueue queue,
            Map<String, TaskHandler> handlers,
            Supplier<List<SiteLimits>> limits,
            List<AutoCloseable> owned) {
        this.owned = List.copyOf(owned);
        this.queue = queue;
        this.handlers = Map.copyOf(handlers);
        this.limits = limits;
        this.owner = options.owner();
        this.leaseTime = options.lease();
        this.poll = options.poll();
        this.grace = options.grace();
        this.clock = options.clock();
        this.endings = new Endings(options.retry(), options.clock(), options.random());
        for (int i = 1; i <= options.threads(); i++) {
            Thread thread = new Thread(this::work, owner + "-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        keeper = new Thread(this::keep, owner + "-keeper");
        keeper.setDaemon(true);
    }

    public static WorkerBuilder builder() {
        return new WorkerBuilder();
    }

    /** Begins to take and handle tasks, until this is closed. */
    public void start() {
        keeper.start();
        threads.forEach(Thread::start);
    }

    /** Takes and handles tasks until none is ready, and waits for that. In place of {@link #start}. */
    public void drain() throws InterruptedException {
        untilEmpty = true;
        start();
        awaitStop();
        close();
    }

    /** Waits until all threads have ended, which they do when this is closed. */
    public void awaitStop() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void work() {
        while (!stop.isStopped()) {
            Lease lease = null;
            try {
                lease = next();
            } catch (BrainException e) {
                LOG.warn("{} can't take tasks just now: {}", owner, e.getMessage());
            }
            if (lease != null) {
                handle(lease);
            } else if (untilEmpty || stop.await(poll)) {
                return;
            }
        }
    }

    private @Nullable Lease next() {
        taking.lock();
        try {
            if (waiting.isEmpty() && !stop.isStopped()) {
                waiting.addAll(queue.take(new TakeRequest(owner, ahead(), leaseTime, limits.get())));
            }
            return stop.isStopped() ? null : waiting.poll();
        } finally {
            taking.unlock();
        }
    }

    /** As many as this worker's threads began in the last tenth of a second, and at first one for each thread. */
    private int ahead() {
        long now = clock.millis();
        long sinceLast = Math.max(1, now - lastTakeAt);
        long begunNow = begun.get();
        long most = lastTakeAt == 0 ? threads.size() : (begunNow - begunAtLastTake) * AHEAD.toMillis() / sinceLast;
        lastTakeAt = now;
        begunAtLastTake = begunNow;
        return (int) Math.max(1, Math.min(MOST_AHEAD, most));
    }

    private void handle(Lease lease) {
        begun.incrementAndGet();
        RunningTask task;
        try {
            task = RunningTask.begin(queue, lease);
        } catch (JsonProcessingException e) {
            finish(
                    lease,
                    new Ending.Failed(new Failure(
                            Failure.Kind.BUSINESS,
                            "PAYLOAD_UNREADABLE",
                            "its payload is no JSON: " + e.getOriginalMessage())));
            return;
        }
        running.add(task);
        try {
            TaskHandler handler = handlers.get(lease.task().siteId());
            Ending ending = handler == null ? new Ending.GivenBack() : task.run(handler, endings);
            if (ending == null || !finish(lease, ending)) {
                LOG.warn(
                        "the lease on task {} of site {} was lost",
                        lease.taskId(),
                        lease.task().siteId());
            }
        } finally {
            running.remove(task);
        }
    }

    /** Hands a task back, trying for as long as the queue can't be used; the lease tells whether it was in time. */
    private boolean finish(Lease lease, Ending ending) {
        while (true) {
            try {
                return queue.finish(lease, ending);
            } catch (UnavailableException e) {
                LOG.warn("task {} can't be handed back just now, trying again: {}", lease.taskId(), e.getMessage());
                if (ended.await(poll)) {
                    return false;
                }
            }
        }
    }

    /** Renews leases at a third of their time, so that one look that fails loses none. */
    private void keep() {
        while (!ended.await(leaseTime.dividedBy(3))) {
            try {
                renew();
            } catch (BrainException e) {
                LOG.warn("{} can't renew its leases just now: {}", owner, e.getMessage());
            }
        }
    }

    private void renew() {
        List<RunningTask> tasks = List.copyOf(running);
        List<Lease> leases =
                new ArrayList<>(tasks.stream().map(RunningTask::lease).toList());
        taking.lock();
        try {
            leases.addAll(waiting);
            if (leases.isEmpty()) {
                return;
            }
            Set<Long> held = queue.renew(leases, leaseTime);
            waiting.removeIf(lease -> !held.contains(lease.taskId()));
            tasks.stream().filter(task -> !held.contains(task.lease().taskId())).forEach(RunningTask::lose);
        } finally {
            taking.unlock();
        }
    }

    /**
     * Takes nothing more, gives back what waits, lets what runs finish for the time of grace, then interrupts it. A
     * handler that ignores even that keeps its task until the lease runs out.
     */
    @Override
    public void close() {
        stop.stop();
        taking.lock();
        try {
            waiting.forEach(lease -> finish(lease, new Ending.GivenBack()));
            waiting.clear();
        } finally {
            taking.unlock();
        }
        join(grace);
        running.forEach(RunningTask::breakOff);
        join(poll);
        ended.stop();
        Closing.all(owned);
    }

    private void join(Duration longest) {
        long until = System.nanoTime() + longest.toNanos();
        try {
            for (Thread thread : threads) {
                long left = until - System.nanoTime();
                if (thread.isAlive() && left > 0) {
                    thread.join(Math.max(1, left / 1_000_000));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
