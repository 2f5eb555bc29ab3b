package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.cycle.SiteReport;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.ResourceId;
import dev.brain.tck.ClaimProtocolContract.World;
import dev.brain.tck.Faults.Mode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How resources are found that are claimed but have no task. */
abstract class OrphanClaimContract extends ClaimProtocolFixture {
    @Test
    void aResourceThatIsOursWithoutATaskIsReportedOnce() {
        World world = world(1);
        execute(world, List.of(tables().insert(104, "2026/104", "CITY FINES", 1, 0, "  róbot ")));
        SettableClock clock = new SettableClock(Instant.now());
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), clock, SITE)) {
            brain.runCycle();
            clock.advance(Duration.ofHours(1));
            brain.runCycle();
            assertThat(orphans(queue)).singleElement().satisfies(incident -> {
                assertThat(incident.report().resourceId()).isEqualTo(ResourceId.of(104));
                assertThat(incident.count()).isEqualTo(2);
            });
            assertThat(tasks(queue)).hasSize(1);
        }
    }

    private static List<Incident> orphans(TaskQueue queue) {
        return queue.incidents().open("fines", IncidentCode.ORPHAN_CLAIM, null, 100);
    }

    @Test
    void allThatIsOursIsReadAtTheFirstCycleAndThenOnceAnHour() {
        World world = world(0);
        SettableClock clock = new SettableClock(Instant.now());
        Faults counting = Faults.none();
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, counting, clock, SITE)) {
            brain.dryRun();
            assertThat(searches(counting)).as("a dry run").isEqualTo(1);
            brain.runCycle();
            assertThat(searches(counting)).as("a dry run counts for nothing").isEqualTo(2);
            clock.advance(Duration.ofMinutes(59));
            brain.runCycle();
            assertThat(searches(counting)).as("within the hour").isEqualTo(2);
            clock.advance(Duration.ofMinutes(1));
            brain.runCycle();
            brain.runCycle();
            assertThat(searches(counting)).as("after an hour").isEqualTo(3);
        }
    }

    private static long searches(Faults counting) {
        return counting.calls().stream().filter("ResourceSource.held"::equals).count();
    }

    @Test
    void aSearchThatFailedIsMadeAgainByTheNextCycle() {
        World world = world(0);
        execute(world, List.of(tables().insert(104, "2026/104", "CITY FINES", 1, 0, "ROBOT")));
        Faults clean = Faults.none();
        runOnce(world, clean);
        int search = clean.calls().indexOf("ResourceSource.held") + 1;
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, new Faults(search, Mode.FAILS_BEFORE), SITE)) {
            queue.incidents().close("fines", IncidentCode.ORPHAN_CLAIM, List.of(ResourceId.of(104)));
            assertThat(brain.runCycle().errorCount()).isEqualTo(1);
            assertThat(orphans(queue)).isEmpty();
            brain.runCycle();
            assertThat(orphans(queue)).hasSize(1);
        }
    }

    @Test
    void whatWasToldOfAClaimWithoutATaskIsClosedOnceItIsOver() {
        World world = world(0);
        IntStream.rangeClosed(110, 120)
                .forEach(id -> execute(
                        world, List.of(tables().insert(id, "2026/" + id, "CITY FINES", 1, 0, CaseTable.ROBOT))));
        SettableClock clock = new SettableClock(Instant.now());
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), clock, SITE)) {
            brain.runCycle();
            assertThat(orphans(queue)).hasSize(11);
            String table = tables().names().get(0);
            execute(
                    world,
                    List.of(
                            "UPDATE " + table + " SET assigned_to = NULL WHERE case_id = 111",
                            "UPDATE " + table + " SET assigned_to = 'A PERSON' WHERE case_id = 112",
                            "DELETE FROM " + table + " WHERE case_id = 120"));
            brain.operations().sync("fines", ResourceId.of(113), false);
            brain.dryRun();
            assertThat(orphans(queue)).as("synced").hasSize(10);
            brain.runCycle();
            assertThat(orphans(queue))
                    .extracting(incident -> incident.report().resourceId())
                    .containsExactly(
                            ResourceId.of(110),
                            ResourceId.of(114),
                            ResourceId.of(115),
                            ResourceId.of(116),
                            ResourceId.of(117),
                            ResourceId.of(118),
                            ResourceId.of(119));
            try (Brain renamed = brain(
                    world,
                    queue,
                    Faults.none(),
                    clock,
                    SITE.toBuilder().claimant("ANOTHER NAME").build())) {
                renamed.runCycle();
            }
            assertThat(orphans(queue)).as("still held under the old name").hasSize(7);
        }
    }

    @Test
    void aSiteThatAdoptsOrphansQueuesThem() {
        World world = world(1);
        execute(
                world,
                List.of(
                        tables().insert(104, "2026/104", "CITY FINES", 1, 0, "ROBOT"),
                        tables().insert(105, "no reference", "CITY FINES", 1, 0, "ROBOT")));
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(
                        world,
                        queue,
                        Faults.none(),
                        SITE.toBuilder().adoptOrphans(true).build())) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.recovered()).isEqualTo(1);
            assertThat(report.enqueued()).isEqualTo(2);
            assertThat(tasks(queue))
                    .extracting(task -> task.resourceId().value())
                    .containsExactlyInAnyOrder("1", "104");
        }
    }
}
