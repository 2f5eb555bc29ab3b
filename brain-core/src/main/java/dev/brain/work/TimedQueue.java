package dev.brain.work;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainEvent.QueueCalled.Operation;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Finished;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.queue.TaskQueue.Step;
import dev.brain.queue.TaskQueue.TakeRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The queue as a worker uses it. Tells the worker's listeners how long each call takes. */
record TimedQueue(TaskQueue queue, WorkerEvents events) {
    List<Lease> take(TakeRequest request) {
        return timed(Operation.TAKE, () -> queue.take(request));
    }

    Finished finish(List<FinishedTask> handed, @Nullable TakeRequest next) {
        return timed(Operation.FINISH, () -> queue.finish(handed, next));
    }

    Set<Long> renew(Collection<Lease> leases, Duration lease) {
        return timed(Operation.RENEW, () -> queue.renew(leases, lease));
    }

    boolean note(Lease lease, Note note, String text) {
        return timed(Operation.NOTE, () -> queue.note(lease, note, text));
    }

    boolean record(Lease lease, Step step) {
        return timed(Operation.STEP, () -> queue.record(lease, step));
    }

    private <T> T timed(Operation operation, Supplier<T> call) {
        if (events.listeners().isEmpty()) {
            return call.get();
        }
        long begin = System.nanoTime();
        boolean failed = true;
        try {
            T result = call.get();
            failed = false;
            return result;
        } finally {
            events.publish(new BrainEvent.QueueCalled(operation, Duration.ofNanos(System.nanoTime() - begin), failed));
        }
    }
}
