package dev.brain.work;

import static java.util.Objects.requireNonNull;

import dev.brain.error.BrainException;
import dev.brain.internal.StopSignal;
import dev.brain.plugin.Closing;
import dev.brain.queue.Ending;
import dev.brain.queue.Lease;
import dev.brain.queue.TakeRequest;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Finished;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works tasks off with handlers, on threads of its own. Leases are renewed while their handlers run; what a handler still
 * does after its lease was lost changes nothing in the queue. Thread-safe; many may work on one queue, in many processes.
 *
 * <p>No task is taken before a thread is free for it, or will be in a moment: one thread looks for tasks for all that are
 * idle, and a busy one takes its next task as it hands back the last; only where handlers take less than a millisecond
 * are a few taken ahead. Its threads are daemons.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private static final Duration QUICK = Duration.ofMillis(1);
    private static final int AHEAD_PER_THREAD = 3;

    /** How long handlers get to end after they were interrupted. */
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);

    private final TaskQueue queue;
    private final Map<String, TaskHandler> handlers;
    private final Limits limits;
    private final WorkerBuilder.Options options;
    private final List<AutoCloseable> owned;
    private final Endings endings;
    private final Clock clock;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger alive = new AtomicInteger();
    private final StopSignal stop = new StopSignal();
    private final StopSignal ended = new StopSignal();
    private final Set<RunningTask> running = ConcurrentHashMap.newKeySet();

    /** Held by the one who looks for tasks, for all threads that are idle. */
    private final ReentrantLock looking = new ReentrantLock();

    private final AtomicInteger idle = new AtomicInteger();
    /** Taken for threads that are idle, or will be in a moment. */
    private final Queue<Lease> taken = new ConcurrentLinkedQueue<>();

    /** How long a handler takes, in the long run; written by all threads, and none the worse for a lost write. */
    private volatile long usualNanos = Long.MAX_VALUE / 8;

    private boolean started;
    private boolean released;
    private volatile boolean untilEmpty;

    Worker(
            WorkerBuilder.Options options,
            TaskQueue queue,
            Map<String, TaskHandler> handlers,
            Limits limits,
            List<AutoCloseable> owned) {
        this.options = options;
        this.queue = queue;
        this.handlers = Map.copyOf(handlers);
        this.limits = limits;
        this.owned = List.copyOf(owned);
        this.clock = options.clock();
        this.endings = new Endings(options.retry(), options.clock(), options.random());
    }

    public static WorkerBuilder builder() {
        return new WorkerBuilder();
    }

    /** Begins to take and handle tasks, until this is closed. */
    public synchronized void start() {
        if (started) {
            throw new IllegalStateException("it was started before");
        }
        started = true;
        alive.set(options.threads());
        for (int i = 1; i <= options.threads(); i++) {
            threads.add(new Thread(this::work, options.owner() + "-" + i));
        }
        Thread keeper = new Thread(this::keep, options.owner() + "-keeper");
        keeper.setDaemon(true);
        keeper.start();
        threads.forEach(thread -> {
            thread.setDaemon(true);
            thread.start();
        });
        LOG.info("{} works on {} with {} threads", options.owner(), handlers.keySet(), options.threads());
    }

    /** Takes and handles tasks until none is ready, waits for that, and closes this. In place of {@link #start}. */
    public void drain() throws InterruptedException {
        untilEmpty = true;
        try {
            start();
            awaitStop();
        } finally {
            close();
        }
    }

    /** Waits until all threads have ended, which they do when this is closed. */
    public void awaitStop() throws InterruptedException {
        for (Thread thread : threads()) {
            thread.join();
        }
    }

    private synchronized List<Thread> threads() {
        return List.copyOf(threads);
    }

    private void work() {
        try {
            Lease lease = next();
            while (lease != null) {
                lease = handle(lease);
                if (lease == null) {
                    lease = next();
                } else if (stop.isStopped()) {
                    giveBack(lease);
                    lease = null;
                }
            }
        } finally {
            if (stop.isStopped()) {
                giveBackTaken();
            }
            if (alive.decrementAndGet() == 0) {
                release();
            }
        }
    }

    /** A task for an idle thread, as soon as there is one; null if there will be none. */
    private @Nullable Lease next() {
        idle.incrementAndGet();
        looking.lock();
        try {
            while (!stop.isStopped()) {
                if (taken.isEmpty()) {
                    look();
                }
                Lease lease = taken.poll();
                if (lease != null || untilEmpty) {
                    return lease;
                }
                pause(stop);
            }
            return null;
        } finally {
            idle.decrementAndGet();
            looking.unlock();
        }
    }

    private void look() {
        while (!stop.isStopped()) {
            try {
                taken.addAll(queue.take(request(idle.get())));
                return;
            } catch (RuntimeException | Error e) {
                LOG.warn("{} can't take tasks just now: {}", options.owner(), told(e));
                pause(stop);
            }
        }
    }

    /** Waits for a poll's time. An interrupt that comes too late for a handler is meant for nobody, and ends nothing. */
    private void pause(StopSignal signal) {
        Thread.interrupted();
        signal.await(options.poll());
        Thread.interrupted();
    }

    private TakeRequest request(int most) {
        return new TakeRequest(options.owner(), Math.max(1, most), options.lease(), limits.now());
    }

    /** Runs a task's handler and hands it back; the thread's next task, null if it has to look for one. */
    private @Nullable Lease handle(Lease lease) {
        if (!clock.instant().isBefore(lease.until())) {
            LOG.warn("task {} is not begun: its lease ran out before there was a thread for it", lease.taskId());
            return taken.poll();
        }
        RunningTask task = new RunningTask(queue, lease);
        running.add(task);
        try {
            long start = System.nanoTime();
            Ending ending = task.run(requireNonNull(handlers.get(lease.task().siteId())), endings);
            usualNanos = (usualNanos * 7 + (System.nanoTime() - start)) / 8;
            return ending == null ? null : finish(lease, ending);
        } catch (Throwable e) {
            // no heap is left, for one: the lease runs out, and a thread is not lost with it
            LOG.error("task {} can't be handed back, its lease will run out", lease.taskId(), e);
            return null;
        } finally {
            running.remove(task);
        }
    }

    /** Tries for as long as the queue can't be used; whether that was in time the lease tells. */
    private @Nullable Lease finish(Lease lease, Ending ending) {
        while (true) {
            try {
                Finished finished = stop.isStopped() || !taken.isEmpty()
                        ? new Finished(queue.finish(lease, ending), List.of())
                        : queue.finish(lease, ending, request(ahead()));
                if (!finished.held()) {
                    LOG.warn("the lease on task {} was lost: {} is not written down", lease.taskId(), ending);
                }
                taken.addAll(finished.next());
                return taken.poll();
            } catch (BrainException e) {
                LOG.warn("task {} can't be handed back just now, trying again: {}", lease.taskId(), told(e));
                pause(ended);
                if (ended.isStopped()) {
                    return null;
                }
            }
        }
    }

    /** Where handlers take next to no time, taking is what costs: then some are taken for all threads at once. */
    private int ahead() {
        return usualNanos < QUICK.toNanos() ? AHEAD_PER_THREAD * options.threads() : 1;
    }

    private void giveBackTaken() {
        for (Lease lease = taken.poll(); lease != null; lease = taken.poll()) {
            giveBack(lease);
        }
    }

    private void giveBack(Lease lease) {
        try {
            queue.finish(lease, new Ending.GivenBack());
        } catch (RuntimeException e) {
            LOG.warn("task {} can't be given back, its lease will run out: {}", lease.taskId(), told(e));
        }
    }

    /**
     * Renews leases at a third of their time, so that a look or two that fail lose none; what was taken ahead and still
     * waits after that time is given back, for somebody who is free.
     */
    private void keep() {
        List<Lease> waiting = List.of();
        while (!ended.await(options.lease().dividedBy(3))) {
            List<RunningTask> tasks = List.copyOf(running);
            if (!tasks.isEmpty()) {
                renew(tasks);
            }
            waiting.stream().filter(taken::remove).forEach(this::giveBack);
            waiting = List.copyOf(taken);
        }
    }

    private void renew(List<RunningTask> tasks) {
        Instant until = clock.instant().plus(options.lease());
        try {
            Set<Long> held = queue.renew(tasks.stream().map(RunningTask::lease).toList(), options.lease());
            for (RunningTask task : tasks) {
                if (held.contains(task.lease().taskId())) {
                    task.renewed(until);
                } else {
                    task.lose();
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.warn("{} can't renew its leases just now: {}", options.owner(), told(e));
            Instant now = clock.instant();
            tasks.stream().filter(task -> !now.isBefore(task.until())).forEach(RunningTask::lose);
        }
    }

    private static String told(Throwable e) {
        return e instanceof BrainException ? String.valueOf(e.getMessage()) : e.toString();
    }

    /**
     * Takes nothing more, and gives what runs the time of grace to finish; then interrupts it and gives back at once what
     * ends by that. A handler that ignores even that has lost its task, which others get when the lease runs out.
     *
     * <p>A handler that closes its own worker only begins this: the rest is done when the last thread has ended.
     */
    @Override
    public void close() {
        stop.stop();
        looking.lock();
        try {
            giveBackTaken();
        } finally {
            looking.unlock();
        }
        if (threads().contains(Thread.currentThread())) {
            return;
        }
        if (!join(options.grace())) {
            running.forEach(RunningTask::breakOff);
            join(AFTER_INTERRUPT);
            running.forEach(RunningTask::lose);
        }
        release();
    }

    private void release() {
        synchronized (this) {
            if (released) {
                return;
            }
            released = true;
        }
        ended.stop();
        Closing.all(owned);
    }

    /** Whether all threads have ended in that time. */
    private boolean join(Duration longest) {
        long until = System.nanoTime() + longest.toNanos();
        try {
            for (Thread thread : threads()) {
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
