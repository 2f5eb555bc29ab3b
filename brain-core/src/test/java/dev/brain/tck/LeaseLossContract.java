package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.Actor;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a lease: how it is renewed or lost, and how its task is tried again. */
abstract class LeaseLossContract extends TaskLeaseFixture {
    @Test
    void aRenewedLeaseHoldsLonger() {
        Lease lease = takenOf(1);
        clock.advance(Duration.ofSeconds(100));
        assertThat(queue.renew(List.of(lease), LEASE)).containsExactly(lease.taskId());
        assertThat(task(lease).holder()).isEqualTo(new Task.Holder("w1", now().plus(LEASE)));
        clock.advance(Duration.ofSeconds(100));
        assertThat(queue.sweep()).isZero();
        assertThat(queue.finish(lease, new TaskResult.Completed(null))).isTrue();
        assertThat(queue.renew(List.of(lease), LEASE)).as("it has ended").isEmpty();
    }

    @Test
    void whoseLeaseRanOutCanChangeNothing() {
        Lease lease = takenOf(1);
        clock.advance(PAST_LEASE);
        assertChangesNothing(lease);
        assertThat(queue.sweep()).isEqualTo(1);
        assertChangesNothing(lease);
        Lease others = taken();
        assertThat(others.taskId()).isEqualTo(lease.taskId());
        assertChangesNothing(lease);
        assertThat(queue.finish(others, new TaskResult.Completed("{\"by\":2}"))).isTrue();
        assertChangesNothing(lease);
        assertThat(task(lease).result()).isEqualTo("{\"by\":2}");
    }

    private void assertChangesNothing(Lease lost) {
        Task before = task(lost);
        assertThat(queue.renew(List.of(lost), LEASE)).isEmpty();
        for (Note note : Note.values()) {
            assertThat(queue.note(lost, note, "late")).isFalse();
        }
        for (TaskResult result : List.of(
                new TaskResult.Completed("{\"by\":1}"),
                new TaskResult.Failed(BUSINESS),
                new TaskResult.Unknown("?"),
                new TaskResult.Retry(TECHNICAL, now()),
                new TaskResult.Deferred(now(), "later"),
                new TaskResult.Returned())) {
            assertThat(queue.finish(lost, result)).isFalse();
        }
        assertThat(task(lost)).isEqualTo(before);
        assertThat(incidents()).isEmpty();
        assertThat(queue.operations().siteStates()).isEmpty();
    }

    @Test
    void aLostLeaseCountsACrashAndNoFailure() {
        Lease lease = takenOf(1);
        clock.advance(PAST_LEASE);
        assertThat(queue.sweep()).isEqualTo(1);
        assertThat(queue.sweep()).isZero();
        Task task = task(lease);
        assertThat(task.status()).isEqualTo(TaskStatus.PENDING);
        assertThat(task.crashes()).isEqualTo(1);
        assertThat(task.failures()).isZero();
        assertThat(task.failure()).contains("w1");
        assertThat(task.holder()).isNull();
    }

    @Test
    void aTaskThatKillsItsWorkersFailsInTheEnd() {
        Lease lease = takenOf(1);
        for (int crash = 1; crash <= 3; crash++) {
            clock.advance(PAST_LEASE);
            queue.sweep();
            if (crash < 3) {
                taken();
            }
        }
        assertThat(task(lease).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(task(lease).crashes()).isEqualTo(3);
        assertThat(task(lease).attempts()).isEqualTo(3);
        assertThat(incidents())
                .extracting(incident -> incident.report().code())
                .containsExactly(IncidentCode.RETRIES_EXHAUSTED);
    }

    @Test
    void aTaskWhoseWorkerDiedIsTakenAlone() {
        queuedAll(SITE, 1, 2);
        List<Lease> lost = queue.take(request(5));
        clock.advance(PAST_LEASE);
        queuedAll(SITE, 3, 4);
        assertThat(ids(queue.take(request(5)))).containsExactly(lost.get(0).taskId());
        assertThat(ids(queue.take(request(5)))).containsExactly(lost.get(1).taskId());
        assertThat(queue.take(request(5))).hasSize(2);
    }

    @Test
    void aLeaseLostWhileSubmittingIsForAPersonToLookAt() {
        Lease lease = takenOf(1);
        assertThat(queue.note(lease, Note.SUBMITTING, "")).isTrue();
        clock.advance(PAST_LEASE);
        assertThat(queue.take(request(1))).as("not tried again").isEmpty();
        Task task = task(lease);
        assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(task.failureCode()).isEqualTo("SUBMIT_UNKNOWN");
        assertThat(queue.standings(SITE, List.of(ResourceId.of(1)))).containsValue(QueueState.BLOCKED);
        assertThat(incidents())
                .extracting(incident -> incident.report().code())
                .containsExactly(IncidentCode.SUBMIT_UNKNOWN);
    }

    @Test
    void submittingIsForgottenWithItsAttempt() {
        Lease lease = takenOf(1);
        queue.note(lease, Note.SUBMITTING, "");
        queue.finish(lease, new TaskResult.Retry(TECHNICAL, now()));
        taken();
        clock.advance(PAST_LEASE);
        queue.sweep();
        assertThat(task(lease).status()).isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void progressIsShownUntilTheNextAttempt() {
        Lease lease = takenOf(1);
        assertThat(queue.note(lease, Note.PROGRESS, "page 2 of 3")).isTrue();
        assertThat(task(lease).progress()).isEqualTo("page 2 of 3");
        queue.finish(lease, new TaskResult.Retry(TECHNICAL, now()));
        taken();
        assertThat(task(lease).progress()).isNull();
    }

    @Test
    void sweepingMakesScheduledTasksReadyThatAreDue() {
        Lease lease = takenOf(1);
        queue.finish(lease, new TaskResult.Retry(TECHNICAL, now().plusSeconds(60)));
        assertThat(queue.sweep()).isZero();
        clock.advance(Duration.ofSeconds(60));
        assertThat(queue.sweep()).isEqualTo(1);
        assertThat(task(lease).status()).isEqualTo(TaskStatus.PENDING);
    }

    @Test
    void aClockThatIsSetBackStopsNothing() {
        Lease lease = takenOf(1);
        queue.finish(lease, new TaskResult.Retry(TECHNICAL, now()));
        clock.advance(Duration.ofDays(-1));
        SiteLimits strict = new SiteLimits(
                SITE, 1, new SiteLimits.Rate(1, Duration.ofHours(1)), new SiteLimits.Breaker(1, Duration.ofHours(1)));
        assertThat(queue.take(request(1, strict))).hasSize(1);
    }

    @Test
    void retryingByHandBeginsAllOver() {
        Lease lease = takenOf(1);
        queue.finish(lease, new TaskResult.Failed(TECHNICAL));
        assertThat(queue.operations().retry(Actor.ofProcess(), lease.taskId())).isTrue();
        Lease again = taken();
        assertThat(again.task().attempts()).isEqualTo(1);
        assertThat(again.task().failures()).isZero();
        assertThat(again.task().failureCode()).isNull();
        assertThat(again.token()).isNotEqualTo(lease.token());
    }

    @Test
    void whatMayHaveBeenSubmittedIsRetriedOrUnblockedOnlyWhenSomebodyMadeSure() {
        Lease first = takenOf(1);
        queue.finish(first, new TaskResult.Unknown("the connection broke"));
        Lease second = takenOf(2);
        queue.finish(second, new TaskResult.Unknown("the connection broke"));
        assertThat(task(first).mayBeSubmitted()).isTrue();
        assertThat(queue.operations().retry(Actor.ofProcess(), first.taskId())).isFalse();
        assertThat(queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(2)))
                .isFalse();
        assertThat(task(first).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(queue.standings(SITE, List.of(ResourceId.of(1), ResourceId.of(2)))
                        .values())
                .containsOnly(QueueState.BLOCKED);
        assertThat(incidents()).hasSize(2);

        assertThat(queue.operations().retry(Actor.ofProcess(), first.taskId(), true))
                .isTrue();
        assertThat(queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(2), true))
                .isTrue();
        assertThat(task(first).mayBeSubmitted()).isFalse();
        assertThat(incidents()).isEmpty();
    }

    @Test
    void anEarlierTaskIsNotRetriedWhereALaterOneMayHaveBeenSubmitted() {
        for (TaskResult result :
                List.of(new TaskResult.Unknown("the connection broke"), new TaskResult.Completed(null))) {
            Lease earlier = takenOf(1);
            queue.finish(earlier, new TaskResult.Failed(TECHNICAL));
            assertThat(queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1)))
                    .isTrue();
            queue.finish(takenOf(1), result);

            assertThat(queue.operations().retry(Actor.ofProcess(), earlier.taskId()))
                    .isFalse();
            assertThat(task(earlier).status()).isEqualTo(TaskStatus.FAILED);
            assertThat(queue.operations().retry(Actor.ofProcess(), earlier.taskId(), true))
                    .isTrue();
            assertThat(queue.operations().cancel(Actor.ofProcess(), earlier.taskId()))
                    .isTrue();
            assertThat(queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1), true))
                    .isTrue();
        }
    }

    @Test
    void theIncidentOfAFailureClosesWhenItsTaskIsRetriedOrUnblocked() {
        for (TaskResult result : List.of(new TaskResult.Failed(TECHNICAL), new TaskResult.Failed(BUSINESS))) {
            Lease lease = takenOf(1);
            queue.finish(lease, result);
            Lease others = takenOf(2);
            queue.finish(others, result);
            assertThat(incidents()).hasSize(2);
            assertThat(queue.operations().retry(Actor.ofProcess(), lease.taskId()))
                    .isTrue();
            assertThat(incidents())
                    .extracting(incident -> incident.report().resourceId())
                    .containsExactly(ResourceId.of(2));
            assertThat(queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(2)))
                    .isTrue();
            assertThat(incidents()).isEmpty();
            assertThat(queue.operations().cancel(Actor.ofProcess(), lease.taskId()))
                    .isTrue();
            assertThat(queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1)))
                    .isTrue();
        }
    }

    @Test
    void anIncidentStaysOpenForAnotherFailedTaskOfItsResource() {
        Lease earlier = takenOf(1);
        queue.finish(earlier, new TaskResult.Failed(BUSINESS));
        queue.operations().unblock(Actor.ofProcess(), SITE, ResourceId.of(1));
        queue.finish(takenOf(1), new TaskResult.Failed(BUSINESS));
        assertThat(queue.operations().retry(Actor.ofProcess(), earlier.taskId()))
                .isTrue();
        assertThat(incidents()).hasSize(1);
    }
}
