package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.claim.ClaimStrategy;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceSource;
import dev.brain.tck.ClaimProtocolContract.World;
import dev.brain.tck.Faults.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds when a run stops, an answer is lost, or the system of record is away. */
abstract class ClaimRecoveryContract extends ClaimProtocolFixture {
    @Test
    void whereverItDiesTheNextRunPutsItRight() {
        assertNextRunPutsItRight(Mode.DIES_AFTER);
    }

    @ParameterizedTest
    @EnumSource(value = Mode.class, mode = EnumSource.Mode.EXCLUDE, names = "DIES_AFTER")
    @Tag("slow")
    void whereverItStopsTheNextRunPutsItRight(Mode mode) {
        assertNextRunPutsItRight(mode);
    }

    private void assertNextRunPutsItRight(Mode mode) {
        int free = 5;
        int calls = runOnce(world(free), Faults.none()).size();
        assertThat(calls).isGreaterThan(12);
        for (int at = 1; at <= calls; at++) {
            World world = world(free);
            Faults faults = new Faults(at, mode);
            runOnce(world, faults);
            String when = mode + " at call " + at + " (" + faults.calls().get(at - 1) + ")";
            runOnce(world, Faults.none());
            assertInvariants(world, free, when);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"DIES_BEFORE", "DIES_AFTER"})
    @Tag("slow")
    void recoveryMayItselfBeStoppedAnywhere(Mode mode) {
        int free = 3;
        int calls = runOnce(world(free), Faults.none()).size();
        for (int first = 1; first <= calls; first++) {
            for (int second = 1; ; second++) {
                World world = world(free);
                runOnce(world, new Faults(first, mode));
                Faults again = new Faults(second, mode);
                if (runOnce(world, again).size() < second) {
                    break;
                }
                runOnce(world, Faults.none());
                assertInvariants(world, free, mode + " at call " + first + ", then at call " + second);
            }
        }
    }

    @Test
    void anUnknownOutcomeIsReadBackInTheSameCycle() {
        Faults clean = Faults.none();
        runOnce(world(4), clean);
        int claim = clean.calls().indexOf("ClaimStrategy.claim") + 1;
        World world = world(4);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, new Faults(claim, Mode.FAILS_AFTER), SITE)) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.claimed()).isEqualTo(4);
            assertThat(report.recovered())
                    .as("of the batch of two whose answer was lost")
                    .isEqualTo(2);
            assertThat(report.errorCount()).isZero();
        }
        assertInvariants(world, 4, "the answer to a claim was lost");
    }

    @Test
    void whatStaysUnknownWaitsForTheNextCycleAndThenBecomesAnIncident() {
        World world = world(2);
        try (TaskQueue queue = world.openQueue()) {
            Outage outage = new Outage();
            Brain brain = Brain.builder()
                    .queue(queue)
                    .share(Profile.class, tables().profile("integer"))
                    .share(Database.class, world.database())
                    .source("sql", outage.around(ResourceSource.class, source(world)))
                    .claim("sql", outage.around(ClaimStrategy.class, strategy(world)))
                    .readBackDelays(List.of(Duration.ZERO))
                    .unknownAfter(Duration.ofMillis(-1))
                    .site(SITE)
                    .build();
            outage.from("ClaimStrategy.claim");
            SiteReport first = brain.runCycle().sites().get(0);
            assertThat(first.unknown()).isEqualTo(2);
            assertThat(first.errorCount()).isPositive();
            assertThat(tasks(queue))
                    .allMatch(task -> task.status() == TaskStatus.CLAIMING)
                    .hasSize(2);

            brain.runCycle();
            assertThat(queue.incidents().list(Set.of(), true, 100))
                    .extracting(incident -> incident.report().code())
                    .contains(IncidentCode.CLAIM_UNKNOWN, IncidentCode.SOURCE_UNREACHABLE);

            outage.end();
            execute(
                    world,
                    List.of("UPDATE " + tables().names().get(0) + " SET assigned_to = 'A PERSON' WHERE case_id = 1"));
            CycleReport last = brain.runCycle();
            assertThat(last.enqueued()).isEqualTo(1);
            assertThat(tasks(queue))
                    .extracting(task -> task.resourceId().value())
                    .containsExactly("2");
            assertThat(queue.incidents().list(Set.of(), true, 100))
                    .extracting(incident -> incident.report().code())
                    .doesNotContain(IncidentCode.CLAIM_UNKNOWN, IncidentCode.SOURCE_UNREACHABLE);
            brain.close();
        }
    }

    @Test
    void aSourceThatIsDownIsAnErrorAndNeverNoWork() {
        World world = world(2);
        try (TaskQueue queue = world.openQueue()) {
            Outage outage = new Outage();
            outage.from("ResourceSource.candidates");
            try (Brain brain = Brain.builder()
                    .queue(queue)
                    .share(Profile.class, tables().profile("integer"))
                    .source("sql", outage.around(ResourceSource.class, source(world)))
                    .claim("sql", strategy(world))
                    .source("other", source(world))
                    .site(SITE)
                    .site(CaseTable.site("parks", "PARKS").toBuilder()
                            .source("other")
                            .build())
                    .build()) {
                CycleReport report = brain.runCycle();
                Map<String, SiteReport> sites = bySite(report);
                assertThat(sites.get("fines").errorCount()).isEqualTo(1);
                assertThat(sites.get("parks").enqueued())
                        .as("the other site goes on")
                        .isEqualTo(1);
            }
            assertThat(queue.incidents().list(Set.of("fines"), true, 10))
                    .singleElement()
                    .extracting(Incident::report)
                    .extracting(Incident.Report::code)
                    .isEqualTo(IncidentCode.SOURCE_UNREACHABLE);
        }
    }

    @Test
    void aSecondCycleEnqueuesNothing() {
        World world = world(7);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), SITE)) {
            SiteReport first = brain.runCycle().sites().get(0);
            assertThat(first.enqueued()).isEqualTo(7);
            assertThat(first.rejected()).isEqualTo(1);
            assertThat(first.candidates()).isEqualTo(8);
            SiteReport second = brain.runCycle().sites().get(0);
            assertThat(second.enqueued()).isZero();
            assertThat(second.candidates()).isEqualTo(1);
        }
    }
}
