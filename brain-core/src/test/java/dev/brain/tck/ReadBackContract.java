package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.LoginException;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.history.Actor;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import dev.brain.tck.ClaimProtocolContract.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What holds when the answer to a claim is only a hint, and a read-back decides. */
abstract class ReadBackContract extends ClaimProtocolFixture {
    /** A strategy whose answers are only hints. It claims by SQL by default, and returns the outcomes that the test gives it. */
    private class Hinting extends ReadBackClaims {
        private final Deque<ClaimOutcome> says;
        final List<String> asked = new ArrayList<>();

        Hinting(World world, ClaimOutcome... says) {
            super(strategy(world));
            this.says = new ArrayDeque<>(List.of(says));
        }

        @Override
        public Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch) {
            Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
            for (Resource resource : batch) {
                asked.add(resource.id().value());
                ClaimOutcome said = says.isEmpty() ? ClaimOutcome.sent("done") : says.remove();
                if (said.result() == ClaimOutcome.Result.SENT && !"a lie".equals(said.detail())) {
                    real.claim(site, claimant, List.of(resource));
                }
                outcomes.put(resource.id(), said);
            }
            return outcomes;
        }

        @Override
        public Optional<String> evidence(Site site, Resource resource, String reason) {
            return Optional.of("evidence/" + resource.id());
        }
    }

    private Brain hinted(World world, TaskQueue queue, Hinting strategy, Site... sites) {
        var builder = Brain.builder()
                .queue(queue)
                .share(Profile.class, tables().profile("integer"))
                .share(Database.class, world.database())
                .claim("hint", strategy)
                .readBackDelays(List.of(Duration.ZERO, Duration.ZERO));
        for (Site site : sites) {
            builder.site(site);
        }
        return builder.build();
    }

    private static final Site HINTED = SITE.toBuilder().claim("hint").build();

    @Test
    void whatWasSentIsToldByTheReadBackAndIsNoError() {
        World world = world(3);
        Hinting strategy = new Hinting(world);
        try (TaskQueue queue = world.openQueue();
                Brain brain = hinted(world, queue, strategy, HINTED)) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.claimed()).isEqualTo(3);
            assertThat(report.enqueued()).isEqualTo(3);
            assertThat(report.errorCount()).isZero();
            assertThat(report.unknown()).isZero();
        }
        assertInvariants(world, 3, "told by the read-back");
    }

    @Test
    void whatSaysThatItWasDoneAndWasNotIsAnErrorWithEvidence() {
        World world = world(2);
        try (TaskQueue queue = world.openQueue();
                Brain brain = hinted(world, queue, new Hinting(world, ClaimOutcome.sent("a lie")), HINTED)) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.enqueued()).isEqualTo(1);
            assertThat(report.unknown()).isEqualTo(1);
            assertThat(report.errorCount()).isEqualTo(1);
            assertThat(tasks(queue)).hasSize(1);
            assertThat(queue.incidents().list(Set.of(), true, 10))
                    .filteredOn(incident -> incident.report().code() == IncidentCode.EVIDENCE)
                    .singleElement()
                    .satisfies(
                            incident -> assertThat(incident.report().evidence()).isEqualTo("evidence/1"));
        }
    }

    /** Returns a strategy that runs an update on the system of record instead of a claim, and then returns an outcome. */
    private Hinting doing(World world, Function<ResourceId, String> update, ClaimOutcome says) {
        return new Hinting(world) {
            @Override
            public Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch) {
                Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
                for (Resource resource : batch) {
                    asked.add(resource.id().value());
                    execute(
                            world,
                            List.of("UPDATE " + tables().names().get(0) + " SET kind = 1, state = 1, assigned_to = "
                                    + update.apply(resource.id())));
                    outcomes.put(resource.id(), says);
                }
                return outcomes;
            }
        };
    }

    private static List<Incident> contradictions(TaskQueue queue) {
        return queue.incidents().list(Set.of(), true, 10).stream()
                .filter(incident -> incident.report().code() == IncidentCode.CLAIM_CONTRADICTED)
                .toList();
    }

    @Test
    void anAcceptedClaimThatShowsAnotherOwnerStopsItsSiteUntilThatIsResolved() {
        World world = world(3);
        Hinting strategy = doing(world, id -> "'17' WHERE case_id = " + id, ClaimOutcome.accepted("It is yours."));
        try (TaskQueue queue = world.openQueue();
                Brain brain = hinted(world, queue, strategy, HINTED)) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(strategy.asked).containsExactly("1");
            assertThat(report.errorCount()).isEqualTo(1);
            assertThat(report.lost()).isZero();
            assertThat(contradictions(queue)).singleElement().satisfies(incident -> {
                assertThat(incident.report().resourceId()).isEqualTo(ResourceId.of(1));
                assertThat(incident.report().message()).contains("'17'", CaseTable.ROBOT);
                assertThat(incident.report().evidence()).isEqualTo("evidence/1");
            });

            assertThat(brain.runCycle().sites().get(0).errors())
                    .anyMatch(error -> error.contains("CLAIM_CONTRADICTED"));
            assertThat(strategy.asked).as("nothing more is claimed").containsExactly("1");

            assertThat(queue.incidents()
                            .resolve(
                                    Actor.ofProcess(),
                                    contradictions(queue).get(0).id()))
                    .isTrue();
            brain.runCycle();
            assertThat(strategy.asked).containsExactly("1", "2");
            assertThat(tasks(queue)).isEmpty();
        }
    }

    @Test
    void aClaimThatTookAnotherResourceStopsItsSiteAndNamesBoth() {
        World world = world(3);
        Hinting strategy = doing(world, id -> "'ROBOT' WHERE case_id = 3", ClaimOutcome.sent("done"));
        try (TaskQueue queue = world.openQueue();
                Brain brain = hinted(world, queue, strategy, HINTED)) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(strategy.asked).containsExactly("1");
            assertThat(report.errors()).anyMatch(error -> error.contains("another resource has become ROBOT's"));
            assertThat(contradictions(queue))
                    .singleElement()
                    .satisfies(incident -> assertThat(incident.report().message())
                            .contains("resource 1 had no effect", "resource 3 has become"));

            brain.runCycle();
            assertThat(strategy.asked).as("nothing more is claimed").containsExactly("1");
            assertThat(tasks(queue)).isEmpty();
        }
    }

    @Test
    void anAcceptedClaimIsLostWhereTheSystemOfRecordIsKnownToShowTheClaimant() {
        World world = world(3);
        Hinting strategy = doing(
                world,
                id -> (id.equals(ResourceId.of(2)) ? "'ANA'" : "'ROBOT'") + " WHERE case_id = " + id,
                ClaimOutcome.accepted("It is yours."));
        try (TaskQueue queue = world.openQueue();
                Brain brain = hinted(world, queue, strategy, HINTED)) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.claimed()).isEqualTo(2);
            assertThat(report.lost()).isEqualTo(1);
            assertThat(report.errorCount()).isZero();
            assertThat(contradictions(queue)).isEmpty();
        }
    }

    @Test
    void whatWasRefusedIsReadBackAndSentOnceMore() {
        World world = world(2);
        Hinting strategy = new Hinting(world, ClaimOutcome.refused("expired"), ClaimOutcome.sent("done"));
        try (TaskQueue queue = world.openQueue();
                Brain brain = hinted(world, queue, strategy, HINTED)) {
            assertThat(brain.runCycle().errorCount()).isZero();
            assertThat(strategy.asked).as("the first goes alone").containsExactly("1", "1", "2");
        }
        assertInvariants(world, 2, "refused once");
    }

    @Test
    void whatIsRefusedTwiceIsNotSentAgain() {
        World world = world(1);
        Hinting strategy = new Hinting(world, ClaimOutcome.refused("expired"), ClaimOutcome.refused("expired"));
        try (TaskQueue queue = world.openQueue();
                Brain brain = hinted(world, queue, strategy, HINTED)) {
            CycleReport report = brain.runCycle();
            assertThat(report.errorCount()).isEqualTo(1);
            assertThat(report.claimed()).isZero();
            assertThat(strategy.asked).containsExactly("1", "1");
            assertThat(tasks(queue)).isEmpty();
        }
    }

    @Test
    void aLoginThatFailsIsAnIncidentOfItsSiteOnly() {
        World world = world(2);
        Hinting strategy = new Hinting(
                world, ClaimOutcome.sent("done"), ClaimOutcome.notSent(new LoginException("the account is locked")));
        try (TaskQueue queue = world.openQueue();
                Brain brain = hinted(world, queue, strategy, HINTED, CaseTable.site("parks", "PARKS"))) {
            Map<String, SiteReport> sites = bySite(brain.runCycle());
            assertThat(sites.get("fines").enqueued())
                    .as("what was sent before counts")
                    .isEqualTo(1);
            assertThat(sites.get("fines").errors()).containsExactly("the account is locked");
            assertThat(sites.get("parks").enqueued()).isEqualTo(1);
            assertThat(queue.incidents().list(Set.of(), true, 10))
                    .extracting(incident -> incident.report().code())
                    .contains(IncidentCode.LOGIN_FAILED)
                    .doesNotContain(IncidentCode.CLAIM_UNKNOWN, IncidentCode.SOURCE_UNREACHABLE);
            assertThat(tasks(queue)).noneMatch(task -> task.status() == TaskStatus.CLAIMING);
        }
    }

    @Test
    void whatIsNotFreeAnyMoreIsNotHandedToTheStrategy() {
        World world = world(3);
        Hinting strategy = new Hinting(world);
        try (TaskQueue queue = world.openQueue();
                Brain brain = hinted(
                        world,
                        new Hooked(queue)
                                .after(
                                        "reserve",
                                        () -> execute(
                                                world,
                                                List.of(
                                                        "UPDATE "
                                                                + tables().names()
                                                                        .get(0)
                                                                + " SET kind = 1, state = 1, assigned_to = 'A PERSON' WHERE case_id = 1")))
                                .queue(),
                        strategy,
                        HINTED)) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(strategy.asked).containsExactly("2", "3");
            assertThat(report.lost()).isEqualTo(1);
            assertThat(report.claimed()).isEqualTo(2);
            assertThat(report.errorCount()).isZero();
        }
    }
}
