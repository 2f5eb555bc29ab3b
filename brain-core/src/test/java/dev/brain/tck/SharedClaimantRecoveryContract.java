package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.cycle.SiteReport;
import dev.brain.error.UnavailableException;
import dev.brain.history.Actor;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.queue.Failure;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import dev.brain.site.Site;
import dev.brain.tck.ClaimProtocolContract.World;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How recovery tells what this queue claimed from what another queue claimed under the same name. */
abstract class SharedClaimantRecoveryContract extends SharedClaimantFixture {
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
                    .resolve(
                            Actor.ofProcess(),
                            open(queue, IncidentCode.CLAIMANT_SHARED).get(0).id());

            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(resources(queue))
                    .as("only what was never reported")
                    .contains("3")
                    .doesNotContain("1", "2");
            assertThat(report.known()).isEqualTo(2);

            open(queue, IncidentCode.ORPHAN_CLAIM)
                    .forEach(incident -> queue.incidents().resolve(Actor.ofProcess(), incident.id()));
            brain.runCycle();
            assertThat(resources(queue)).contains("1", "2");
        }
    }
}
