package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.Brain;
import dev.brain.cycle.CycleReport;
import dev.brain.history.Actor;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.tck.ClaimProtocolContract.World;
import java.time.Duration;
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
            execute(world, List.of(tables().insert(4, "2026/4", "CITY FINES", 1, 0, CaseTable.ROBOT)));
            CycleReport report = brain.runCycle();
            assertThat(report.enqueued()).isZero();
            assertThat(report.sites().get(0).errors())
                    .singleElement()
                    .asString()
                    .contains("restored from a backup");
            assertThat(queue.incidents().openCodes().get("fines"))
                    .as("won after the backup, and not adopted")
                    .contains(IncidentCode.RESTORED, IncidentCode.ORPHAN_CLAIM);
            assertThat(take(queue, 9)).isEmpty();

            assertThat(queue.operations().approveRestored(ANNA)).isEqualTo(2);
            assertThat(queue.operations().approveRestored(ANNA)).isZero();
            assertThat(take(queue, 9)).hasSize(2);
            assertThat(queue.operations().find(other).orElseThrow().status()).isEqualTo(TaskStatus.HELD);
            assertThat(queue.incidents().openCodes().get("fines")).doesNotContain(IncidentCode.RESTORED);
            assertThat(brain.runCycle().sites().get(0).errors()).isEmpty();
        }
    }
}
