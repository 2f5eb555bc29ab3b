package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.Brain;
import dev.brain.claim.ClaimStrategy;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.SiteReport;
import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadException;
import dev.brain.queue.Failure;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.resource.ResourceId;
import dev.brain.tck.ClaimProtocolContract.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What happens to resources that cannot be queued: they are not claimed, and each is known by its incident. */
abstract class RefusedRowContract extends ClaimProtocolFixture {
    @Test
    void aPayloadThatCannotBeBuiltLeadsToNoClaim() {
        World world = world(3);
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .share(Profile.class, tables().profile("integer"))
                        .share(Database.class, world.database())
                        .payload("picky", (site, resource, context) -> {
                            if (resource.id().value().equals("2")) {
                                throw new PayloadException("motivos: no text for this phase");
                            }
                            return Payload.of(
                                    JsonNodeFactory.instance.objectNode().put("idRecurso", 1));
                        })
                        .site(SITE.toBuilder().payload("picky").build())
                        .build()) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.enqueued()).isEqualTo(2);
            assertThat(report.errorCount()).isEqualTo(1);
            assertThat(rows(world)).contains(new Row(2, 2, null));
            assertThat(queue.incidents().list(Set.of(), true, 10)).anySatisfy(incident -> {
                assertThat(incident.report().code()).isEqualTo(IncidentCode.PAYLOAD_INVALID);
                assertThat(incident.report().resourceId()).isEqualTo(ResourceId.of(2));
            });
        }
    }

    @Test
    void aRowThatIsRefusedIsKnownAndLeftOutUntilItsIncidentIsResolved() {
        World world = world(3);
        execute(world, List.of(tables().insert(50, "2026/50", CaseTable.LOCKED, 2, 0, null)));
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(
                        world,
                        queue,
                        Faults.none(),
                        SITE.toBuilder().maxClaims(3).build())) {
            SiteReport first = brain.runCycle().sites().get(0);
            assertThat(first.enqueued()).isEqualTo(3);
            execute(world, List.of(tables().insert(51, "2026/51", "CITY FINES", 2, 0, null)));
            SiteReport second = brain.runCycle().sites().get(0);
            assertThat(second.errors()).singleElement().asString().contains("resource 50", "not claimed");
            assertThat(second.enqueued()).isEqualTo(1);
            List<Incident> failed = queue.incidents().open("fines", IncidentCode.CLAIM_FAILED, null, 10);
            assertThat(failed)
                    .singleElement()
                    .satisfies(incident ->
                            assertThat(incident.report().resourceId()).isEqualTo(ResourceId.of(50)));

            execute(world, List.of(tables().insert(52, "2026/52", "CITY FINES", 2, 0, null)));
            SiteReport third = brain.runCycle().sites().get(0);
            assertThat(third.errorCount()).isZero();
            assertThat(third.known()).isEqualTo(1);
            assertThat(third.reserved()).as("the refused row isn't tried").isEqualTo(1);

            execute(
                    world,
                    List.of("UPDATE " + tables().names().get(0) + " SET body = 'CITY FINES' WHERE case_id = 50"));
            assertThat(brain.runCycle().enqueued()).as("until somebody says so").isZero();
            queue.incidents().resolve(Actor.ofProcess(), failed.get(0).id());
            assertThat(brain.runCycle().enqueued()).isEqualTo(1);
        }
    }

    @Test
    void whereEveryRowOfABatchIsRefusedTheSiteIsAtFaultAndTheNextBatchIsTried() {
        World world = bodies(refused(10, "CITY FINES"));
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, tables().profile("integer"), 10)) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.errors().get(0)).contains("refuses all rows of a batch", "8 of 10");
            assertThat(report.enqueued()).isEqualTo(1);
            assertThat(report.claimed() + report.notClaimed()).isEqualTo(report.reserved());
            assertThat(queue.incidents().list(Set.of(), true, 100))
                    .extracting(incident -> incident.report().code())
                    .as("the table takes other rows, so these were tried again")
                    .contains(IncidentCode.SOURCE_UNREACHABLE)
                    .filteredOn(code -> code == IncidentCode.CLAIM_FAILED)
                    .hasSize(10);

            SiteReport next = brain.runCycle().sites().get(0);
            assertThat(next.reserved()).as("known rows are left out").isZero();
            assertThat(next.known()).isEqualTo(10);
        }
    }

    @Test
    void aLongRunOfRefusedRowsKeepsNoOtherFromBeingClaimed() {
        World world = bodies(refused(100, "CITY FINES"));
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, tables().profile("integer"), 10)) {
            assertThat(brain.runCycle().enqueued()).isZero();
            assertThat(brain.runCycle().enqueued()).isZero();
            assertThat(brain.runCycle().enqueued())
                    .as("each cycle begins where the one before gave up")
                    .isEqualTo(1);
        }
    }

    /** Returns the bodies of refused rows, and then these. */
    private static List<String> refused(int rows, String... others) {
        return Stream.concat(Collections.nCopies(rows, CaseTable.LOCKED).stream(), Stream.of(others))
                .toList();
    }

    /** Returns a world with these bodies, one row of each. */
    private World bodies(List<String> bodies) {
        World world = newWorld();
        List<String> rows = new ArrayList<>(tables().create("INTEGER", textType()));
        for (int i = 0; i < bodies.size(); i++) {
            rows.add(tables().insert(i + 1, "2026/" + (i + 1), bodies.get(i), 2, 0, null));
        }
        execute(world, rows);
        return world;
    }

    private static Brain brain(World world, TaskQueue queue, Profile profile, int batchSize) {
        return Brain.builder()
                .queue(queue)
                .share(Profile.class, profile)
                .share(Database.class, world.database())
                .batchSize(batchSize)
                .readBackDelays(List.of())
                .site(SITE)
                .build();
    }

    private static List<IncidentCode> codes(TaskQueue queue) {
        return queue.incidents().list(Set.of(), true, 100).stream()
                .map(incident -> incident.report().code())
                .toList();
    }

    @Test
    void aTableThatRefusesRowAfterRowBlocksNoneOfThem() {
        World world = bodies(refused(12));
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, tables().profile("integer"), 1)) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.errors()).singleElement().asString().contains("refuses all rows");
            assertThat(report.reserved()).as("then it is given up").isEqualTo(5);
            assertThat(codes(queue)).containsExactly(IncidentCode.SOURCE_UNREACHABLE);

            execute(world, List.of("UPDATE " + tables().names().get(0) + " SET body = 'CITY FINES'"));
            SiteReport next = brain.runCycle().sites().get(0);
            assertThat(next.enqueued())
                    .as("also those before the rows that come first now")
                    .isEqualTo(12);
            assertThat(next.candidates()).as("each is read once").isEqualTo(12);
            assertThat(codes(queue)).isEmpty();
        }
    }

    @Test
    void singleRowsThatAreRefusedAreReportedOnceTheTableTakesAnother() {
        World world = bodies(List.of(CaseTable.LOCKED, CaseTable.LOCKED, "CITY FINES", CaseTable.LOCKED));
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, tables().profile("integer"), 1)) {
            assertThat(brain.runCycle().enqueued()).isEqualTo(1);
            assertThat(codes(queue))
                    .containsExactly(IncidentCode.CLAIM_FAILED, IncidentCode.CLAIM_FAILED, IncidentCode.CLAIM_FAILED);
            assertThat(brain.runCycle().errorCount()).as("they are known").isZero();
        }
    }

    @Test
    void aRowThatOnlyItsClaimMakesUnknownKeepsNoOtherFromBeingClaimed() {
        World world = bodies(List.of("ODD FINES", "CITY FINES", "CITY FINES"));
        Profile odd = Profile.parse(
                tables().profileText("integer").replace("\"kind = 1\"", "\"kind = 1 AND body <> 'ODD FINES'\""),
                "the test's profile");
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, odd, 1)) {
            assertThat(brain.runCycle().enqueued()).isZero();
            assertThat(codes(queue)).containsExactly(IncidentCode.CONFIGURATION_INVALID);
            assertThat(brain.runCycle().enqueued()).isEqualTo(2);
            assertThat(codes(queue))
                    .as("it is tried again, after the others")
                    .containsExactly(IncidentCode.CONFIGURATION_INVALID);
        }
    }

    @Test
    void whatIsRefusedRowByRowIsGivenUpForTheCycle() {
        World world = bodies(refused(100));
        Faults counting = Faults.none();
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .share(Profile.class, tables().profile("integer"))
                        .source("sql", source(world))
                        .claim("sql", counting.around(ClaimStrategy.class, strategy(world)))
                        .batchSize(10)
                        .site(SITE)
                        .build()) {
            assertThat(brain.runCycle().errorCount()).isEqualTo(1);
            assertThat(counting.calls().stream().filter("ClaimStrategy.claim"::equals))
                    .hasSize(5);
            assertThat(queue.incidents().list(Set.of(), true, 100))
                    .singleElement()
                    .satisfies(incident -> {
                        assertThat(incident.report().resourceId()).isNull();
                        assertThat(incident.report().message())
                                .contains("all 40 rows that were tried in 5 batches")
                                .containsPattern(": resources (\\d+, ){9}\\d+ and 30 more; resource \\d+: ");
                    });
        }
    }

    @Test
    void listenersHearWhetherAnIncidentIsNewAndOfThoseOfWorkers() {
        World world = world(1);
        List<String> heard = new ArrayList<>();
        execute(world, List.of(tables().insert(50, "2026/50", CaseTable.LOCKED, 2, 0, null)));
        try (TaskQueue queue = world.openQueue()) {
            try (Brain brain = Brain.builder()
                    .queue(queue)
                    .share(Profile.class, tables().profile("integer"))
                    .share(Database.class, world.database())
                    .site(SITE)
                    .listener(event -> {
                        if (event instanceof BrainEvent.IncidentReported reported) {
                            heard.add(reported.report().code() + " " + reported.opened());
                        }
                    })
                    .build()) {
                brain.runCycle();
                brain.runCycle();
                Lease lease = queue.take(
                                new TakeRequest("a worker", 1, Duration.ofHours(1), List.of(SiteLimits.none("fines"))))
                        .get(0);
                queue.finish(
                        lease,
                        new TaskResult.Failed(
                                new Failure(Failure.Kind.BUSINESS, "NO_SUCH_FINE", "the body doesn't know it")));
            }
            assertThat(heard)
                    .containsExactly(
                            "CLAIM_FAILED true",
                            "REFERENCE_REJECTED true",
                            "REFERENCE_REJECTED false",
                            "BUSINESS_FAILURE true");
            queue.incidents().report(List.of(new Report(IncidentCode.EVIDENCE, "fines", null, "after it was closed")));
            assertThat(heard).hasSize(4);
        }
    }

    @Test
    void aTextThatCouldNotBeReadBackIsNotClaimed() {
        World world = world(2);
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .share(Profile.class, tables().profile("integer"))
                        .share(Database.class, world.database())
                        .payload(
                                "long",
                                (site, resource, context) -> Payload.of(JsonNodeFactory.instance
                                        .objectNode()
                                        .put("notas", resource.id().value().equals("1") ? "x".repeat(20_000_001) : "")))
                        .site(SITE.toBuilder().payload("long").build())
                        .build()) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.errors()).singleElement().asString().contains("resource 1", "'notas'", "20000000");
            assertThat(tasks(queue))
                    .extracting(task -> task.resourceId().value())
                    .containsExactly("2");
            assertThat(rows(world)).contains(new Row(1, 3, null));
            SiteReport second = brain.runCycle().sites().get(0);
            assertThat(second.errorCount()).isZero();
            assertThat(second.known()).isEqualTo(1);
        }
    }

    @Test
    void whatABuilderLacksIsOneIncidentOfItsSiteUntilItIsThereAndNoOtherSitesAffair() {
        World world = world(3);
        AtomicBoolean there = new AtomicBoolean();
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .share(Profile.class, tables().profile("integer"))
                        .share(Database.class, world.database())
                        .payload("lacking", (site, resource, context) -> {
                            if (!there.get()) {
                                throw new ConfigurationException("there are no texts 'motivos'");
                            }
                            return Payload.of(
                                    JsonNodeFactory.instance.objectNode().put("idRecurso", 1));
                        })
                        .site(SITE.toBuilder().payload("lacking").build())
                        .site(CaseTable.site("parks", "%PARKS%"))
                        .build()) {
            List<SiteReport> reports = brain.runCycle().sites();

            assertThat(reports).extracting(SiteReport::siteId).containsExactly("fines", "parks");
            assertThat(reports).extracting(SiteReport::enqueued).containsExactly(0L, 1L);
            assertThat(reports).extracting(SiteReport::errorCount).containsExactly(1L, 0L);
            assertThat(rows(world)).contains(new Row(1, 3, null), new Row(2, 2, null), new Row(3, 3, null));
            assertThat(queue.incidents().list(Set.of(), true, 10))
                    .extracting(Incident::report)
                    .contains(new Report(IncidentCode.PAYLOAD_INVALID, "fines", null, "there are no texts 'motivos'"));

            String table = tables().names().get(0);
            execute(world, List.of("UPDATE " + table + " SET state = 7 WHERE body = 'CITY FINES'"));
            brain.runCycle();
            assertThat(queue.incidents().list(Set.of(), true, 10))
                    .as("nothing was built meanwhile")
                    .extracting(incident -> incident.report().code())
                    .contains(IncidentCode.PAYLOAD_INVALID);
            execute(world, List.of("UPDATE " + table + " SET state = 0 WHERE state = 7"));

            there.set(true);
            assertThat(brain.runCycle().enqueued()).isEqualTo(3);
            assertThat(queue.incidents().list(Set.of(), true, 10))
                    .extracting(incident -> incident.report().code())
                    .doesNotContain(IncidentCode.PAYLOAD_INVALID);
        }
    }
}
