package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.Actor;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Failure;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Finished;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How tasks are taken, and how they end. */
abstract class TaskEndingContract extends TaskLeaseFixture {
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
    void tasksOfManySitesAreTakenInTheirOrder() {
        List<Long> expected = new ArrayList<>();
        IntStream.rangeClosed(1, 30).forEach(id -> expected.add(queued(SITE, id, 0)));
        IntStream.rangeClosed(31, 50).forEach(id -> expected.add(queued("site" + id % 5, id, 0)));
        expected.add(0, queued("site3", 51, 1));
        SiteLimits[] sites = Stream.of(SITE, "site0", "site1", "site2", "site3", "site4", "none")
                .map(SiteLimits::none)
                .toArray(SiteLimits[]::new);
        List<Long> taken = new ArrayList<>();
        for (List<Lease> leases = queue.take(request(7, sites));
                !leases.isEmpty();
                leases = queue.take(request(7, sites))) {
            taken.addAll(ids(leases));
        }
        assertThat(taken).isEqualTo(expected);
    }

    @Test
    void onlyTheSitesThatWereAskedForAreTaken() {
        queued("parks", 1, 0);
        assertThat(queue.take(request(5))).isEmpty();
        assertThat(queue.take(new TakeRequest("w1", 5, LEASE, List.of()))).isEmpty();
    }

    @Test
    void whatIsNotSettledIsNotTaken() {
        queue.reserve(List.of(TaskDrafts.draft(1)));
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
        assertThat(queue.reserve(List.of(TaskDrafts.draft(1)))).hasSize(1);
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
}
