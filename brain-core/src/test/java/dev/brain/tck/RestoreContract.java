package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.Brain;
import dev.brain.cycle.CycleReport;
import dev.brain.history.Actor;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Failure;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import dev.brain.site.Site;
import dev.brain.tck.ClaimProtocolContract.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A queue that is older than what was done with it. */
abstract class RestoreContract extends ClaimProtocolFixture {
    private static final Actor ANNA = new Actor("anna");

    private static List<Lease> take(TaskQueue queue, int most) {
        return queue.take(new TakeRequest("robot", most, Duration.ofHours(1), List.of(SiteLimits.none("fines"))));
    }

    @Test
    void whatMayHaveBeenFiledIsNotHandedOutAgain() {
        World world = world(2);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), SITE)) {
            assertThat(brain.runCycle().enqueued()).isEqualTo(2);
            Lease lease = take(queue, 1).get(0);
            queue.note(lease, TaskQueue.Note.SUBMITTING, "");
            long other = tasks(queue).stream()
                    .filter(task -> task.status() == TaskStatus.PENDING)
                    .findFirst()
                    .orElseThrow()
                    .id();
            queue.operations().hold(ANNA, other, "ask the client");

            assertThat(queue.operations().markRestored(ANNA)).isZero();
            assertThat(queue.operations().find(lease.taskId()).orElseThrow().mayBeSubmitted())
                    .isTrue();
            assertThat(queue.incidents().openCodes().get("fines"))
                    .contains(IncidentCode.SUBMIT_UNKNOWN, IncidentCode.RESTORED);
            assertThat(queue.operations().find(other).orElseThrow().approval())
                    .isEqualTo(new Task.Approval("restored; before: ask the client", null));
            long incident = queue.incidents().list(Set.of(), true, 10).stream()
                    .filter(each -> each.report().code() == IncidentCode.RESTORED)
                    .findFirst()
                    .orElseThrow()
                    .id();
            assertThatThrownBy(() -> queue.incidents().resolve(ANNA, incident))
                    .hasMessageContaining("brain queue restored approve");
            assertThat(queue.operations().approveRestored(ANNA)).isZero();
            assertThat(take(queue, 9)).isEmpty();
        }
    }

    @Test
    void nothingIsHandedOutOrClaimedBeforeAPersonApproves() {
        World world = world(3);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(
                        world,
                        queue,
                        Faults.none(),
                        SITE.toBuilder().adoptOrphans(true).build())) {
            assertThat(brain.runCycle().enqueued()).isEqualTo(3);
            Lease lease = take(queue, 1).get(0);
            long other = tasks(queue).stream()
                    .filter(task -> task.status() == TaskStatus.PENDING)
                    .findFirst()
                    .orElseThrow()
                    .id();
            queue.operations().hold(ANNA, other, "for another reason");

            assertThat(queue.operations().markRestored(ANNA)).isEqualTo(2);
            assertThat(tasks(queue)).extracting(Task::status).containsOnly(TaskStatus.HELD);
            assertThat(queue.finish(List.of(new FinishedTask(lease, new TaskResult.Completed(null))), null)
                            .held())
                    .as("a lease from before")
                    .isEmpty();
            execute(
                    world,
                    List.of(
                            tables().insert(4, "2026/4", "CITY FINES", 1, 0, CaseTable.ROBOT),
                            tables().insert(5, "not a reference", "CITY FINES", 1, 0, CaseTable.ROBOT)));
            CycleReport report = brain.runCycle();
            assertThat(report.claimed()).isZero();
            assertThat(report.sites().get(0).errors())
                    .singleElement()
                    .asString()
                    .contains("restored from a backup");
            assertThat(taskOf(queue, 4))
                    .as("won after the backup")
                    .satisfies(task -> assertThat(task.status()).isEqualTo(TaskStatus.HELD))
                    .satisfies(task -> assertThat(task.approval()).isEqualTo(new Task.Approval("restored", null)));
            assertThat(queue.incidents().openOn("fines", IncidentCode.ORPHAN_CLAIM, List.of(ResourceId.of(5))))
                    .as("can't be queued")
                    .hasSize(1);
            assertThat(queue.incidents().openCodes().get("fines")).doesNotContain(IncidentCode.RESTORED_CLAIMS);
            assertThat(take(queue, 9)).isEmpty();

            assertThat(queue.operations().approveRestored(ANNA)).isEqualTo(3);
            assertThat(queue.operations().approveRestored(ANNA)).isZero();
            assertThat(take(queue, 9)).hasSize(3);
            assertThat(queue.operations().find(other).orElseThrow().status()).isEqualTo(TaskStatus.HELD);
            assertThat(queue.incidents().openCodes().get("fines")).doesNotContain(IncidentCode.RESTORED);
            assertThat(brain.runCycle().sites().get(0).errors()).isEmpty();
        }
    }

    private static Task taskOf(TaskQueue queue, long resourceId) {
        return tasks(queue).stream()
                .filter(task -> ResourceId.of(resourceId).equals(task.resourceId()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aClaimOfUnknownTimeIsHeldAlsoAfterAnEarlyApproval() {
        World world = world(0);
        SettableClock clock = new SettableClock(Instant.now());
        Site adopting = SITE.toBuilder().adoptOrphans(true).build();
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), clock, adopting)) {
            queue.sites().save(ANNA, List.of(adopting), true);
            queue.operations().markRestored(ANNA);
            execute(world, List.of(tables().insert(4, "2026/4", "CITY FINES", 1, 0, CaseTable.ROBOT)));
            queue.operations().approveRestored(ANNA);

            brain.runCycle();

            assertThat(taskOf(queue, 4).status()).as("filed, perhaps").isEqualTo(TaskStatus.HELD);
            assertThat(queue.incidents().openCodes().get("fines")).doesNotContain(IncidentCode.RESTORED_CLAIMS);
            assertThat(queue.operations().cancel(ANNA, taskOf(queue, 4).id())).isTrue();
            execute(world, List.of(tables().insert(5, "2026/5", "CITY FINES", 1, 0, CaseTable.ROBOT)));
            clock.advance(Duration.ofHours(1));
            brain.runCycle();
            assertThat(taskOf(queue, 4).status()).as("a person has decided").isEqualTo(TaskStatus.CANCELLED);
            assertThat(taskOf(queue, 5).status()).as("after the restore").isEqualTo(TaskStatus.PENDING);
        }
    }

    @Test
    void aSiteThatTheBackupDoesNotKnowQueuesNothingSilently() {
        World world = world(0);
        execute(
                world,
                List.of(
                        tables().insert(4, "2026/4", "CITY FINES", 1, 0, CaseTable.ROBOT),
                        tables().insert(5, "2026/5", "CITY FINES", 1, 0, CaseTable.ROBOT)));
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(
                        world,
                        queue,
                        Faults.none(),
                        SITE.toBuilder().adoptOrphans(true).build())) {
            queue.sites().save(ANNA, List.of(CaseTable.site("another", "%PARKS%")), true);
            queue.operations().markRestored(ANNA);
            queue.operations().approveRestored(ANNA);

            brain.runCycle();

            assertThat(tasks(queue)).hasSize(2).extracting(Task::status).containsOnly(TaskStatus.HELD);
            assertThat(queue.operations().approveRestored(ANNA)).isEqualTo(2);
        }
    }

    @Test
    void aClaimThatAPersonHasDecidedAboutIsNotQueuedSilently() {
        World world = world(0);
        execute(world, List.of(tables().insert(4, "2026/4", "CITY FINES", 1, 0, CaseTable.ROBOT)));
        try (TaskQueue queue = world.openQueue()) {
            try (Brain brain = brain(world, queue, Faults.none(), SITE)) {
                brain.runCycle();
            }
            long orphan = queue.incidents()
                    .open("fines", IncidentCode.ORPHAN_CLAIM, null, 1)
                    .get(0)
                    .id();
            assertThat(queue.incidents().resolve(ANNA, orphan, "it was filed")).isTrue();
            try (Brain brain = brain(
                    world,
                    queue,
                    Faults.none(),
                    SITE.toBuilder().adoptOrphans(true).build())) {
                brain.runCycle();
            }
            assertThat(taskOf(queue, 4).status()).isEqualTo(TaskStatus.HELD);
        }
    }

    @Test
    void aReservationThatIsConfirmedAfterTheApprovalIsHeld() {
        World world = world(1);
        try (TaskQueue queue = world.openQueue()) {
            Reservation reserved = queue.reserve(List.of(TaskDrafts.draft(1))).get(0);
            queue.operations().markRestored(ANNA);
            assertThat(queue.operations().approveRestored(ANNA)).isZero();
            queue.settle(List.of(new Settlement(reserved, Settlement.Verdict.CONFIRM)));
            assertThat(take(queue, 1)).isEmpty();
            assertThat(queue.operations().approveRestored(ANNA)).isEqualTo(1);
            assertThat(take(queue, 1)).hasSize(1);
        }
    }

    @Test
    void numbersAndLeasesFromAfterTheBackupAreNotUsedAgain() {
        World world = world(3);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), SITE)) {
            brain.runCycle();
            Lease before = take(queue, 1).get(0);
            queue.finish(before, new TaskResult.Failed(new Failure(Failure.Kind.TECHNICAL, "DOWN", "no answer")));
            long last = tasks(queue).stream().mapToLong(Task::id).max().orElseThrow();
            // what a process knows of the time after the backup: the next lease of this task, and the next tasks
            Lease suspended = new Lease(before.task(), before.token() + 1, before.until());

            queue.operations().markRestored(ANNA);

            queue.operations().approveRestored(ANNA);
            assertThat(queue.operations().retry(ANNA, before.taskId())).isTrue();
            Lease again = take(queue, 9).stream()
                    .filter(lease -> lease.taskId() == before.taskId())
                    .findFirst()
                    .orElseThrow();
            assertThat(again.token()).isGreaterThan(suspended.token());
            assertThat(queue.finish(suspended, new TaskResult.Completed(null))).isFalse();
            execute(world, List.of(tables().insert(9, "2026/9", "CITY FINES", 2, 0, null)));
            brain.runCycle();
            assertThat(taskOf(queue, 9).id()).isGreaterThan(last + 100_000);
        }
    }
}
