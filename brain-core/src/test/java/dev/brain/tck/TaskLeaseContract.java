package dev.brain.tck;

import static dev.brain.queue.Settlement.Verdict.CONFIRM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Actor;
import dev.brain.queue.Failure;
import dev.brain.queue.FinishedTask;
import dev.brain.queue.Lease;
import dev.brain.queue.QueueState;
import dev.brain.queue.Settlement;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TakeRequest;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Finished;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link TaskQueue} promises to workers: leases and what ends them. */
public abstract class TaskLeaseContract {
    private static final String SITE = "fines";
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration PAST_LEASE = LEASE.plusSeconds(1);
    private static final Failure TECHNICAL = new Failure(Failure.Kind.TECHNICAL, "TIMEOUT", "no answer");
    private static final Failure BUSINESS = new Failure(Failure.Kind.BUSINESS, "DEADLINE", "too late to file");

    /** The time at the start of each test, to the second. */
    protected static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    /** What the queues go by. */
    protected final SettableClock clock = new SettableClock(START);

    private final List<TaskQueue> opened = new ArrayList<>();
    private TaskQueue queue;

    /**
     * Opens a queue; within one test always on the same storage, which is empty at its start.
     *
     * @param maxCrashes a task whose worker died that often fails
     */
    protected abstract TaskQueue open(Clock clock, int maxCrashes) throws Exception;

    @BeforeEach
    void openQueue() throws Exception {
        queue = another();
    }

    @AfterEach
    void closeQueues() {
        opened.forEach(TaskQueue::close);
    }

    private TaskQueue another() throws Exception {
        TaskQueue another = open(clock, 3);
        opened.add(another);
        return another;
    }

    private long queued(int id) {
        return queued(SITE, id, 0);
    }

    private long queued(String site, int id, int priority) {
        var reservation = queue.reserve(List.of(TaskQueueContract.draft(site, id, priority)))
                .get(0);
        assertThat(queue.settle(List.of(new Settlement(reservation, CONFIRM)))).isEqualTo(1);
        return reservation.id();
    }

    private void queuedAll(String site, int from, int to) {
        IntStream.rangeClosed(from, to).forEach(id -> queued(site, id, 0));
    }

    private static TakeRequest request(int most) {
        return new TakeRequest("w1", most, LEASE, List.of(SiteLimits.none(SITE)));
    }

    private static TakeRequest request(int most, SiteLimits... sites) {
        return new TakeRequest("w1", most, LEASE, List.of(sites));
    }

    private Lease taken() {
        List<Lease> leases = queue.take(request(1));
        assertThat(leases).hasSize(1);
        return leases.get(0);
    }

    private Lease takenOf(int id) {
        queued(id);
        return taken();
    }

    private static List<Long> ids(List<Lease> leases) {
        return leases.stream().map(Lease::taskId).toList();
    }

    private Task task(Lease lease) {
        return queue.operations().find(lease.taskId()).orElseThrow();
    }

    private List<Incident> incidents() {
        return queue.incidents().list(Set.of(), true, 100);
    }

    private Instant now() {
        return clock.instant();
    }

    // take

    @Test
    void aTakenTaskIsInWorkAndCarriesAllThatItsWorkerNeeds() {
        long id = queued(SITE, 7, 4);
        clock.advance(Duration.ofSeconds(30));
        Lease lease = taken();
        assertThat(lease.taskId()).isEqualTo(id);
        assertThat(lease.until()).isEqualTo(now().plus(LEASE));
        Task task = lease.task();
        assertThat(task.payload()).isEqualTo("{\"idRecurso\":7,\"expediente\":\"2026/7\"}");
        assertThat(task.attempts()).isEqualTo(1);
        assertThat(task).isEqualTo(task(lease));
        assertThat(task.status()).isEqualTo(TaskStatus.PROCESSING);
        assertThat(task.processedAt()).isEqualTo(now());
        assertThat(task.holder()).isEqualTo(new Task.Holder("w1", lease.until()));
        assertThat(queue.take(request(5))).as("nobody else gets it").isEmpty();
        assertThat(queue.operations().cancel(Actor.ofProcess(), id))
                .as("it is in a worker's hands")
                .isFalse();
    }

    @Test
    void thoseOfHigherPriorityComeFirstAndThenTheOldest() {
        long old = queued(SITE, 1, 0);
        clock.advance(Duration.ofSeconds(1));
        long high = queued("parks", 2, 5);
        long young = queued(SITE, 3, 0);
        long youngest = queued("parks", 4, 0);
        assertThat(ids(queue.take(request(3, SiteLimits.none(SITE), SiteLimits.none("parks")))))
                .containsExactly(high, old, young);
        assertThat(ids(queue.take(request(3, SiteLimits.none(SITE), SiteLimits.none("parks")))))
                .containsExactly(youngest);
    }

    @Test
    void onlyTheSitesThatWereAskedForAreTaken() {
        queued("parks", 1, 0);
        assertThat(queue.take(request(5))).isEmpty();
        assertThat(queue.take(new TakeRequest("w1", 5, LEASE, List.of()))).isEmpty();
    }

    @Test
    void whatIsNotSettledIsNotTaken() {
        queue.reserve(List.of(TaskQueueContract.draft(1)));
        assertThat(queue.take(request(5))).isEmpty();
    }

    @Test
    void manyWhoTakeAtOnceNeverGetOneTaskTwice() throws Exception {
        queuedAll(SITE, 1, 60);
        TaskQueue other = another();
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            List<Callable<List<Long>>> work = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                TaskQueue mine = thread % 2 == 0 ? queue : other;
                work.add(() -> {
                    List<Long> got = new ArrayList<>();
                    List<Lease> leases = mine.take(request(3));
                    while (!leases.isEmpty()) {
                        got.addAll(ids(leases));
                        leases = mine.take(request(3));
                    }
                    return got;
                });
            }
            List<Long> all = new ArrayList<>();
            for (Future<List<Long>> each : threads.invokeAll(work)) {
                all.addAll(each.get());
            }
            assertThat(all).hasSize(60).doesNotHaveDuplicates();
        } finally {
            threads.shutdownNow();
        }
    }

    // endings

    @Test
    void aCompletedTaskIsDoneAndItsResourceMayBeQueuedAgain() {
        Lease lease = takenOf(1);
        clock.advance(Duration.ofSeconds(5));
        assertThat(queue.finish(lease, new TaskResult.Completed("{\"receipt\":\"R1\"}")))
                .isTrue();
        Task task = task(lease);
        assertThat(task.status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(task.result()).isEqualTo("{\"receipt\":\"R1\"}");
        assertThat(task.processedAt()).isEqualTo(now());
        assertThat(task.holder()).isNull();
        assertThat(queue.standings(SITE, List.of(ResourceId.of(1)))).containsValue(QueueState.COMPLETED);
        assertThat(queue.reserve(List.of(TaskQueueContract.draft(1)))).hasSize(1);
        assertThat(queue.finish(lease, new TaskResult.Completed(null)))
                .as("twice")
                .isFalse();
    }

    @Test
    void aTaskToBeRetriedIsScheduledAndCountsAFailure() {
        Lease lease = takenOf(1);
        assertThat(queue.finish(lease, new TaskResult.Retry(TECHNICAL, now().plusSeconds(60))))
                .isTrue();
        Task task = task(lease);
        assertThat(task.status()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(task.dueAt()).isEqualTo(now().plusSeconds(60));
        assertThat(task.failures()).isEqualTo(1);
        assertThat(task.attempts()).isEqualTo(1);
        assertThat(task.crashes()).isZero();
        assertThat(task.failure()).isEqualTo("no answer");
        assertThat(task.failureKind()).isEqualTo(Failure.Kind.TECHNICAL);
        assertThat(task.failureCode()).isEqualTo("TIMEOUT");
        assertThat(incidents()).isEmpty();
        clock.advance(Duration.ofSeconds(59));
        assertThat(queue.take(request(1))).isEmpty();
        clock.advance(Duration.ofSeconds(2));
        Lease again = taken();
        assertThat(again.task().attempts()).isEqualTo(2);
        assertThat(again.token()).isNotEqualTo(lease.token());
        assertThat(again.task().dueAt()).isNull();
    }

    @Test
    void aBusinessFailureBlocksItsResourceAndOpensAnIncident() {
        Lease lease = takenOf(1);
        assertThat(queue.finish(lease, new TaskResult.Failed(BUSINESS))).isTrue();
        Task task = task(lease);
        assertThat(task.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(task.failureKind()).isEqualTo(Failure.Kind.BUSINESS);
        assertThat(task.failureCode()).isEqualTo("DEADLINE");
        assertThat(task.failures()).isZero();
        assertThat(queue.standings(SITE, List.of(ResourceId.of(1)))).containsValue(QueueState.BLOCKED);
        assertThat(incidents()).hasSize(1).allSatisfy(incident -> {
            assertThat(incident.report().code()).isEqualTo(IncidentCode.BUSINESS_FAILURE);
            assertThat(incident.report().resourceId()).isEqualTo(ResourceId.of(1));
            assertThat(incident.report().message()).contains("DEADLINE", "too late to file");
        });
    }

    @Test
    void theLastTechnicalFailureOpensAnIncidentThatCarriesTheEvidence() {
        Lease lease = takenOf(1);
        queue.note(lease, Note.EVIDENCE, "evidence/first.png");
        queue.note(lease, Note.EVIDENCE, "evidence/last.png");
        assertThat(incidents()).as("evidence alone is nothing to look at").isEmpty();
        queue.finish(lease, new TaskResult.Failed(TECHNICAL));
        assertThat(task(lease).failures()).isEqualTo(1);
        assertThat(task(lease).screenshotPath()).isEqualTo("evidence/last.png");
        assertThat(incidents()).hasSize(1).allSatisfy(incident -> {
            assertThat(incident.report().code()).isEqualTo(IncidentCode.RETRIES_EXHAUSTED);
            assertThat(incident.report().evidence()).isEqualTo("evidence/last.png");
        });
    }

    @Test
    void aFailureOfWhichNobodyKnowsHowFarItGotIsNeverRetried() {
        Lease lease = takenOf(1);
        queue.note(lease, Note.SUBMITTING, "");
        assertThat(queue.finish(lease, new TaskResult.Unknown("the connection broke")))
                .isTrue();
        assertThat(task(lease).status()).isEqualTo(TaskStatus.FAILED);
        assertThat(incidents())
                .extracting(incident -> incident.report().code())
                .containsExactly(IncidentCode.SUBMIT_UNKNOWN);
    }

    @Test
    void aDeferredTaskWaitsAndCountsNothing() {
        Lease lease = takenOf(1);
        assertThat(queue.finish(lease, new TaskResult.Deferred(now().plusSeconds(60), "the site is closed")))
                .isTrue();
        Task task = task(lease);
        assertThat(task.status()).isEqualTo(TaskStatus.SCHEDULED);
        assertThat(task.progress()).isEqualTo("the site is closed");
        assertThat(task.attempts()).isZero();
        assertThat(task.failures()).isZero();
        assertThat(queue.operations().cancel(Actor.ofProcess(), task.id()))
                .as("what waits can be cancelled")
                .isTrue();
    }

    @Test
    void aTimeThatHasPassedIsNow() {
        Lease lease = takenOf(1);
        queue.finish(lease, new TaskResult.Deferred(now(), "at once"));
        assertThat(task(lease).status()).isEqualTo(TaskStatus.PENDING);
        assertThat(task(lease).dueAt()).isNull();
    }

    @Test
    void whatIsGivenBackIsReadyForAnybodyAndCountsNothing() throws Exception {
        Lease lease = takenOf(1);
        assertThat(queue.finish(lease, new TaskResult.Returned())).isTrue();
        assertThat(task(lease).attempts()).isZero();
        assertThat(task(lease).crashes()).isZero();
        Lease again = another().take(request(1)).get(0);
        assertThat(again.taskId()).isEqualTo(lease.taskId());
        assertThat(again.token()).isNotEqualTo(lease.token());
    }

    @Test
    void handingBackAndTakingInOne() {
        Lease first = takenOf(1);
        long second = queued(2);
        Finished finished = queue.finish(List.of(new FinishedTask(first, new TaskResult.Completed(null))), request(1));
        assertThat(finished.held()).containsExactly(first.taskId());
        assertThat(ids(finished.next())).containsExactly(second);
        clock.advance(PAST_LEASE);
        Finished late = queue.finish(
                List.of(new FinishedTask(finished.next().get(0), new TaskResult.Completed(null))), request(1));
        assertThat(late.held()).isEmpty();
        assertThat(ids(late.next())).as("taken back and taken again").containsExactly(second);
    }

    // leases

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

    // limits

    @Test
    void aPausedSitesTasksAreLeftAloneUntilItGoesOn() throws Exception {
        queued(1);
        queue.operations().pause(Actor.ofProcess(), SITE, true);
        assertThat(another().take(request(1))).isEmpty();
        assertThat(queue.operations().siteStates()).singleElement().satisfies(state -> {
            assertThat(state.siteId()).isEqualTo(SITE);
            assertThat(state.paused()).isTrue();
        });
        queue.operations().pause(Actor.ofProcess(), SITE, false);
        assertThat(queue.operations().siteStates()).isEmpty();
        taken();
    }

    @Test
    void noMoreThanASitesConcurrentTasksAreInWork() throws Exception {
        queuedAll(SITE, 1, 5);
        queued("parks", 6, 0);
        SiteLimits two = new SiteLimits(SITE, 2, null, SiteLimits.Breaker.USUAL);
        List<Lease> leases = queue.take(request(10, two, SiteLimits.none("parks")));
        assertThat(leases).extracting(lease -> lease.task().siteId()).containsExactly(SITE, SITE, "parks");
        assertThat(another().take(request(10, two))).isEmpty();
        Finished finished = queue.finish(
                List.of(new FinishedTask(leases.get(0), new TaskResult.Completed(null))), request(10, two));
        assertThat(finished.next()).hasSize(1);
    }

    @Test
    void noMoreThanASitesRateAreBegunInItsPeriod() throws Exception {
        queuedAll(SITE, 1, 6);
        SiteLimits rated =
                new SiteLimits(SITE, null, new SiteLimits.Rate(2, Duration.ofMinutes(10)), SiteLimits.Breaker.USUAL);
        Lease first = queue.take(request(1, rated)).get(0);
        queue.finish(first, new TaskResult.Completed(null));
        clock.advance(Duration.ofMinutes(6));
        assertThat(another().take(request(10, rated))).hasSize(1);
        assertThat(queue.take(request(10, rated))).isEmpty();
        clock.advance(Duration.ofMinutes(4));
        assertThat(queue.take(request(10, rated))).as("the first is long ago").hasSize(1);
    }

    private static SiteLimits breaker(int failures, Duration pause) {
        return new SiteLimits(SITE, null, null, new SiteLimits.Breaker(failures, pause));
    }

    @Test
    void technicalFailuresInARowPauseASiteThenOneTaskIsTried() {
        queuedAll(SITE, 1, 6);
        SiteLimits limits = breaker(2, Duration.ofMinutes(5));
        queue.take(request(2, limits)).forEach(lease -> queue.finish(lease, new TaskResult.Failed(TECHNICAL)));
        assertThat(queue.take(request(5, limits))).as("paused").isEmpty();
        assertThat(queue.operations().siteStates()).singleElement().satisfies(state -> {
            assertThat(state.paused()).isFalse();
            assertThat(state.failures()).isEqualTo(2);
            assertThat(state.failedAt()).isEqualTo(now());
        });
        clock.advance(Duration.ofMinutes(5));
        List<Lease> probe = queue.take(request(5, limits));
        assertThat(probe).hasSize(1);
        assertThat(queue.take(request(5, limits))).as("one at a time").isEmpty();
        queue.finish(probe.get(0), new TaskResult.Failed(TECHNICAL));
        assertThat(queue.take(request(5, limits))).as("paused again").isEmpty();
        clock.advance(Duration.ofMinutes(5));
        queue.finish(queue.take(request(5, limits)).get(0), new TaskResult.Completed(null));
        assertThat(queue.take(request(5, limits))).as("it works again").hasSize(2);
        assertThat(queue.operations().siteStates()).isEmpty();
    }

    @Test
    void aSuccessBetweenFailuresPausesNothing() {
        queuedAll(SITE, 1, 4);
        SiteLimits limits = breaker(2, Duration.ofMinutes(5));
        for (TaskResult result : List.of(
                new TaskResult.Failed(TECHNICAL), new TaskResult.Completed(null), new TaskResult.Failed(TECHNICAL))) {
            queue.finish(queue.take(request(1, limits)).get(0), result);
        }
        assertThat(queue.take(request(1, limits))).hasSize(1);
    }

    @Test
    void businessFailuresSayNothingAboutASite() {
        queuedAll(SITE, 1, 3);
        SiteLimits limits = breaker(1, Duration.ofMinutes(5));
        queue.take(request(2, limits)).forEach(lease -> queue.finish(lease, new TaskResult.Failed(BUSINESS)));
        assertThat(queue.take(request(1, limits))).hasSize(1);
    }

    @Test
    void goingOnByHandClosesABreaker() {
        queuedAll(SITE, 1, 3);
        SiteLimits limits = breaker(1, Duration.ofDays(1));
        queue.finish(queue.take(request(1, limits)).get(0), new TaskResult.Failed(TECHNICAL));
        queue.operations().pause(Actor.ofProcess(), SITE, false);
        assertThat(queue.take(request(2, limits))).hasSize(2);
    }

    @Test
    void aBreakerOfNoFailuresIsOff() {
        queuedAll(SITE, 1, 2);
        SiteLimits limits = breaker(0, Duration.ofDays(1));
        queue.finish(queue.take(request(1, limits)).get(0), new TaskResult.Failed(TECHNICAL));
        assertThat(queue.take(request(1, limits))).hasSize(1);
    }

    // prune

    @Test
    void pruningTakesPayloadsAndLeavesWhatResourcesAreKnownBy() {
        Lease done = takenOf(1);
        queue.finish(done, new TaskResult.Completed("{\"name\":\"Ana\"}"));
        Lease failed = takenOf(2);
        queue.note(failed, Note.EVIDENCE, "evidence/2.png");
        queue.finish(failed, new TaskResult.Failed(BUSINESS));
        long waiting = queued(3);
        clock.advance(Duration.ofDays(30));
        Lease recent = takenOf(4);
        queue.finish(recent, new TaskResult.Completed(null));
        queue.operations().cancel(Actor.ofProcess(), waiting);
        assertThat(queue.operations().prune(Actor.ofProcess(), now().minus(Duration.ofDays(1))))
                .isEqualTo(2);
        assertThat(queue.operations().prune(Actor.ofProcess(), now().minus(Duration.ofDays(1))))
                .as("twice")
                .isZero();
        for (Lease pruned : List.of(done, failed)) {
            Task task = task(pruned);
            assertThat(task.payload()).isEqualTo("{}");
            assertThat(task.result()).isNull();
            assertThat(task.screenshotPath()).isNull();
            assertThat(task.reference()).isEqualTo(pruned.task().reference());
            assertThat(task.failureCode()).isEqualTo(pruned.equals(failed) ? "DEADLINE" : null);
        }
        assertThat(queue.standings(SITE, List.of(ResourceId.of(1), ResourceId.of(2))))
                .containsEntry(ResourceId.of(1), QueueState.COMPLETED)
                .containsEntry(ResourceId.of(2), QueueState.BLOCKED);
        assertThat(queue.operations().retry(Actor.ofProcess(), failed.taskId()))
                .as("nobody could do it")
                .isFalse();
        assertThat(queue.operations().reservation(failed.taskId())).isEmpty();
        assertThat(task(recent).payload()).contains("idRecurso");
    }

    @Test
    void pruningIsDoneInMoreThanOneGo() {
        List<Settlement> settlements =
                queue
                        .reserve(IntStream.rangeClosed(1, 1200)
                                .mapToObj(TaskQueueContract::draft)
                                .toList())
                        .stream()
                        .map(each -> new Settlement(each, CONFIRM))
                        .toList();
        queue.settle(settlements);
        queue.take(request(1200)).forEach(lease -> queue.finish(lease, new TaskResult.Completed(null)));
        clock.advance(Duration.ofDays(1));
        assertThat(queue.operations().prune(Actor.ofProcess(), now())).isEqualTo(1200);
    }
}
