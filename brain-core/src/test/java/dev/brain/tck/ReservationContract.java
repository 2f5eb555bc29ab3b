package dev.brain.tck;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static dev.brain.queue.TaskQueue.Settlement.Verdict.DROP;
import static dev.brain.tck.TaskDrafts.draft;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.history.Actor;
import dev.brain.payload.Payload;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.SettledAndReserved;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskQueue.VisibleTask;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a queue promises of reservations and how they are settled. */
abstract class ReservationContract extends TaskQueueFixture {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    // reserve

    @Test
    void aReservationIsClaimingAndSurvivesClosing() throws Exception {
        Reservation reservation = reserve(queue, 7);
        assertThat(reservation.reservedAt()).isEqualTo(START);
        end(queue);
        Task task = another().operations().find(reservation.id()).orElseThrow();
        assertThat(task.status()).isEqualTo(TaskStatus.CLAIMING);
        assertThat(task.siteId()).isEqualTo(SITE);
        assertThat(task.resourceId()).isEqualTo(ResourceId.of(7));
        assertThat(task.reference()).isEqualTo("2026/7");
        assertThat(task.claimant()).isEqualTo("ROBOT");
        assertThat(task.payload()).isEqualTo("{\"idRecurso\":7,\"expediente\":\"2026/7\"}");
        assertThat(task.createdAt()).isEqualTo(START);
        assertThat(task.attempts()).isZero();
        assertThat(task.failure()).isNull();
    }

    @Test
    void anActiveResourceIsLeftOutWhoeverReservesIt() throws Exception {
        reserve(queue, 1);
        queued(queue, 2);
        assertThat(ids(another().reserve(drafts(1, 2, 3)))).containsExactly("3");
    }

    @Test
    void aResourceThatComesTwiceInABatchIsReservedOnce() {
        assertThat(ids(queue.reserve(drafts(1, 1, 2)))).containsExactly("1", "2");
    }

    @Test
    void theSameIdInAnotherSiteIsAnotherResource() {
        reserve(queue, 1);
        assertThat(queue.reserve(List.of(draft("parks", 1, 0)))).hasSize(1);
    }

    @Test
    void aBlockedResourceIsLeftOutUntilItIsUnblocked() {
        assertThat(queue.operations().cancel(Actor.ofProcess(), queued(queue, 1)))
                .isTrue();
        assertThat(queue.reserve(drafts(1, 2))).hasSize(1);
        assertThat(queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1)))
                .isTrue();
        assertThat(queue.reserve(drafts(1, 2))).hasSize(1);
    }

    @Test
    void nothingToReserveIsNothingReserved() {
        assertThat(queue.reserve(List.of())).isEmpty();
        assertThat(queue.settle(List.of())).isZero();
        assertThat(queue.standings(SITE, List.of())).isEmpty();
    }

    // settle

    @Test
    void confirmingMakesPendingAndDroppingLeavesNothing() {
        List<Reservation> reserved = queue.reserve(drafts(1, 2, 3));
        int visible = queue.settle(List.of(
                new Settlement(reserved.get(0), CONFIRM),
                new Settlement(reserved.get(1), DROP),
                new Settlement(reserved.get(2), CONFIRM)));
        assertThat(visible).isEqualTo(2);
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
        assertThat(statuses(queue, 2)).isEmpty();
        assertThat(statuses(queue, 3)).containsExactly(TaskStatus.PENDING);
    }

    @Test
    void oneBatchIsSettledAndTheNextReservedTogether() {
        List<Reservation> first = queue.reserve(drafts(1, 2));
        SettledAndReserved done = queue.settleAndReserve(
                List.of(new Settlement(first.get(0), CONFIRM), new Settlement(first.get(1), DROP)), drafts(1, 2, 3));
        assertThat(done.confirmed()).isEqualTo(1);
        assertThat(ids(done.reserved())).as("what was dropped is free again").containsExactly("2", "3");
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
        assertThat(statuses(queue, 2)).containsExactly(TaskStatus.CLAIMING);

        assertThat(queue.settleAndReserve(List.of(), drafts(4)).reserved()).hasSize(1);
        SettledAndReserved last = queue.settleAndReserve(List.of(new Settlement(first.get(0), CONFIRM)), List.of());
        assertThat(last.confirmed()).as("settled already").isZero();
        assertThat(last.reserved()).isEmpty();
    }

    @Test
    void onlyTasksThatThisCallMadeVisibleAreReturned() throws Exception {
        Reservation won = reserve(queue, 1);
        Reservation held =
                queue.reserve(List.of(TaskDrafts.draft(2).held("new client"))).get(0);
        Reservation twice = reserve(queue, 3);
        Reservation gone = reserve(queue, 4);
        settle(queue, twice, CONFIRM);
        settle(another(), gone, DROP);
        List<VisibleTask> visible = queue.settleAndReserve(
                        List.of(
                                new Settlement(won, CONFIRM),
                                new Settlement(held, CONFIRM),
                                new Settlement(twice, CONFIRM),
                                new Settlement(gone, CONFIRM)),
                        List.of())
                .visible();
        assertThat(visible).hasSize(3);
        assertThat(visible).contains(new VisibleTask(won.id(), won, false), new VisibleTask(held.id(), held, true));
        assertThat(visible.get(2)).satisfies(anew -> {
            assertThat(anew.reservation()).isEqualTo(gone);
            assertThat(anew.id()).isGreaterThan(gone.id());
        });
    }

    @Test
    void settlingTwiceDoesNothing() {
        Reservation won = reserve(queue, 1);
        Reservation lost = reserve(queue, 2);
        settle(queue, won, CONFIRM);
        settle(queue, lost, DROP);
        assertThat(settle(queue, won, CONFIRM)).isZero();
        assertThat(settle(queue, lost, DROP)).isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
        assertThat(statuses(queue, 2)).isEmpty();
    }

    @Test
    void droppingAfterConfirmingChangesNothing() throws Exception {
        Reservation reservation = reserve(queue, 1);
        settle(queue, reservation, CONFIRM);
        assertThat(settle(another(), reservation, DROP)).isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
    }

    @Test
    void confirmingATaskThatHasEndedChangesNothing() {
        Reservation reservation = reserve(queue, 1);
        settle(queue, reservation, CONFIRM);
        queue.operations().cancel(Actor.ofProcess(), reservation.id());
        assertThat(settle(queue, reservation, CONFIRM)).isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.CANCELLED);
    }

    @Test
    void confirmingWhatAnotherDroppedQueuesItAnew() throws Exception {
        Reservation reservation = reserve(queue, 1);
        settle(another(), reservation, DROP);
        assertThat(settle(queue, reservation, CONFIRM)).isEqualTo(1);
        Task task = tasks(queue, 1).get(0);
        assertThat(task.status()).isEqualTo(TaskStatus.PENDING);
        assertThat(task.id()).isGreaterThan(reservation.id());
        assertThat(task.payload()).isEqualTo("{\"idRecurso\":1,\"expediente\":\"2026/1\"}");
        assertThat(task.claimant()).isEqualTo("ROBOT");
        assertThat(settle(queue, reservation, CONFIRM)).as("again").isZero();
        assertThat(tasks(queue, 1)).hasSize(1);
    }

    @Test
    void confirmingWhatAnotherDroppedAndReservedAgainMakesTheirsVisible() throws Exception {
        TaskQueue other = another();
        Reservation mine = reserve(queue, 1);
        settle(other, mine, DROP);
        Reservation theirs = reserve(other, 1);
        assertThat(settle(queue, mine, CONFIRM)).isEqualTo(1);
        assertThat(other.operations().find(theirs.id()).orElseThrow().status()).isEqualTo(TaskStatus.PENDING);
        assertThat(settle(other, theirs, DROP)).as("they lost to us").isZero();
        assertThat(settle(other, theirs, CONFIRM))
                .as("or found it theirs already")
                .isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
    }

    @Test
    void confirmingWhatALaterReservationConfirmedAddsNothing() throws Exception {
        TaskQueue other = another();
        Reservation mine = reserve(queue, 1);
        settle(other, mine, DROP);
        settle(other, reserve(other, 1), CONFIRM);
        assertThat(settle(queue, mine, CONFIRM)).isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
    }

    @Test
    void confirmingWhatALaterTaskEndedAddsNothing() throws Exception {
        TaskQueue other = another();
        Reservation mine = reserve(queue, 1);
        settle(other, mine, DROP);
        long later = queued(other, 1);
        other.operations().cancel(Actor.ofProcess(), later);
        assertThat(settle(queue, mine, CONFIRM)).isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.CANCELLED);
    }

    @Test
    void confirmingBringsATaskAlthoughAnEarlierOneHasEnded() throws Exception {
        queue.operations().cancel(Actor.ofProcess(), queued(queue, 1));
        queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1));
        Reservation mine = reserve(queue, 1);
        settle(another(), mine, DROP);
        assertThat(settle(queue, mine, CONFIRM)).isEqualTo(1);
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING, TaskStatus.CANCELLED);
    }

    @Test
    void confirmingBesideAnEarlierTaskThatIsActiveAgainAddsNothing() throws Exception {
        TaskQueue other = another();
        long earlier = queued(queue, 1);
        queue.operations().cancel(Actor.ofProcess(), earlier);
        queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1));
        Reservation mine = reserve(queue, 1);
        settle(other, mine, DROP);
        assertThat(other.operations().retry(Actor.ofProcess(), earlier)).isTrue();
        assertThat(settle(queue, mine, CONFIRM)).isZero();
        assertThat(statuses(queue, 1)).containsExactly(TaskStatus.PENDING);
    }

    @Test
    void ofTwoWhoRecoverTheSameReservationBothEndAlike() throws Exception {
        Reservation left = reserve(queue, 1);
        end(queue);
        TaskQueue first = another();
        TaskQueue second = another();
        Reservation seenByFirst = first.unsettled().get(0);
        Reservation seenBySecond = second.unsettled().get(0);
        assertThat(seenByFirst.id()).isEqualTo(left.id());
        assertThat(settle(first, seenByFirst, CONFIRM)).isEqualTo(1);
        assertThat(settle(second, seenBySecond, CONFIRM)).isZero();
        assertThat(statuses(first, 1)).containsExactly(TaskStatus.PENDING);
    }

    // unsettled

    @Test
    void whatThisRunLeftUnsettledIsUnsettled() {
        Reservation reservation = reserve(queue, 1);
        assertThat(queue.unsettled()).extracting(Reservation::id).containsExactly(reservation.id());
        settle(queue, reservation, CONFIRM);
        assertThat(queue.unsettled()).isEmpty();
    }

    @Test
    void whatALiveRunReservedIsLeftToIt() throws Exception {
        reserve(queue, 1);
        TaskQueue other = another();
        assertThat(other.unsettled()).isEmpty();
        end(queue);
        assertThat(other.unsettled()).hasSize(1);
    }

    @Test
    void runsOnOneQueueLeaveEachOthersReservationsAlone() {
        TaskQueue first = queue.newRun();
        TaskQueue second = queue.newRun();
        Reservation reservation = reserve(first, 1);
        assertThat(first.unsettled()).containsExactly(reservation);
        assertThat(second.unsettled()).isEmpty();
        assertThat(queue.unsettled()).isEmpty();
        first.close();
        assertThat(second.unsettled()).containsExactly(reservation);
        assertThat(queue.operations().find(reservation.id()))
                .as("the queue is open")
                .isPresent();
    }

    @Test
    void aQueueThatIsClosedEndsTheRunsOnIt() throws Exception {
        reserve(queue.newRun(), 1);
        TaskQueue other = another();
        assertThat(other.unsettled()).isEmpty();
        end(queue);
        assertThat(other.unsettled()).hasSize(1);
    }

    @Test
    void whatOtherLivingRunsReservedBeforeATimeIsOverdue() throws Exception {
        Reservation early = reserve(queue, 1);
        clock.advance(Duration.ofMinutes(1));
        reserve(queue, 2);
        TaskQueue other = another();
        reserve(other, 3);
        Instant later = START.plusSeconds(60);
        assertThat(other.overdue(START)).isEmpty();
        assertThat(other.overdue(later)).containsExactly(early);
        assertThat(queue.overdue(later)).isEmpty();
        end(queue);
        assertThat(other.overdue(later)).as("its run has ended").isEmpty();
    }

    @Test
    void anUnsettledReservationIsAllThatWasReserved() throws Exception {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("idRecurso", 5L);
        columns.put("Expedient", " 2026/5 ");
        columns.put("amount", new BigDecimal("12.50"));
        columns.put("urgent", true);
        columns.put("FAlta", LocalDateTime.parse("2018-12-11T12:50:32.863"));
        columns.put("nothing", null);
        Resource resource = new Resource(ResourceId.of(5), " 2026/5 ", columns);
        ObjectNode content = JsonNodeFactory.instance.objectNode().put("idRecurso", 5);
        content.putArray("adjuntos").addObject().put("filename", "añadido \"1\".pdf");
        TaskDraft draft = new TaskDraft(SITE, resource, new Payload(content, "P2"), new Claimant("Núria"), 9)
                .withTraceparent(TRACE);
        Reservation reservation = queue.reserve(List.of(draft)).get(0);
        assertThat(reservation.draft()).isEqualTo(draft);
        end(queue);
        TaskQueue next = another();
        assertThat(next.unsettled()).containsExactly(reservation);
        assertThat(next.reservation(reservation.id())).contains(reservation);
        assertThat(next.operations().find(reservation.id()).orElseThrow().protocol())
                .isEqualTo("P2");
        assertThat(next.operations().find(reservation.id()).orElseThrow().traceparent())
                .isEqualTo(TRACE);
    }

    @Test
    void whatWasReservedIsKnownAfterTheTaskEnded() {
        Reservation reservation = reserve(queue, 1);
        settle(queue, reservation, CONFIRM);
        queue.operations().cancel(Actor.ofProcess(), reservation.id());
        assertThat(queue.reservation(reservation.id())).contains(reservation);
        assertThat(queue.reservation(reservation.id() + 1)).isEmpty();
    }
}
