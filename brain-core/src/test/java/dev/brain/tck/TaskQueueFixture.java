package dev.brain.tck;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.Settlement.Verdict;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A queue with a settable clock, and short forms of what tests do with it. */
abstract class TaskQueueFixture {
    static final String SITE = "fines";

    /** The time at the start of each test, to the second. */
    static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    /** What the queues go by. */
    final SettableClock clock = new SettableClock(START);

    final List<TaskQueue> opened = new ArrayList<>();
    TaskQueue queue;

    /** Opens a queue; within one test always on the same storage, which is empty at its start. */
    abstract TaskQueue open(Clock clock) throws Exception;

    @BeforeEach
    void openQueue() throws Exception {
        queue = another();
    }

    @AfterEach
    void closeQueues() {
        opened.forEach(TaskQueue::close);
    }

    TaskQueue another() throws Exception {
        TaskQueue another = open(clock);
        opened.add(another);
        return another;
    }

    /** Ends a run: what it left behind is nobody's. */
    void end(TaskQueue ended) {
        ended.close();
        opened.remove(ended);
    }

    static List<TaskDraft> drafts(int... ids) {
        return IntStream.of(ids).mapToObj(TaskDrafts::draft).toList();
    }

    static Reservation reserve(TaskQueue queue, int id) {
        List<Reservation> reservations = queue.reserve(drafts(id));
        assertThat(reservations).hasSize(1);
        return reservations.get(0);
    }

    static int settle(TaskQueue queue, Reservation reservation, Verdict verdict) {
        return queue.settle(List.of(new Settlement(reservation, verdict)));
    }

    static long queued(TaskQueue queue, int id) {
        Reservation reservation = reserve(queue, id);
        assertThat(settle(queue, reservation, CONFIRM)).isEqualTo(1);
        return reservation.id();
    }

    static List<Task> tasks(TaskQueue queue, int id) {
        return queue.operations().list(new TaskFilter(Set.of(SITE), Set.of(), ResourceId.of(id), 1000));
    }

    static List<TaskStatus> statuses(TaskQueue queue, int id) {
        return tasks(queue, id).stream().map(Task::status).toList();
    }

    static List<String> ids(Collection<Reservation> reservations) {
        return reservations.stream().map(each -> each.resourceId().value()).toList();
    }

    static QueueState standing(TaskQueue queue, int id) {
        return queue.standings(SITE, List.of(ResourceId.of(id))).get(ResourceId.of(id));
    }
}
