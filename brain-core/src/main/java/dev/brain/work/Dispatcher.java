package dev.brain.work;

import dev.brain.error.BrainException;
import dev.brain.error.UnavailableException;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Finished;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uses the queue for all threads of a worker, on a thread of its own. One transaction hands back all tasks that ended
 * during the one before, and takes the next ones. A single task is handed back at once. If handlers are quick and have more
 * tasks to do, it waits a few milliseconds for some of them to end.
 */
final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** How long a task that has ended may wait for others, so that they share a transaction. */
    private static final Duration GATHER = Duration.ofMillis(5);

    private final TimedQueue queue;
    private final WorkerBuilder.Options options;
    private final Limits limits;
    private final boolean untilEmpty;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ready = lock.newCondition();
    private final Condition news = lock.newCondition();

    // guarded by the lock
    private final Deque<Lease> taken = new ArrayDeque<>();
    private List<FinishedTask> ended = new ArrayList<>();
    private int working;
    private int idle;
    private boolean empty;
    private boolean stopped;
    private boolean abandoned;
    private boolean woken;
    private final TakeAhead ahead;

    Dispatcher(TaskQueue queue, WorkerBuilder.Options options, Limits limits, boolean untilEmpty) {
        this.queue = new TimedQueue(queue, options.events());
        this.options = options;
        this.limits = limits;
        this.untilEmpty = untilEmpty;
        this.working = options.threads();
        this.ahead = new TakeAhead(options.threads());
    }

    /** Returns the first task of a thread, as {@link #next} does. */
    @Nullable
    Lease first() {
        lock.lock();
        try {
            return await();
        } finally {
            lock.unlock();
        }
    }

    /** Accepts a thread's result and waits for its next task. Returns null if there will be none. */
    @Nullable
    Lease next(FinishedTask last, Duration took) {
        lock.lock();
        try {
            ahead.handled(took);
            ended.add(last);
            if (ended.size() == 1 || ended.size() >= ahead.tasks() / 2) {
                news.signal();
            }
            return await();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Lease await() {
        empty = false;
        idle++;
        if (taken.isEmpty()) {
            news.signal();
        }
        while (giveBack(limits.closed(taken)).isEmpty() && !stopped && !(untilEmpty && empty)) {
            ready.awaitUninterruptibly();
        }
        idle--;
        // an interrupt that comes too late for a handler has no receiver
        Thread.interrupted();
        return stopped ? null : taken.poll();
    }

    /** Records that a thread has ended. */
    void leave() {
        lock.lock();
        try {
            working--;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Looks for tasks without waiting for the next poll. */
    void wake() {
        lock.lock();
        try {
            woken = true;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more tasks, and gives back those that were not begun. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            giveBack(List.copyOf(taken));
            ready.signalAll();
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Tries once more to hand back tasks, then no more. The leases of the others will run out. */
    void abandon() {
        lock.lock();
        try {
            abandoned = true;
            news.signal();
        } finally {
            lock.unlock();
        }
        handBackAtLast();
    }

    private void handBackAtLast() {
        List<FinishedTask> batch;
        lock.lock();
        try {
            batch = ended;
            ended = new ArrayList<>();
        } finally {
            lock.unlock();
        }
        try {
            if (!batch.isEmpty()) {
                ResultLog.recorded(options.events(), batch, queue.finish(batch, null));
            }
        } catch (RuntimeException | Error e) {
            ResultLog.lost(batch, e);
        }
    }

    /** Gives back the given tasks if no thread has begun them. Returns those that still wait for a thread. */
    List<Lease> giveBack(Collection<Lease> leases) {
        lock.lock();
        try {
            for (Lease lease : leases) {
                if (taken.remove(lease)) {
                    ended.add(new FinishedTask(lease, new TaskResult.Returned()));
                }
            }
            news.signal();
            return List.copyOf(taken);
        } finally {
            lock.unlock();
        }
    }

    /** Works until all threads have ended, and all tasks are handed back or abandoned. */
    void run() {
        boolean look = true;
        while (true) {
            List<FinishedTask> batch;
            int wanted;
            lock.lock();
            try {
                if (!awaitNews(look)) {
                    break;
                }
                if (!ended.isEmpty()) {
                    gather();
                }
                batch = ended;
                ended = new ArrayList<>();
                woken = false;
                wanted = wanted(batch);
            } finally {
                lock.unlock();
            }
            look = exchange(batch, wanted);
        }
        // a batch that failed while the worker gave up
        handBackAtLast();
    }

    /**
     * Waits for a task to hand back, or for a thread that needs a task.
     *
     * @param look whether to look for tasks at once, or only after the pause between polls
     * @return whether there is anything left to do
     */
    private boolean awaitNews(boolean look) {
        long again = System.nanoTime() + (look ? 0 : options.poll().toNanos());
        while (!abandoned && ended.isEmpty()) {
            if (working == 0) {
                return false;
            }
            long left = woken ? 0 : again - System.nanoTime();
            boolean hungry = idle > taken.size() && !stopped && !(untilEmpty && empty);
            if (hungry && left <= 0) {
                return true;
            }
            awaitNews(hungry ? left : Long.MAX_VALUE);
        }
        return !abandoned;
    }

    @SuppressWarnings("WaitNotInLoop") // callers check what they wait for in a loop
    private void awaitNews(long nanos) {
        try {
            news.awaitNanos(nanos);
        } catch (InterruptedException e) {
            LOG.debug("nobody has a reason to interrupt {}", options.owner(), e);
        }
    }

    /** Waits for half of the tasks that were taken ahead, while threads work on the other half. */
    private void gather() {
        long until = System.nanoTime() + GATHER.toNanos();
        while (!stopped && !taken.isEmpty() && ended.size() < ahead.tasks() / 2 && System.nanoTime() < until) {
            awaitNews(until - System.nanoTime());
        }
    }

    private int wanted(List<FinishedTask> batch) {
        boolean moving = batch.stream().anyMatch(each -> !(each.result() instanceof TaskResult.Returned));
        if (stopped || !(idle > taken.size() || (ahead.tasks() > 0 && moving))) {
            return 0;
        }
        return Math.max(0, idle + ahead.tasks() - taken.size());
    }

    /** Returns whether to look for more tasks at once. */
    private boolean exchange(List<FinishedTask> batch, int wanted) {
        try {
            Finished finished = batch.isEmpty()
                    ? new Finished(Set.of(), queue.take(request(wanted)))
                    : queue.finish(batch, wanted == 0 ? null : request(wanted));
            ResultLog.recorded(options.events(), batch, finished);
            return wanted == 0 || offer(finished.next());
        } catch (UnavailableException e) {
            LOG.warn("{} can't use the queue just now, trying again: {}", options.owner(), e.getMessage());
            keep(batch);
        } catch (RuntimeException | Error e) {
            LOG.warn("{} can't hand back or take just now, trying again: {}", options.owner(), ResultLog.told(e));
            keep(oneByOne(batch));
        }
        pause();
        return true;
    }

    /** Hands back each task by itself, so that one that fails does not prevent the others. */
    private List<FinishedTask> oneByOne(List<FinishedTask> batch) {
        List<FinishedTask> left = new ArrayList<>();
        for (FinishedTask each : batch) {
            try {
                ResultLog.recorded(options.events(), List.of(each), queue.finish(List.of(each), null));
            } catch (BrainException e) {
                left.add(each);
                LOG.warn(
                        "task {} can't be handed back just now, trying again: {}",
                        each.lease().taskId(),
                        ResultLog.told(e));
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "task {} can't be handed back, its lease will run out",
                        each.lease().taskId(),
                        e);
            }
        }
        return left;
    }

    private TakeRequest request(int most) {
        return new TakeRequest(options.owner(), most, options.lease(), limits.now());
    }

    /** Returns whether there was anything. */
    private boolean offer(List<Lease> leases) {
        lock.lock();
        try {
            taken.addAll(leases);
            if (stopped) {
                giveBack(leases);
            }
            empty = leases.isEmpty() && taken.isEmpty();
            if (empty && untilEmpty) {
                ready.signalAll();
            } else {
                leases.stream().limit(idle).forEach(lease -> ready.signal());
            }
            return !leases.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void keep(List<FinishedTask> batch) {
        lock.lock();
        try {
            ended.addAll(0, batch);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the pause between polls, or until all tasks are abandoned. */
    private void pause() {
        lock.lock();
        try {
            long again = System.nanoTime() + options.poll().toNanos();
            while (!abandoned && System.nanoTime() < again && !(working == 0 && ended.isEmpty())) {
                awaitNews(again - System.nanoTime());
            }
        } finally {
            lock.unlock();
        }
    }
}
