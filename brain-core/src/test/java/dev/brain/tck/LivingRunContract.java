package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.Brain;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.incident.IncidentCode;
import dev.brain.payload.Payload;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.tck.ClaimProtocolContract.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a cycle does with the reservations of a run that seems to be alive. */
abstract class LivingRunContract extends ClaimProtocolFixture {
    private List<String> statuses(TaskQueue queue) {
        return tasks(queue).stream()
                .map(task -> task.resourceId() + " " + task.status())
                .sorted()
                .toList();
    }

    @Test
    void whatALivingRunReservedLongAgoIsConfirmedWhereItIsOursAndElseKept() {
        World world = world(3);
        SettableClock clock = new SettableClock(Instant.now());
        try (TaskQueue queue = world.openQueue();
                TaskQueue hung = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), clock, SITE)) {
            List<TaskDraft> drafts = source(world).candidates(SITE, null, 3).stream()
                    .map(resource -> new TaskDraft(
                            "fines",
                            resource,
                            Payload.of(JsonNodeFactory.instance.objectNode()),
                            new Claimant(CaseTable.ROBOT),
                            0))
                    .toList();
            List<Reservation> reserved = hung.reserve(drafts);
            execute(
                    world,
                    List.of(
                            "UPDATE " + tables().names().get(0)
                                    + " SET kind = 1, assigned_to = 'ROBOT' WHERE case_id = 1",
                            "UPDATE " + tables().names().get(0)
                                    + " SET kind = 1, assigned_to = 'A PERSON' WHERE case_id = 3"));
            clock.advance(Duration.ofMinutes(14));
            assertThat(brain.runCycle().errorCount()).isZero();
            assertThat(statuses(queue)).containsExactly("1 CLAIMING", "2 CLAIMING", "3 CLAIMING");

            clock.advance(Duration.ofMinutes(2));
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.recovered()).isEqualTo(1);
            assertThat(report.unknown()).isEqualTo(2);
            assertThat(report.errorCount()).isEqualTo(1);
            assertThat(statuses(queue)).containsExactly("1 PENDING", "2 CLAIMING", "3 CLAIMING");
            assertThat(queue.incidents().open("fines", IncidentCode.CLAIM_UNKNOWN, null, 10))
                    .extracting(incident -> incident.report().resourceId())
                    .containsExactlyInAnyOrder(ResourceId.of(2), ResourceId.of(3));
            assertThat(brain.runCycle().errorCount()).as("known").isZero();

            hung.settle(List.of(
                    new Settlement(reserved.get(0), Settlement.Verdict.CONFIRM),
                    new Settlement(reserved.get(1), Settlement.Verdict.CONFIRM),
                    new Settlement(reserved.get(2), Settlement.Verdict.DROP)));
            assertThat(statuses(queue)).containsExactly("1 PENDING", "2 PENDING");
            assertThat(queue.incidents().list(Set.of(), true, 100))
                    .extracting(incident -> incident.report().code())
                    .containsOnly(IncidentCode.REFERENCE_REJECTED);
        }
    }

    @Test
    void ofTwoBrainsOnOneQueueNeitherSettlesWhatTheOtherClaims() {
        World world = world(2);
        try (TaskQueue queue = world.openQueue();
                Brain second = brain(world, queue, Faults.none(), SITE)) {
            List<CycleReport> meanwhile = new ArrayList<>();
            Hooked hooked = new Hooked(queue).after("reserve", () -> meanwhile.add(second.runCycle()));
            try (Brain first = brain(world, hooked.queue(), Faults.none(), SITE)) {
                assertThat(first.runCycle().enqueued()).isEqualTo(2);
            }
            assertThat(meanwhile).singleElement().satisfies(report -> {
                assertThat(report.enqueued()).isZero();
                assertThat(report.errorCount()).isZero();
            });
            assertThat(statuses(queue)).containsExactly("1 PENDING", "2 PENDING");
            assertThat(queue.incidents().list(Set.of(), true, 100))
                    .extracting(incident -> incident.report().code())
                    .containsOnly(IncidentCode.REFERENCE_REJECTED);
        }
    }

    @Test
    void whatABrainLeftUnsettledIsSettledByTheNextAlthoughTheQueueStaysOpen() {
        World world = world(2);
        try (TaskQueue queue = world.openQueue()) {
            Hooked hooked = new Hooked(queue).before("settle", () -> {
                throw new Faults.Death("settle");
            });
            Brain first = brain(world, hooked.queue(), Faults.none(), SITE);
            assertThatThrownBy(first::runCycle).isInstanceOf(Faults.Death.class);
            first.close();
            try (Brain second = brain(world, queue, Faults.none(), SITE)) {
                assertThat(second.runCycle().sites().get(0).recovered()).isEqualTo(2);
            }
            assertThat(statuses(queue)).containsExactly("1 PENDING", "2 PENDING");
        }
    }
}
