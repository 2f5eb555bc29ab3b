package dev.brain.tck;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;

import dev.brain.incident.IncidentCode;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.work.RetryPolicy;
import dev.brain.work.TaskHandler;
import dev.brain.work.Worker;
import dev.brain.work.WorkerBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A queue with a settable clock, and a worker on it. */
abstract class WorkerFixture {
    static final String SITE = "fines";
    static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    /** Short, because leases are renewed at a third of it in real time; how long it lasts the settable clock says. */
    static final Duration LEASE = Duration.ofMillis(90);

    final SettableClock clock = new SettableClock(START);
    TaskQueue queue;
    Worker worker;

    /** Opens a queue; within one test always on the same storage, which is empty at its start. */
    abstract TaskQueue open(Clock clock) throws Exception;

    @BeforeEach
    void openQueue() throws Exception {
        queue = open(clock);
    }

    @AfterEach
    void closeAll() {
        if (worker != null) {
            worker.close();
        }
        queue.close();
    }

    long queued(String site, int id) {
        var reservation = queue.reserve(List.of(TaskDrafts.draft(site, id, 0))).get(0);
        queue.settle(List.of(new Settlement(reservation, CONFIRM)));
        return reservation.id();
    }

    long queued(int id) {
        return queued(SITE, id);
    }

    WorkerBuilder builder(TaskQueue on) {
        return Worker.builder()
                .queue(on)
                .owner("w1")
                .lease(LEASE)
                .poll(Duration.ofMillis(5))
                .retry(new RetryPolicy(3, Duration.ofSeconds(30), Duration.ofHours(1), 0))
                .clock(clock);
    }

    Worker started(TaskHandler handler) {
        return started(queue, handler);
    }

    Worker started(TaskQueue on, TaskHandler handler) {
        worker = builder(on).handler(SITE, handler).build();
        worker.start();
        return worker;
    }

    /** Works off what is ready now. */
    void drain(TaskHandler handler) throws InterruptedException {
        builder(queue).handler(SITE, handler).build().drain();
    }

    Task task(long id) {
        return queue.operations().find(id).orElseThrow();
    }

    List<IncidentCode> incidents() {
        return queue.incidents().list(Set.of(), true, 100).stream()
                .map(incident -> incident.report().code())
                .toList();
    }

    static void await(CountDownLatch latch) throws InterruptedException {
        latch.await();
    }

    /** Waits as a handler does that lets nobody disturb it. */
    static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // ignored, which is the point
            }
        }
    }
}
