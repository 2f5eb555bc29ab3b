package dev.brain.tck;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static dev.brain.tck.TaskDrafts.draft;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.Actor;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reading the tasks of a queue, and the changes that operators make. */
abstract class TaskOperationsContract extends TaskQueueFixture {
    // standings

    @Test
    void standingsTellActiveBlockedAndNothing() {
        reserve(queue, 1);
        queued(queue, 2);
        queue.operations().cancel(Actor.ofProcess(), queued(queue, 3));
        queue.operations().cancel(Actor.ofProcess(), queued(queue, 4));
        queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(4));
        List<ResourceId> asked =
                IntStream.rangeClosed(1, 5).mapToObj(ResourceId::of).toList();
        assertThat(queue.standings(SITE, asked))
                .containsOnly(
                        Map.entry(ResourceId.of(1), QueueState.ACTIVE),
                        Map.entry(ResourceId.of(2), QueueState.ACTIVE),
                        Map.entry(ResourceId.of(3), QueueState.BLOCKED));
        assertThat(queue.standings("parks", asked)).isEmpty();
    }

    @Test
    void standingsAnswerForThousandsAtOnce() {
        queue.settle(queue
                .reserve(IntStream.rangeClosed(1, 1500)
                        .mapToObj(TaskDrafts::draft)
                        .toList())
                .stream()
                .map(each -> new Settlement(each, CONFIRM))
                .toList());
        List<ResourceId> asked =
                IntStream.rangeClosed(1, 3000).mapToObj(ResourceId::of).toList();
        assertThat(queue.standings(SITE, asked)).hasSize(1500).containsKey(ResourceId.of(1500));
    }

    @Test
    void numbersOfAResourceComeBackAsTheyWereRead() {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("small", 7L);
        columns.put("long", Long.MAX_VALUE);
        columns.put("beyond", new BigDecimal("12345678901234567890123456789"));
        columns.put("price", new BigDecimal("10.50"));
        columns.put("fine", new BigDecimal("0.00000000000000000001"));
        TaskDraft template = draft(1);
        Reservation reservation = queue.reserve(List.of(new TaskDraft(
                        SITE,
                        new Resource(ResourceId.of(1), "2026/1", columns),
                        template.payload(),
                        template.claimant(),
                        0)))
                .get(0);
        assertThat(queue.reservation(reservation.id())
                        .orElseThrow()
                        .draft()
                        .resource()
                        .columns())
                .isEqualTo(columns);
        assertThat(queue.unsettled()).hasSize(1);
    }

    // retry, cancel, unblock

    @Test
    void onlyWhatWaitsIsCancelled() {
        Reservation reservation = reserve(queue, 1);
        assertThat(queue.operations().cancel(Actor.ofProcess(), reservation.id()))
                .as("unsettled")
                .isFalse();
        settle(queue, reservation, CONFIRM);
        clock.advance(Duration.ofMinutes(1));
        assertThat(queue.operations().cancel(Actor.ofProcess(), reservation.id()))
                .isTrue();
        assertThat(queue.operations().cancel(Actor.ofProcess(), reservation.id()))
                .as("ended")
                .isFalse();
        assertThat(queue.operations().cancel(Actor.ofProcess(), 4711))
                .as("no such task")
                .isFalse();
        assertThat(queue.operations().find(reservation.id()).orElseThrow().processedAt())
                .isEqualTo(START.plus(Duration.ofMinutes(1)));
    }

    @Test
    void retryingMakesACancelledTaskPendingAndItsResourceActive() {
        long id = queued(queue, 1);
        assertThat(queue.operations().retry(Actor.ofProcess(), id))
                .as("it waits anyway")
                .isFalse();
        queue.operations().cancel(Actor.ofProcess(), id);
        assertThat(queue.operations().retry(Actor.ofProcess(), id)).isTrue();
        assertThat(standing(queue, 1)).isEqualTo(QueueState.ACTIVE);
        assertThat(queue.operations().find(id).orElseThrow().processedAt()).isNull();
        assertThat(queue.operations().retry(Actor.ofProcess(), 4711)).isFalse();
    }

    @Test
    void retryingBesideAnActiveTaskIsRefused() {
        long first = queued(queue, 1);
        queue.operations().cancel(Actor.ofProcess(), first);
        queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1));
        reserve(queue, 1);
        assertThat(queue.operations().retry(Actor.ofProcess(), first)).isFalse();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.CLAIMING, TaskStatus.CANCELLED);
    }

    @Test
    void aTaskThatIsCancelledAgainBlocksAgain() {
        long id = queued(queue, 1);
        queue.operations().cancel(Actor.ofProcess(), id);
        assertThat(queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1)))
                .isTrue();
        assertThat(queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1)))
                .as("nothing blocks it")
                .isFalse();
        queue.operations().retry(Actor.ofProcess(), id);
        queue.operations().cancel(Actor.ofProcess(), id);
        assertThat(standing(queue, 1)).isEqualTo(QueueState.BLOCKED);
    }

    // looking

    @Test
    void tasksAreListedNewestFirstByEveryFilter() {
        queued(queue, 1);
        reserve(queue, 2);
        queue.settle(List.of(
                new Settlement(queue.reserve(List.of(draft("parks", 1, 3))).get(0), CONFIRM)));
        assertThat(queue.operations().list(TaskFilter.newest(10)))
                .extracting(Task::siteId)
                .containsExactly("parks", SITE, SITE);
        assertThat(queue.operations().list(TaskFilter.newest(1)))
                .extracting(Task::priority)
                .containsExactly(3);
        assertThat(queue.operations().list(new TaskFilter(Set.of(SITE), Set.of(TaskStatus.PENDING), null, 10)))
                .extracting(Task::resourceId)
                .containsExactly(ResourceId.of(1));
        assertThat(queue.operations().list(new TaskFilter(Set.of(), Set.of(), ResourceId.of(1), 10)))
                .hasSize(2);
        assertThat(queue.operations().find(4711)).isEmpty();
    }

    @Test
    void countsAreBySiteAndStatus() {
        queued(queue, 1);
        queued(queue, 2);
        reserve(queue, 3);
        queue.reserve(List.of(draft("a-first", 1, 0)));
        assertThat(queue.operations().counts())
                .containsExactly(
                        Map.entry("a-first", Map.of("claiming", 1L)),
                        Map.entry(SITE, Map.of("claiming", 1L, "pending", 2L)));
    }
}
