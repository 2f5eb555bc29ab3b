package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.BrainBuilder;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimStrategy;
import dev.brain.config.Environment;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.SiteReport;
import dev.brain.error.UnavailableException;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.JdbcRunner;
import dev.brain.jdbc.Profiles;
import dev.brain.jdbc.SqlResourceSource;
import dev.brain.jdbc.SqlUpdateClaimStrategy;
import dev.brain.plugin.ProviderContext;
import dev.brain.queue.Actor;
import dev.brain.queue.Failure;
import dev.brain.queue.Lease;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TakeRequest;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds when another queue claims under the same name: what that queue took is never queued here. */
public abstract class SharedClaimantContract {
    static final Site SITE = CaseTable.site("fines", "%FINES%");

    /** How claims are decided. */
    enum Way {
        /** By the strategy's answer. */
        ANSWER,
        /** By the read-back, as with web pages. */
        READ_BACK;

        /** Returns how many resources this many steps claim: the first of what is read back is claimed alone. */
        int claimedAfter(int steps) {
            return this == READ_BACK && steps > 0 ? 2 * steps - 1 : 2 * steps;
        }
    }

    /** An empty world for each call: queues that can be opened again and again, and a system of record. */
    protected interface World {
        TaskQueue openQueue();

        /** Another queue, which shares only the system of record with the first. */
        TaskQueue openOtherQueue();

        Database database();
    }

    /** The world of the call before isn't used any more. */
    protected abstract World newWorld();

    /** The type of a text column in the system of record. */
    protected String textType() {
        return "VARCHAR(60)";
    }

    /** What stands before the name of each of the contract's tables: empty, or a schema and a dot. */
    protected String schema() {
        return "";
    }

    /** What stands before a text in quotes: N, where a text would else lose letters. */
    protected String national() {
        return "";
    }

    CaseTable tables() {
        return new CaseTable(schema(), national());
    }

    void execute(World world, List<String> statements) {
        new JdbcRunner(world.database()).write("set the test up", session -> {
            for (String sql : statements) {
                session.update(new BoundSql(sql, List.of()));
            }
            return null;
        });
    }

    ResourceSource source(World world) {
        return new SqlResourceSource(world.database(), profiles());
    }

    ClaimStrategy strategy(World world) {
        return new SqlUpdateClaimStrategy(world.database(), profiles(), Environment.of(Map.of()));
    }

    private Profiles profiles() {
        ProviderContext context = new ProviderContext(
                Environment.of(Map.of()), Clock.systemUTC(), List.of(getClass().getClassLoader()));
        return new Profiles(context, List.of(tables().profile("integer")), null);
    }

    static List<Task> tasks(TaskQueue queue) {
        return queue.operations().list(TaskFilter.newest(10_000));
    }

    /** Free rows 1 to n. */
    private World free(int rows) {
        World world = newWorld();
        List<String> statements = new ArrayList<>(tables().create("INTEGER", textType()));
        IntStream.rangeClosed(1, rows)
                .forEach(id -> statements.add(tables().insert(id, "2026/" + id, "CITY FINES", 2, 0, null)));
        execute(world, statements);
        return world;
    }

    private Runnable taken(World world, int... ids) {
        return () -> execute(
                world,
                IntStream.of(ids)
                        .mapToObj(id -> "UPDATE " + tables().names().get(0)
                                + " SET kind = 1, assigned_to = 'ROBOT' WHERE case_id = " + id)
                        .toList());
    }

    private Set<String> held(World world) {
        return source(world).held(SITE, new Claimant(CaseTable.ROBOT), null, 10_000).stream()
                .map(resource -> resource.id().value())
                .collect(Collectors.toSet());
    }

    private static List<String> resources(TaskQueue queue) {
        return tasks(queue).stream().map(task -> task.resourceId().value()).toList();
    }

    private static List<Incident> open(TaskQueue queue, IncidentCode code) {
        return queue.incidents().list(Set.of(), true, 1_000).stream()
                .filter(incident -> incident.report().code() == code)
                .toList();
    }

    /** What happens once, between the list of candidates and all that follows. */
    private static ResourceSource listed(ResourceSource real, Runnable then) {
        AtomicBoolean done = new AtomicBoolean();
        return (ResourceSource) Proxy.newProxyInstance(
                ResourceSource.class.getClassLoader(),
                new Class<?>[] {ResourceSource.class},
                (proxy, method, arguments) -> {
                    Object result;
                    try {
                        result = method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if (method.getName().equals("candidates") && done.compareAndSet(false, true)) {
                        then.run();
                    }
                    return result;
                });
    }

    /** Claims as another does, and says that only a read-back can tell. */
    private record Sending(ClaimStrategy real) implements ClaimStrategy {
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
            return real.claim(site, claimant, batch).keySet().stream()
                    .collect(Collectors.toMap(id -> id, id -> ClaimOutcome.sent("done")));
        }

        @Override
        public Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources) {
            return real.release(site, claimant, resources);
        }
    }

    private BrainBuilder builder(World world, TaskQueue queue, Way way, Runnable afterListing) {
        ClaimStrategy strategy = strategy(world);
        return Brain.builder()
                .queue(queue)
                .profile(tables().profile("integer"))
                .source("sql", listed(source(world), afterListing))
                .claim("sql", way == Way.ANSWER ? strategy : new Sending(strategy))
                .batchSize(2)
                .pageSize(20)
                .readBackDelays(List.of(Duration.ZERO, Duration.ZERO));
    }

    private Brain brain(World world, TaskQueue queue, Way way, Runnable afterListing) {
        return builder(world, queue, way, afterListing).site(SITE).build();
    }

    private static void assertStopped(TaskQueue queue) {
        assertThat(open(queue, IncidentCode.CLAIMANT_SHARED)).singleElement().satisfies(incident -> {
            assertThat(incident.report().siteId()).isEqualTo("fines");
            assertThat(incident.report().resourceId()).isNull();
            assertThat(incident.report().message()).contains(CaseTable.ROBOT).contains("claimant of its own");
        });
    }

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
                    .resolve(open(queue, IncidentCode.CLAIMANT_SHARED).get(0).id());
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

    /** What this queue may have made of a case between another process's listing and its claim. */
    enum Meanwhile {
        COMPLETED,
        FAILED,
        CANCELLED
    }

    @ParameterizedTest
    @EnumSource(Meanwhile.class)
    void whatAnotherProcessOnThisQueueClaimedMeanwhileIsADuplicateAndNoIncident(Meanwhile meanwhile) {
        for (Way way : Way.values()) {
            World world = free(5);
            try (TaskQueue queue = world.openQueue();
                    TaskQueue second = world.openQueue();
                    Brain other = brain(world, second, way, () -> {});
                    Brain brain = brain(world, queue, way, () -> {
                        other.runCycle();
                        end(second, meanwhile);
                    })) {
                SiteReport report = brain.runCycle().sites().get(0);

                assertThat(report.duplicates()).isEqualTo(5);
                assertThat(report.errorCount()).isZero();
                assertThat(tasks(queue)).hasSize(5);
                assertThat(open(queue, IncidentCode.CLAIMANT_SHARED)).isEmpty();
            }
        }
    }

    private static void end(TaskQueue queue, Meanwhile meanwhile) {
        if (meanwhile == Meanwhile.CANCELLED) {
            tasks(queue)
                    .forEach(task -> assertThat(queue.operations().cancel(Actor.ofProcess(), task.id()))
                            .isTrue());
        } else {
            List<Lease> leases =
                    queue.take(new TakeRequest("a worker", 5, Duration.ofHours(1), List.of(SiteLimits.none("fines"))));
            assertThat(leases).hasSize(5);
            leases.forEach(lease -> queue.finish(
                    lease,
                    meanwhile == Meanwhile.COMPLETED
                            ? new TaskResult.Completed(null)
                            : new TaskResult.Failed(
                                    new Failure(Failure.Kind.BUSINESS, "CLOSED", "the case is closed"))));
        }
        LongStream.rangeClosed(1, 5)
                .forEach(id -> queue.operations().unblock(Actor.ofProcess(), "fines", ResourceId.of(id)));
    }

    @Test
    void whatAnotherSiteOfThisQueueClaimedMeanwhileIsADuplicateAndNoIncident() {
        World world = free(4);
        Site wide = CaseTable.site("wide", "CITY%");
        try (TaskQueue queue = world.openQueue();
                TaskQueue second = world.openQueue();
                Brain other =
                        builder(world, second, Way.ANSWER, () -> {}).site(wide).build();
                Brain brain = brain(world, queue, Way.ANSWER, () -> other.runCycle())) {
            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(report.duplicates()).isEqualTo(4);
            assertThat(report.errorCount()).isZero();
            assertThat(tasks(queue)).extracting(Task::siteId).containsOnly("wide");
        }
    }

    @Test
    void aTaskThatEndedBeforeTheListingHidesNoNamesake() {
        World world = free(2);
        SettableClock clock = new SettableClock(Instant.now());
        try (TaskQueue queue = world.openQueue()) {
            try (Brain brain = brain(world, queue, Way.ANSWER, () -> {})) {
                brain.runCycle();
            }
            tasks(queue).forEach(task -> queue.operations().cancel(Actor.ofProcess(), task.id()));
            IntStream.rangeClosed(1, 2)
                    .forEach(id -> queue.operations().unblock(Actor.ofProcess(), "fines", ResourceId.of(id)));
            execute(world, List.of("UPDATE " + tables().names().get(0) + " SET kind = 2, assigned_to = NULL"));
            clock.advance(Duration.ofHours(2));
            try (Brain brain = builder(world, queue, Way.ANSWER, taken(world, 1, 2))
                    .clock(clock)
                    .site(SITE)
                    .build()) {
                SiteReport report = brain.runCycle().sites().get(0);

                assertThat(report.lost()).isEqualTo(2);
                assertThat(report.duplicates()).isZero();
            }
            assertStopped(queue);
            assertThat(tasks(queue)).allMatch(task -> task.status() == TaskStatus.CANCELLED);
        }
    }

    /** A claim whose answers say that it took nothing, while a namesake takes the resource. */
    private final class Beaten implements ClaimStrategy {
        private final ClaimStrategy real;
        private final ClaimOutcome answer;

        Beaten(World world, ClaimOutcome answer) {
            this.real = strategy(world);
            this.answer = answer;
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

    /** Rows 1 to n are the claimant's, and a run that has ended had reserved them. */
    private World died(int rows) {
        World world = free(rows);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(
                        world,
                        new Hooked(queue)
                                .before("settle", () -> {
                                    throw new Faults.Death("settle");
                                })
                                .queue(),
                        Way.ANSWER,
                        () -> {})) {
            brain.runCycle();
        } catch (Faults.Death death) {
            assertThat(held(world)).isNotEmpty();
        }
        return world;
    }

    @Test
    void whatADeadRunReservedIsAPersonsToSayWhileTheClaimantIsShared() {
        World world = died(2);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Way.ANSWER, () -> {})) {
            queue.incidents().report(List.of(new Report(IncidentCode.CLAIMANT_SHARED, "fines", null, "it is shared")));

            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(report.enqueued()).isZero();
            assertThat(report.errorCount()).isPositive();
            assertThat(tasks(queue)).isEmpty();
            assertThat(open(queue, IncidentCode.ORPHAN_CLAIM))
                    .extracting(incident -> incident.report().resourceId())
                    .containsExactlyInAnyOrder(ResourceId.of(1), ResourceId.of(2));
            assertThat(open(queue, IncidentCode.ORPHAN_CLAIM))
                    .allSatisfy(
                            incident -> assertThat(incident.report().message()).contains("which of the two took it"));
        }
    }

    @Test
    void whatADeadRunReservedIsQueuedWhereNothingTellsOfANamesake() {
        World world = died(2);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(world, queue, Way.ANSWER, () -> {})) {
            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(report.recovered()).isEqualTo(2);
            assertThat(report.errorCount()).isZero();
        }
    }

    @Test
    void whatIsReadBackAfterAnotherProcessSawANamesakeIsAPersonsToSay() {
        World world = free(4);
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(
                        world,
                        new Hooked(queue)
                                .after(
                                        "reserve",
                                        () -> queue.incidents()
                                                .report(List.of(new Report(
                                                        IncidentCode.CLAIMANT_SHARED, "fines", null, "it is shared"))))
                                .queue(),
                        Way.READ_BACK,
                        () -> {})) {
            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(report.enqueued()).isZero();
            assertThat(report.errorCount()).isEqualTo(1);
            assertThat(tasks(queue)).isEmpty();
            assertThat(open(queue, IncidentCode.ORPHAN_CLAIM))
                    .as("the first claim was enough")
                    .hasSize(1);
        }
    }

    @Test
    void aNamesakeThatCouldNotBeRecordedIsNotForgottenByTheNextCycle() {
        World world = free(2);
        AtomicBoolean down = new AtomicBoolean();
        try (TaskQueue queue = world.openQueue();
                Brain brain = brain(
                        world,
                        unwritable(
                                new Hooked(queue)
                                        .after("reserve", () -> down.set(true))
                                        .before("settle", () -> {
                                            if (down.get()) {
                                                throw new UnavailableException("the disk is full");
                                            }
                                        })
                                        .queue(),
                                down),
                        Way.ANSWER,
                        taken(world, 1))) {
            assertThat(brain.runCycle().errorCount()).isPositive();
            assertThat(tasks(queue)).allMatch(task -> task.status() == TaskStatus.CLAIMING);
            down.set(false);

            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(report.enqueued()).isZero();
            assertThat(tasks(queue)).isEmpty();
            assertThat(open(queue, IncidentCode.ORPHAN_CLAIM)).hasSize(2);
            assertStopped(queue);
        }
    }

    private static TaskQueue unwritable(TaskQueue real, AtomicBoolean down) {
        IncidentLog log = (IncidentLog) Proxy.newProxyInstance(
                IncidentLog.class.getClassLoader(), new Class<?>[] {IncidentLog.class}, (proxy, method, arguments) -> {
                    if (down.get() && method.getName().equals("report")) {
                        throw new UnavailableException("the disk is full");
                    }
                    return method.invoke(real.incidents(), arguments);
                });
        return (TaskQueue) Proxy.newProxyInstance(
                TaskQueue.class.getClassLoader(), new Class<?>[] {TaskQueue.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("incidents")) {
                        return log;
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
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
                    .resolve(open(queue, IncidentCode.CLAIMANT_SHARED).get(0).id());
            assertThat(brain.runCycle().enqueued()).isEqualTo(2);
        }
    }

    @Test
    void whatWasReportedWhileTheClaimantWasSharedIsNotAdoptedBeforeAPersonDecides() {
        World world = died(2);
        execute(world, List.of(tables().insert(3, "2026/3", "CITY FINES", 1, 0, CaseTable.ROBOT)));
        try (TaskQueue queue = world.openQueue();
                Brain brain = builder(world, queue, Way.ANSWER, () -> {})
                        .site(SITE.toBuilder().adoptOrphans(true).build())
                        .build()) {
            queue.incidents().report(List.of(new Report(IncidentCode.CLAIMANT_SHARED, "fines", null, "it is shared")));
            brain.runCycle();
            queue.incidents()
                    .resolve(open(queue, IncidentCode.CLAIMANT_SHARED).get(0).id());

            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(resources(queue))
                    .as("only what was never reported")
                    .contains("3")
                    .doesNotContain("1", "2");
            assertThat(report.known()).isEqualTo(2);

            open(queue, IncidentCode.ORPHAN_CLAIM)
                    .forEach(incident -> queue.incidents().resolve(incident.id()));
            brain.runCycle();
            assertThat(resources(queue)).contains("1", "2");
        }
    }

    private static final Site SAME_CLAIMANT =
            CaseTable.site("parks", "%PARKS%").toBuilder().claimant(" róbot ").build();

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
                    .resolve(open(queue, IncidentCode.CLAIMANT_SHARED).get(0).id());
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
