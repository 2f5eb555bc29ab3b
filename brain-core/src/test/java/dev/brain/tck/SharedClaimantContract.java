package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.claim.ClaimOutcome;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.SiteReport;
import dev.brain.history.Actor;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import dev.brain.tck.ClaimProtocolContract.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds when another queue claims under the same name: what that queue took is never queued here. */
abstract class SharedClaimantContract extends SharedClaimantFixture {
    @ParameterizedTest
    @EnumSource(Way.class)
    void whatANamesakeTookIsNeverQueuedAndStopsTheSiteUntilAPersonResolvesIt(Way way) {
        World world = free(6);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, way, taken(world, 3))) {
            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(report.errorCount()).isEqualTo(1);
            assertThat(report.lost()).isEqualTo(1);
            assertThat(resources(queue))
                    .as("neither the namesake's, nor what comes after that batch")
                    .contains(way == Way.ANSWER ? new String[] {"1", "2"} : new String[] {"1"})
                    .doesNotContain("3", "5", "6");
            assertThat(tasks(queue)).allMatch(task -> task.status() == TaskStatus.PENDING);
            assertStopped(queue);
            List<String> queued = resources(queue);

            for (int cycle = 0; cycle < 2; cycle++) {
                SiteReport stopped = brain.runCycle().sites().get(0);
                assertThat(stopped.errors()).singleElement().asString().contains("CLAIMANT_SHARED", "resource 3");
                assertThat(stopped.candidates()).isZero();
            }
            assertThat(brain.operations()
                            .sync("fines", ResourceId.of(5), false)
                            .sites()
                            .get(0)
                            .errors())
                    .singleElement()
                    .asString()
                    .contains("CLAIMANT_SHARED");
            assertThat(brain.dryRun().errorCount()).isEqualTo(1);
            assertThat(resources(queue)).isEqualTo(queued);

            queue.incidents()
                    .resolve(
                            Actor.ofProcess(),
                            open(queue, IncidentCode.CLAIMANT_SHARED).get(0).id());
            assertThat(brain.runCycle().errorCount()).isZero();
            assertThat(resources(queue)).containsExactlyInAnyOrder("1", "2", "4", "5", "6");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aDryRunTellsOfANamesakeAndWritesNothing(Way way) {
        World world = free(4);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, way, taken(world, 2))) {
            SiteReport report = brain.dryRun().sites().get(0);

            assertThat(report.errors()).singleElement().asString().contains("resource 2 became ROBOT's");
            assertThat(report.enqueued()).isEqualTo(1);
            assertThat(queue.incidents().list(Set.of(), false, 10)).isEmpty();
            assertThat(tasks(queue)).isEmpty();
        }
    }

    /** After how many batches of the one the other goes through all. */
    static Stream<Arguments> waysAndBatches() {
        return Stream.of(Way.values())
                .flatMap(way -> IntStream.of(0, 1, 4).mapToObj(batches -> Arguments.of(way, batches)));
    }

    @ParameterizedTest
    @MethodSource("waysAndBatches")
    void noRowGetsATaskInEachOfTwoQueues(Way way, int batches) {
        World world = free(10);
        try (TaskQueue queue = world.openQueue();
                TaskQueue otherQueue = world.openOtherQueue();
                Brain other = brain(world, otherQueue, way, () -> {})) {
            AtomicBoolean done = new AtomicBoolean();
            Brain brain = builder(world, queue, way, () -> {
                        if (batches == 0) {
                            other.runCycle();
                        }
                    })
                    .listener(event -> {
                        if (batches > 0
                                && event instanceof BrainEvent.SiteProgressed progressed
                                && progressed.report().claimed() == way.claimedAfter(batches)
                                && done.compareAndSet(false, true)) {
                            other.runCycle();
                        }
                    })
                    .site(SITE)
                    .build();
            try (brain) {
                assertThat(brain.runCycle().errorCount()).isPositive();
            }
            assertStopped(queue);
            assertThat(open(otherQueue, IncidentCode.CLAIMANT_SHARED)).isEmpty();
            List<String> all = new ArrayList<>(resources(queue));
            all.addAll(resources(otherQueue));
            assertThat(all)
                    .as("each row that is the claimant's has one task in one queue")
                    .containsExactlyInAnyOrderElementsOf(held(world))
                    .hasSize(10);
            assertThat(resources(queue)).hasSize(way.claimedAfter(batches));
        }
    }

    /** A claim whose answers say that it took nothing, while a namesake takes the resource. */
    private final class Beaten extends ReadBackClaims {
        private final ClaimOutcome answer;

        Beaten(World world, ClaimOutcome answer) {
            super(strategy(world));
            this.answer = answer;
        }

        @Override
        public Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch) {
            // the namesake's claim is sent in between
            real.claim(site, claimant, batch);
            return batch.stream().collect(Collectors.toMap(Resource::id, resource -> answer));
        }

        @Override
        public Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources) {
            return Map.of();
        }
    }

    static Stream<ClaimOutcome> denials() {
        return Stream.of(
                ClaimOutcome.lost("a person"),
                ClaimOutcome.declined("it is assigned already"),
                ClaimOutcome.notSent("no row of the list has its number"));
    }

    @ParameterizedTest
    @MethodSource("denials")
    void whatIsReadBackAsOursThoughTheAnswerDeniesItIsANamesakes(ClaimOutcome denial) {
        World world = free(4);
        try (TaskQueue queue = world.openQueue();
                Brain brain = builder(world, queue, Way.ANSWER, () -> {})
                        .claim("beaten", new Beaten(world, denial))
                        .site(SITE.toBuilder().claim("beaten").build())
                        .build()) {
            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(report.lost()).isEqualTo(1);
            assertThat(report.enqueued()).isZero();
            assertThat(report.reserved()).as("the first claim was enough").isEqualTo(1);
            assertThat(tasks(queue)).isEmpty();
        }
        try (TaskQueue queue = world.openQueue()) {
            assertStopped(queue);
        }
    }

    @Test
    void nothingIsAdoptedWhileTheClaimantIsShared() {
        World world = free(2);
        taken(world, 1, 2).run();
        try (TaskQueue queue = world.openQueue();
                Brain brain = builder(world, queue, Way.ANSWER, () -> {})
                        .site(SITE.toBuilder().adoptOrphans(true).build())
                        .build()) {
            queue.incidents().report(List.of(new Report(IncidentCode.CLAIMANT_SHARED, "fines", null, "it is shared")));
            assertThat(brain.runCycle().enqueued()).isZero();
            assertThat(tasks(queue)).isEmpty();

            queue.incidents()
                    .resolve(
                            Actor.ofProcess(),
                            open(queue, IncidentCode.CLAIMANT_SHARED).get(0).id());
            assertThat(brain.runCycle().enqueued()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void allSitesOfASharedClaimantStop(Way way) {
        World world = free(4);
        execute(
                world,
                IntStream.rangeClosed(11, 14)
                        .mapToObj(id -> tables().insert(id, "2026/" + id, "CITY PARKS", 2, 0, null))
                        .toList());
        try (TaskQueue queue = world.openQueue();
                Brain brain = builder(world, queue, way, taken(world, 1, 2, 3, 4))
                        .site(SITE)
                        .site(SAME_CLAIMANT)
                        .build()) {
            List<SiteReport> first = brain.runCycle().sites();
            List<SiteReport> second = brain.runCycle().sites();

            assertStopped(queue);
            assertThat(first)
                    .allSatisfy(report -> assertThat(report.errorCount()).isPositive());
            assertThat(second)
                    .hasSize(2)
                    .allSatisfy(
                            report -> assertThat(report.errors()).anyMatch(error -> error.contains("CLAIMANT_SHARED")));
            assertThat(held(world)).doesNotContain("11", "12", "13", "14");

            queue.incidents()
                    .resolve(
                            Actor.ofProcess(),
                            open(queue, IncidentCode.CLAIMANT_SHARED).get(0).id());
            brain.runCycle();
            assertThat(resources(queue)).contains("11", "12", "13", "14");
        }
    }

    @Test
    void aSiteOfAnotherClaimantOrSourceGoesOn() {
        World world = free(2);
        execute(world, List.of(tables().insert(11, "2026/11", "CITY PARKS", 2, 0, null)));
        try (TaskQueue queue = world.openQueue();
                Brain brain = builder(world, queue, Way.ANSWER, () -> {})
                        .source("other", source(world))
                        .site(SITE.toBuilder().claimant("ANOTHER").build())
                        .site(SAME_CLAIMANT.toBuilder().source("other").build())
                        .site(CaseTable.site("gone", "%GONE%").toBuilder()
                                .active(false)
                                .build())
                        .build()) {
            queue.incidents()
                    .report(List.of(
                            new Report(IncidentCode.CLAIMANT_SHARED, "gone", null, "it is shared").withOwner("ROBOT")));

            assertThat(brain.runCycle().errorCount()).isZero();
            assertThat(tasks(queue)).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void syncWarnsOfWhatIsTheClaimantsAndUnknownToThisQueue(Way way) {
        World world = free(2);
        taken(world, 1).run();
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, way, () -> {})) {
            for (boolean dry : List.of(true, false)) {
                SiteReport report = brain.operations()
                        .sync("fines", ResourceId.of(1), dry)
                        .sites()
                        .get(0);
                assertThat(report.enqueued()).isEqualTo(1);
                assertThat(report.warnings())
                        .singleElement()
                        .asString()
                        .contains("resource 1 was ROBOT's before", "another queue");
            }
            SiteReport free = brain.operations()
                    .sync("fines", ResourceId.of(2), false)
                    .sites()
                    .get(0);
            assertThat(free.claimed()).isEqualTo(1);
            assertThat(free.warnings()).isEmpty();

            tasks(queue).forEach(task -> queue.operations().cancel(Actor.ofProcess(), task.id()));
            queue.operations().unblock(Actor.ofProcess(), "fines", ResourceId.of(1));
            SiteReport known = brain.operations()
                    .sync("fines", ResourceId.of(1), false)
                    .sites()
                    .get(0);
            assertThat(known.enqueued()).isEqualTo(1);
            assertThat(known.warnings()).as("this queue had a task for it").isEmpty();
        }
    }
}
