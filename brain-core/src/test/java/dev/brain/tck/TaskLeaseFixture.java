package dev.brain.tck;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.incident.Incident;
import dev.brain.queue.Failure;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TakeRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A queue with a settable clock, from which one worker takes tasks. */
abstract class TaskLeaseFixture {
    static final String SITE = "fines";
    static final Duration LEASE = Duration.ofMinutes(2);
    static final Duration PAST_LEASE = LEASE.plusSeconds(1);
    static final Failure TECHNICAL = new Failure(Failure.Kind.TECHNICAL, "TIMEOUT", "no answer");
    static final Failure BUSINESS = new Failure(Failure.Kind.BUSINESS, "DEADLINE", "too late to file");

    /** The time at the start of each test, to the second. */
    static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    /** What the queues go by. */
    final SettableClock clock = new SettableClock(START);

    final List<TaskQueue> opened = new ArrayList<>();
    TaskQueue queue;

    /**
     * Opens a queue; within one test always on the same storage, which is empty at its start.
     *
     * @param maxCrashes a task whose worker died that often fails
     */
    abstract TaskQueue open(Clock clock, int maxCrashes) throws Exception;

    @BeforeEach
    void openQueue() throws Exception {
        queue = another();
    }

    @AfterEach
    void closeQueues() {
        opened.forEach(TaskQueue::close);
    }

    TaskQueue another() throws Exception {
        TaskQueue another = open(clock, 3);
        opened.add(another);
        return another;
    }

    long queued(int id) {
        return queued(SITE, id, 0);
    }

    long queued(String site, int id, int priority) {
        var reservation =
                queue.reserve(List.of(TaskDrafts.draft(site, id, priority))).get(0);
        assertThat(queue.settle(List.of(new Settlement(reservation, CONFIRM)))).isEqualTo(1);
        return reservation.id();
    }

    long queuedDue(int id, int priority, Instant deadline) {
        var reservation =
                queue.reserve(List.of(TaskDrafts.due(id, priority, deadline))).get(0);
        assertThat(queue.settle(List.of(new Settlement(reservation, CONFIRM)))).isEqualTo(1);
        return reservation.id();
    }

    void queuedAll(String site, int from, int to) {
        IntStream.rangeClosed(from, to).forEach(id -> queued(site, id, 0));
    }

    static TakeRequest request(int most) {
        return new TakeRequest("w1", most, LEASE, List.of(SiteLimits.none(SITE)));
    }

    static TakeRequest request(int most, SiteLimits... sites) {
        return new TakeRequest("w1", most, LEASE, List.of(sites));
    }

    Lease taken() {
        List<Lease> leases = queue.take(request(1));
        assertThat(leases).hasSize(1);
        return leases.get(0);
    }

    Lease takenOf(int id) {
        queued(id);
        return taken();
    }

    static List<Long> ids(List<Lease> leases) {
        return leases.stream().map(Lease::taskId).toList();
    }

    Task task(Lease lease) {
        return queue.operations().find(lease.taskId()).orElseThrow();
    }

    List<Incident> incidents() {
        return queue.incidents().list(Set.of(), true, 100);
    }

    Instant now() {
        return clock.instant();
    }
}
