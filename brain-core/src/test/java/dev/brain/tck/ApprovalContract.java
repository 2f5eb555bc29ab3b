package dev.brain.tck;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static dev.brain.queue.TaskQueue.Settlement.Verdict.DROP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.Actor;
import dev.brain.history.History.Entry;
import dev.brain.history.History.Event;
import dev.brain.history.History.Filter;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.Task.Approval;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks that wait for a person's approval. */
abstract class ApprovalContract extends TaskQueueFixture {
    private static final Actor ANNA = new Actor("anna");
    private static final String REASON = "the amount is high";

    private List<Lease> take() {
        return queue.take(new TakeRequest("robot-1", 10, Duration.ofMinutes(5), List.of(SiteLimits.none(SITE))));
    }

    private Lease taken() {
        List<Lease> leases = take();
        assertThat(leases).hasSize(1);
        return leases.get(0);
    }

    private Task task(long id) {
        return queue.operations().find(id).orElseThrow();
    }

    private Reservation reserveHeld(int id) {
        TaskDraft draft = TaskDrafts.draft(id);
        return queue.reserve(List.of(new TaskDraft(
                        SITE, draft.resource(), draft.payload().held(REASON), draft.claimant(), draft.priority())))
                .get(0);
    }

    private List<Entry> history(long taskId) {
        List<Entry> entries = new ArrayList<>(queue.history().list(Filter.ofTask(taskId, 100)));
        Collections.reverse(entries);
        return entries;
    }

    @Test
    void aPayloadThatIsHeldWaitsForItsApproval() {
        Reservation reservation = reserveHeld(1);
        assertThat(settle(queue, reservation, CONFIRM)).isEqualTo(1);
        long id = reservation.id();

        assertThat(task(id).status()).isEqualTo(TaskStatus.HELD);
        assertThat(task(id).approval()).isEqualTo(new Approval(REASON, null));
        assertThat(standing(queue, 1)).isEqualTo(QueueState.ACTIVE);
        assertThat(queue.reserve(drafts(1))).as("another task of the resource").isEmpty();
        assertThat(take()).isEmpty();
        assertThat(queue.sweep()).isZero();

        assertThat(queue.operations().approve(ANNA, id, "checked")).isTrue();
        assertThat(queue.operations().approve(ANNA, id, null)).as("again").isFalse();
        Lease lease = taken();
        assertThat(lease.task().approval()).isEqualTo(new Approval(REASON, "anna"));
        assertThat(queue.finish(lease, new TaskResult.Completed(null))).isTrue();

        assertThat(history(id))
                .extracting(Entry::event)
                .containsExactly(
                        Event.RESERVED, Event.CLAIMED, Event.HELD, Event.APPROVED, Event.TAKEN, Event.COMPLETED);
        assertThat(history(id).get(2).detail()).isEqualTo(REASON);
        assertThat(history(id).get(3).actor()).isEqualTo(ANNA);
        assertThat(history(id).get(3).detail()).isEqualTo("checked");
    }

    @Test
    void aReservationThatALaterRunConfirmsIsHeldToo() throws Exception {
        Reservation reservation = reserveHeld(1);
        end(queue);
        queue = another();
        Reservation found = queue.unsettled().get(0);
        assertThat(found.draft().payload().holdReason()).isEqualTo(REASON);
        settle(queue, found, CONFIRM);
        assertThat(task(reservation.id()).status()).isEqualTo(TaskStatus.HELD);
    }

    @Test
    void aWonClaimWhoseReservationIsGoneIsHeldToo() {
        Reservation reservation = reserveHeld(1);
        settle(queue, reservation, DROP);
        assertThat(settle(queue, reservation, CONFIRM)).isEqualTo(1);
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.HELD);
        assertThat(take()).isEmpty();

        Reservation second = reserveHeld(2);
        settle(queue, second, DROP);
        reserve(queue, 2);
        assertThat(settle(queue, second, CONFIRM)).isEqualTo(1);
        assertThat(statuses(queue, 2)).as("a reservation without a reason").containsExactly(TaskStatus.HELD);
    }

    @Test
    void aHandlerHoldsItsTaskWithoutAFailure() {
        long id = queued(queue, 1);
        Lease lease = taken();
        assertThat(queue.finish(lease, new TaskResult.Held(REASON))).isTrue();
        assertThat(queue.finish(lease, new TaskResult.Held(REASON)))
                .as("lease ended")
                .isFalse();

        assertThat(task(id).status()).isEqualTo(TaskStatus.HELD);
        assertThat(task(id).attempts()).isZero();
        assertThat(task(id).failures()).isZero();
        assertThat(task(id).holder()).isNull();
        assertThat(take()).isEmpty();
        assertThat(history(id).get(3).event()).isEqualTo(Event.HELD);
        assertThat(history(id).get(3).actor()).isEqualTo(new Actor(Actor.Kind.WORKER, "robot-1"));

        queue.operations().approve(ANNA, id, null);
        assertThat(queue.finish(taken(), new TaskResult.Held("another reason")))
                .as("it may ask for another approval")
                .isTrue();
        assertThat(task(id).approval()).isEqualTo(new Approval("another reason", null));
    }

    @Test
    void peopleHoldOnlyWhatWaits() {
        Reservation reservation = reserve(queue, 1);
        long id = reservation.id();
        assertThat(queue.operations().hold(ANNA, id, "wait")).as("unsettled").isFalse();
        settle(queue, reservation, CONFIRM);
        assertThat(queue.operations().approve(ANNA, id, null)).as("not held").isFalse();
        assertThat(queue.operations().hold(ANNA, id, "wait")).isTrue();
        assertThat(queue.operations().hold(ANNA, id, "again")).as("held").isFalse();
        assertThat(task(id).approval()).isEqualTo(new Approval("wait", null));
        queue.operations().approve(ANNA, id, null);
        Lease lease = taken();
        assertThat(queue.operations().hold(ANNA, id, "wait")).as("leased").isFalse();
        queue.finish(lease, new TaskResult.Completed(null));
        assertThat(queue.operations().hold(ANNA, id, "wait")).as("ended").isFalse();
        assertThat(queue.operations().approve(ANNA, id, null)).as("ended").isFalse();
        assertThat(queue.operations().hold(ANNA, 4711, "wait"))
                .as("no such task")
                .isFalse();
    }

    @Test
    void aHeldTaskThatWasPutOffWaitsForItsTimeAfterTheApproval() {
        long id = queued(queue, 1);
        queue.finish(taken(), new TaskResult.Deferred(clock.instant().plusSeconds(60), "closed"));
        assertThat(queue.operations().hold(ANNA, id, "wait")).isTrue();
        clock.advance(Duration.ofSeconds(30));
        queue.operations().approve(ANNA, id, null);
        assertThat(task(id).status()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(take()).isEmpty();
        clock.advance(Duration.ofSeconds(30));
        assertThat(queue.sweep()).isEqualTo(1);
        assertThat(taken().taskId()).isEqualTo(id);
    }

    @Test
    void aCancelledTaskThatNobodyApprovedIsHeldAgainWhenItIsRetried() {
        Reservation reservation = reserveHeld(1);
        settle(queue, reservation, CONFIRM);
        long id = reservation.id();
        assertThat(queue.operations().cancel(ANNA, id)).isTrue();
        assertThat(standing(queue, 1)).isEqualTo(QueueState.BLOCKED);
        assertThat(queue.operations().retry(ANNA, id)).isTrue();
        assertThat(task(id).status()).isEqualTo(TaskStatus.HELD);
        assertThat(take()).isEmpty();

        queue.operations().approve(ANNA, id, null);
        queue.operations().cancel(ANNA, id);
        queue.operations().retry(ANNA, id);
        assertThat(task(id).status()).as("it was approved").isEqualTo(TaskStatus.PENDING);
        assertThat(history(id))
                .extracting(Entry::event)
                .containsExactly(
                        Event.RESERVED,
                        Event.CLAIMED,
                        Event.HELD,
                        Event.CANCELLED,
                        Event.RETRIED,
                        Event.HELD,
                        Event.APPROVED,
                        Event.CANCELLED,
                        Event.RETRIED);
    }
}
