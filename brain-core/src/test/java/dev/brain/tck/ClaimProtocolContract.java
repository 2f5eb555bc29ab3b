package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.Brain;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimStrategy;
import dev.brain.claim.LoginException;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.cycle.SyncScope;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.JdbcRunner;
import dev.brain.jdbc.Profile;
import dev.brain.payload.Payload;
import dev.brain.payload.PayloadException;
import dev.brain.queue.Actor;
import dev.brain.queue.Failure;
import dev.brain.queue.Lease;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TakeRequest;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import dev.brain.tck.Faults.Mode;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the reserve, claim, settle protocol promises, whatever stops it and whenever: run with a real queue and a real
 * system of record.
 */
public abstract class ClaimProtocolContract extends SharedClaimantContract {
    private record Row(long id, long kind, String owner) {}

    /** Free rows 1 to n, and the odd ones: dirty 101, another's 102, another body's 103, ours without a task 104. */
    private World world(int free) {
        World world = newWorld();
        List<String> rows = new ArrayList<>(tables().create("INTEGER", textType()));
        IntStream.rangeClosed(1, free)
                .forEach(id -> rows.add(tables().insert(id, "2026/" + id, "CITY FINES", 2 + id % 2, 0, null)));
        rows.add(tables().insert(101, "2026/101 see note", "CITY FINES", 2, 0, null));
        rows.add(tables().insert(102, "2026/102", "CITY FINES", 1, 0, "A PERSON"));
        rows.add(tables().insert(103, "2026/103", "PARKS", 2, 0, null));
        execute(world, rows);
        return world;
    }

    private List<Row> rows(World world) {
        return new JdbcRunner(world.database())
                .read(
                        "look",
                        session -> session
                                .query(new BoundSql(
                                        "SELECT case_id AS id, kind AS kind, assigned_to AS owner FROM " + schema()
                                                + "cases ORDER BY case_id",
                                        List.of()))
                                .stream()
                                .map(row -> new Row(
                                        (Long) row.get("id"), (Long) row.get("kind"), (String) row.get("owner")))
                                .toList());
    }

    private Brain brain(World world, TaskQueue queue, Faults faults, Site... sites) {
        return brain(world, queue, faults, Clock.systemUTC(), sites);
    }

    private Brain brain(World world, TaskQueue queue, Faults faults, Clock clock, Site... sites) {
        ResourceSource source = source(world);
        ClaimStrategy strategy = strategy(world);
        var builder = Brain.builder()
                .queue(faults.around(TaskQueue.class, queue))
                .profile(tables().profile("integer"))
                .source("sql", faults.around(ResourceSource.class, source))
                .claim("sql", faults.around(ClaimStrategy.class, strategy))
                .clock(clock)
                .batchSize(2)
                .pageSize(4)
                .readBackDelays(List.of(Duration.ZERO, Duration.ZERO));
        for (Site site : sites) {
            builder.site(site);
        }
        return builder.build();
    }

    /** Runs a cycle that may be stopped by a fault; the queue is closed as the end of a process would. */
    private List<String> runOnce(World world, Faults faults) {
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, faults, SITE)) {
            brain.runCycle();
        } catch (Faults.Death death) {
            assertThat(faults.calls()).isNotEmpty();
        }
        return faults.calls();
    }

    private void assertInvariants(World world, int free, String when) {
        try (TaskQueue queue = world.openQueue()) {
            List<Task> tasks = tasks(queue);
            Map<ResourceId, Long> active = tasks.stream()
                    .filter(task -> task.status().isActive())
                    .collect(Collectors.groupingBy(Task::resourceId, Collectors.counting()));
            assertThat(active)
                    .as("%s: never two active tasks for a resource", when)
                    .allSatisfy((id, count) -> assertThat(count).isOne());
            Set<String> held = rows(world).stream()
                    .filter(row -> CaseTable.ROBOT.equals(row.owner()))
                    .map(row -> String.valueOf(row.id()))
                    .collect(Collectors.toSet());
            assertThat(tasks.stream().map(task -> task.resourceId().value()).toList())
                    .as("%s: what is held has exactly one task, and nothing else has one", when)
                    .containsExactlyInAnyOrderElementsOf(held);
            assertThat(tasks).as("%s: every task is ready", when).allMatch(task -> task.status() == TaskStatus.PENDING);
            assertThat(held).as("%s: every clean free row was claimed", when).hasSize(free);
            assertThat(rows(world))
                    .as("%s: dirty, foreign and others' rows are as they were", when)
                    .contains(new Row(101, 2, null), new Row(102, 1, "A PERSON"), new Row(103, 2, null));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void whereverItStopsTheNextRunPutsItRight(Mode mode) {
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
                    .profile(tables().profile("integer"))
                    .database(world.database())
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
                    .profile(tables().profile("integer"))
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

    private static Map<String, SiteReport> bySite(CycleReport report) {
        Map<String, SiteReport> sites = new LinkedHashMap<>();
        report.sites().forEach(site -> sites.put(site.siteId(), site));
        return sites;
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

    @Test
    void aPayloadThatCannotBeBuiltLeadsToNoClaim() {
        World world = world(3);
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .profile(tables().profile("integer"))
                        .database(world.database())
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
            queue.incidents().resolve(failed.get(0).id());
            assertThat(brain.runCycle().enqueued()).isEqualTo(1);
        }
    }

    @Test
    void whereEveryRowOfABatchIsRefusedTheSiteIsAtFaultAndTheNextBatchIsTried() {
        World world = newWorld();
        List<String> rows = new ArrayList<>(tables().create("INTEGER", textType()));
        IntStream.rangeClosed(1, 10)
                .forEach(id -> rows.add(tables().insert(id, "2026/" + id, CaseTable.LOCKED, 2, 0, null)));
        rows.add(tables().insert(11, "2026/11", "CITY FINES", 2, 0, null));
        execute(world, rows);
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .profile(tables().profile("integer"))
                        .database(world.database())
                        .batchSize(10)
                        .readBackDelays(List.of())
                        .site(SITE)
                        .build()) {
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
        World world = newWorld();
        List<String> rows = new ArrayList<>(tables().create("INTEGER", textType()));
        IntStream.rangeClosed(1, 100)
                .forEach(id -> rows.add(tables().insert(id, "2026/" + id, CaseTable.LOCKED, 2, 0, null)));
        rows.add(tables().insert(101, "2026/101", "CITY FINES", 2, 0, null));
        execute(world, rows);
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .profile(tables().profile("integer"))
                        .database(world.database())
                        .batchSize(10)
                        .readBackDelays(List.of())
                        .site(SITE)
                        .build()) {
            assertThat(brain.runCycle().enqueued()).isZero();
            assertThat(brain.runCycle().enqueued()).isZero();
            assertThat(brain.runCycle().enqueued())
                    .as("each cycle begins where the one before gave up")
                    .isEqualTo(1);
        }
    }

    @Test
    void whatIsRefusedRowByRowIsGivenUpForTheCycle() {
        World world = newWorld();
        List<String> rows = new ArrayList<>(tables().create("INTEGER", textType()));
        IntStream.rangeClosed(1, 100)
                .forEach(id -> rows.add(tables().insert(id, "2026/" + id, CaseTable.LOCKED, 2, 0, null)));
        execute(world, rows);
        Faults counting = Faults.none();
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .profile(tables().profile("integer"))
                        .source("sql", source(world))
                        .claim("sql", counting.around(ClaimStrategy.class, strategy(world)))
                        .batchSize(10)
                        .site(SITE)
                        .build()) {
            assertThat(brain.runCycle().errorCount()).isEqualTo(1);
            assertThat(counting.calls().stream().filter("ClaimStrategy.claim"::equals))
                    .hasSize(5);
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
                    .profile(tables().profile("integer"))
                    .database(world.database())
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
                        .profile(tables().profile("integer"))
                        .database(world.database())
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
    void aPageThatLeadsBackToItselfStopsItsSiteAndSaysWhy() {
        World world = world(8);
        ResourceSource real = source(world);
        ResourceSource repeating = (ResourceSource) Proxy.newProxyInstance(
                ResourceSource.class.getClassLoader(),
                new Class<?>[] {ResourceSource.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("candidates")) {
                        arguments[1] = null;
                    }
                    return method.invoke(real, arguments);
                });
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .profile(tables().profile("integer"))
                        .source("repeating", repeating)
                        .claim("sql", strategy(world))
                        .pageSize(4)
                        .site(SITE.toBuilder().source("repeating").build())
                        .site(CaseTable.site("parks", "PARKS").toBuilder()
                                .source("repeating")
                                .build())
                        .build()) {
            Map<String, SiteReport> sites = bySite(brain.runCycle());
            assertThat(sites.get("fines").errors()).singleElement().asString().contains("listed again", "sites check");
            assertThat(sites.get("parks").enqueued()).isEqualTo(1);
        }
    }

    @Test
    void whatABuilderLacksIsOneIncidentOfItsSiteUntilItIsThereAndNoOtherSitesAffair() {
        World world = world(3);
        AtomicBoolean there = new AtomicBoolean();
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .profile(tables().profile("integer"))
                        .database(world.database())
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

    @Test
    void dirtyRowsDoNotStarveCleanOnes() {
        World world = newWorld();
        List<String> rows = new ArrayList<>(tables().create("INTEGER", textType()));
        IntStream.rangeClosed(1, 10_000)
                .forEach(id -> rows.add(tables().insert(id, "dirty " + id, "CITY FINES", 2, 0, null)));
        IntStream.rangeClosed(10_001, 10_080)
                .forEach(id -> rows.add(tables().insert(id, "2026/" + id, "CITY FINES", 2, 0, null)));
        execute(world, rows);
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .profile(tables().profile("integer"))
                        .database(world.database())
                        .maxClaims(50)
                        .site(SITE)
                        .build()) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.rejected()).isEqualTo(10_000);
            assertThat(report.claimed()).isEqualTo(50);
        }
    }

    @Test
    void everySiteGetsSomeOfACycleThatIsCutShort() {
        World world = newWorld();
        List<String> rows = new ArrayList<>(tables().create("INTEGER", textType()));
        List<Site> sites = List.of(CaseTable.site("a", "A"), CaseTable.site("b", "B"), CaseTable.site("c", "C"));
        for (int i = 0; i < 3; i++) {
            String body = sites.get(i).settings().text("body").orElseThrow();
            int from = 1000 * i;
            IntStream.rangeClosed(1, 200)
                    .forEach(id -> rows.add(tables().insert(from + id, "2026/" + id, body, 2, 0, null)));
        }
        execute(world, rows);
        try (TaskQueue queue = world.openQueue()) {
            Brain[] brain = new Brain[1];
            int[] progress = {0};
            var builder = Brain.builder()
                    .queue(queue)
                    .profile(tables().profile("integer"))
                    .database(world.database())
                    .batchSize(10)
                    .listener(event -> {
                        if (event instanceof BrainEvent.SiteProgressed) {
                            progress[0]++;
                            if (progress[0] == 4) {
                                brain[0].close();
                            }
                        }
                    });
            sites.forEach(builder::site);
            brain[0] = builder.build();
            CycleReport report = brain[0].runCycle();
            assertThat(report.sites())
                    .allSatisfy(site -> assertThat(site.enqueued()).isPositive());
            assertThat(report.enqueued())
                    .as("it stopped after the batch under way")
                    .isEqualTo(40);
        }
    }

    @Test
    void theLimitHoldsForEachSite() {
        World world = world(9);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(
                        world,
                        queue,
                        Faults.none(),
                        SITE.toBuilder().maxClaims(5).build(),
                        CaseTable.site("parks", "PARKS"))) {
            Map<String, SiteReport> sites = bySite(brain.runCycle());
            assertThat(sites.get("fines").claimed()).isEqualTo(5);
            assertThat(sites.get("parks").claimed()).isEqualTo(1);
        }
    }

    @Test
    void aDryRunSelectsWhatARealRunThenTakes() {
        World world = world(6);
        execute(world, List.of(tables().insert(104, "2026/104", "CITY FINES", 1, 0, "ROBOT")));
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(
                        world,
                        queue,
                        Faults.none(),
                        SITE.toBuilder().maxClaims(4).adoptOrphans(true).build())) {
            List<Row> before = rows(world);
            CycleReport dry = brain.dryRun();
            assertThat(rows(world)).isEqualTo(before);
            assertThat(tasks(queue)).isEmpty();
            assertThat(queue.incidents().list(Set.of(), false, 10)).isEmpty();
            CycleReport real = brain.runCycle();
            assertThat(real.sites()).isEqualTo(dry.sites());
            assertThat(real.enqueued()).isEqualTo(5);
        }
    }

    @Test
    void oneResourceIsSyncedByItsIdThoughItIsNoCandidate() {
        World world = world(3);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), SITE)) {
            SiteReport outside = brain.operations()
                    .sync("fines", ResourceId.of(103), false)
                    .sites()
                    .get(0);
            assertThat(outside.enqueued()).as("another body's row").isZero();
            assertThat(outside.errors()).singleElement().asString().contains("not among those that the site selects");
            assertThat(rows(world)).contains(new Row(103, 2, null));
            assertThat(brain.operations()
                            .sync("fines", ResourceId.of(103), SyncScope.ANY, true)
                            .enqueued())
                    .as("a dry one")
                    .isEqualTo(1);
            assertThat(tasks(queue)).isEmpty();
            assertThat(brain.operations()
                            .sync("fines", ResourceId.of(103), SyncScope.ANY, false)
                            .enqueued())
                    .as("another body's row, on purpose")
                    .isEqualTo(1);
            assertThat(brain.operations()
                            .sync("fines", ResourceId.of(103), SyncScope.ANY, false)
                            .sites()
                            .get(0)
                            .duplicates())
                    .isEqualTo(1);
            SiteReport others = brain.operations()
                    .sync("fines", ResourceId.of(102), false)
                    .sites()
                    .get(0);
            assertThat(others.lost()).isEqualTo(1);
            assertThat(others.enqueued()).isZero();
            assertThat(brain.operations()
                            .sync("fines", ResourceId.of(101), false)
                            .sites()
                            .get(0)
                            .rejected())
                    .isEqualTo(1);
            assertThat(brain.operations()
                            .sync("fines", ResourceId.of(999), false)
                            .errorCount())
                    .isEqualTo(1);
            assertThatThrownBy(() -> brain.operations().sync("nowhere", ResourceId.of(1), false))
                    .hasMessageContaining("fines");
        }
    }

    @Test
    void whatMayHaveBeenSubmittedIsReleasedOrRetriedOnlyWhenSomebodyMadeSure() {
        World world = world(1);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), SITE)) {
            brain.runCycle();
            Lease lease = queue.take(new TakeRequest("w1", 1, Duration.ofHours(1), List.of(SiteLimits.none(SITE.id()))))
                    .get(0);
            queue.finish(lease, new TaskResult.Unknown("the connection broke"));
            List<Row> claimed = rows(world);
            assertThatThrownBy(() -> brain.operations().retry(lease.taskId()))
                    .hasMessageContaining("may have been submitted")
                    .hasMessageContaining("2026/1");
            assertThatThrownBy(() -> brain.operations().release(lease.taskId()))
                    .hasMessageContaining("may have been submitted");
            assertThat(rows(world)).isEqualTo(claimed);
            assertThat(queue.incidents().open(SITE.id(), IncidentCode.SUBMIT_UNKNOWN, null, 10))
                    .hasSize(1);

            assertThat(brain.operations().release(lease.taskId(), true)).isTrue();
            assertThat(rows(world)).isNotEqualTo(claimed);
            assertThat(queue.incidents().open(SITE.id(), IncidentCode.SUBMIT_UNKNOWN, null, 10))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "ours": "kind = 1" | "ours": "kind = 7"
            "ours": "kind = 1" | "ours": "kind ="
            body LIKE :body    | town LIKE :body
            """)
    void aProfileThatDoesNotFitItsTableIsAnIncidentOfTheConfigurationUntilItDoes(String right, String wrong) {
        World world = world(3);
        List<Row> before = rows(world);
        String text = tables().profileText("integer");
        try (TaskQueue queue = world.openQueue()) {
            try (Brain brain = brainOf(world, queue, Profile.parse(text.replace(right, wrong), "the broken profile"))) {
                assertThat(brain.runCycle().errorCount()).isPositive();
            }
            assertThat(rows(world)).isEqualTo(before);
            assertThat(tasks(queue)).isEmpty();
            assertThat(queue.incidents().list(Set.of(), true, 10))
                    .extracting(incident -> incident.report().code())
                    .contains(IncidentCode.CONFIGURATION_INVALID)
                    .doesNotContain(IncidentCode.SOURCE_UNREACHABLE);
            try (Brain brain = brainOf(world, queue, Profile.parse(text, "the right profile"))) {
                assertThat(brain.runCycle().enqueued()).isEqualTo(3);
            }
            assertThat(queue.incidents().list(Set.of(), true, 10))
                    .extracting(incident -> incident.report().code())
                    .doesNotContain(IncidentCode.CONFIGURATION_INVALID);
        }
    }

    private static Brain brainOf(World world, TaskQueue queue, Profile profile) {
        return Brain.builder()
                .queue(queue)
                .database(world.database())
                .profile(profile)
                .site(SITE)
                .readBackDelays(List.of(Duration.ZERO))
                .build();
    }

    @Test
    void aReleasedResourceIsAsItWasAndStaysBlocked() {
        World world = world(2);
        List<Row> before = rows(world);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Faults.none(), SITE)) {
            brain.runCycle();
            for (Task task : tasks(queue)) {
                assertThat(brain.operations().release(task.id())).isTrue();
                assertThat(brain.operations().release(task.id()))
                        .as("a second time there is nothing to give back")
                        .isFalse();
            }
            assertThat(rows(world)).isEqualTo(before);
            assertThat(brain.runCycle().sites().get(0).blocked()).isEqualTo(2);
            queue.operations().unblock(Actor.ofProcess(), "fines", ResourceId.of(1));
            assertThat(brain.runCycle().sites().get(0).enqueued()).isEqualTo(1);
        }
    }

    /** A strategy whose answers are only hints. It claims by SQL by default, and returns the outcomes that the test gives it. */
    private class Hinting implements ClaimStrategy {
        private final ClaimStrategy real;
        private final Deque<ClaimOutcome> says;
        final List<String> asked = new ArrayList<>();

        Hinting(World world, ClaimOutcome... says) {
            this.real = strategy(world);
            this.says = new ArrayDeque<>(List.of(says));
        }

        @Override
        public boolean isReadBack() {
            return true;
        }

        @Override
        public Claimant claimant(Site site) {
            return real.claimant(site);
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
        public Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources) {
            return real.release(site, claimant, resources);
        }

        @Override
        public Optional<String> evidence(Site site, Resource resource, String reason) {
            return Optional.of("evidence/" + resource.id());
        }
    }

    private Brain hinted(World world, TaskQueue queue, Hinting strategy, Site... sites) {
        var builder = Brain.builder()
                .queue(queue)
                .profile(tables().profile("integer"))
                .database(world.database())
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

            assertThat(queue.incidents().resolve(contradictions(queue).get(0).id()))
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
                        new Taking(
                                        queue,
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

    /** A queue behind whose back something happens after a reservation. */
    private record Taking(TaskQueue real, Runnable afterReserve) {
        TaskQueue queue() {
            return (TaskQueue) Proxy.newProxyInstance(
                    TaskQueue.class.getClassLoader(), new Class<?>[] {TaskQueue.class}, (proxy, method, arguments) -> {
                        Object result = method.invoke(real, arguments);
                        if (method.getName().equals("reserve")) {
                            afterReserve.run();
                        }
                        return result;
                    });
        }
    }

    @Test
    void aBrokenPatternStopsItsSiteOnly() {
        World world = world(2);
        Site broken = CaseTable.site("broken", "%FINES%").toBuilder()
                .referencePattern("(((")
                .build();
        Site endless = CaseTable.site("endless", "ENDLESS").toBuilder()
                .referencePattern("(a+)+\\1b")
                .build();
        execute(
                world,
                List.of(
                        tables().insert(200, "a".repeat(50), "ENDLESS", 2, 0, null),
                        tables().insert(201, "aab", "ENDLESS", 2, 0, null)));
        try (TaskQueue queue = world.openQueue();
                Brain brain = Brain.builder()
                        .queue(queue)
                        .profile(tables().profile("integer"))
                        .database(world.database())
                        .sites(SiteRegistry.of(List.of(broken, endless, SITE)))
                        .build()) {
            Map<String, SiteReport> sites = bySite(brain.runCycle());
            assertThat(sites.get("broken").errorCount()).isEqualTo(1);
            assertThat(sites.get("endless").errorCount()).isEqualTo(1);
            assertThat(sites.get("endless").enqueued())
                    .as("an honest reference still passes")
                    .isEqualTo(1);
            assertThat(sites.get("fines").enqueued()).isEqualTo(2);
            assertThat(queue.incidents().list(Set.of("broken", "endless"), true, 10))
                    .extracting(incident -> incident.report().code())
                    .contains(IncidentCode.PATTERN_INVALID, IncidentCode.PATTERN_INVALID);
        }
    }
}
