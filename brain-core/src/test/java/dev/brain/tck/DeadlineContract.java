package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.BrainBuilder;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.SiteReport;
import dev.brain.history.Actor;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.site.Site;
import dev.brain.tck.ClaimProtocolContract.World;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Urgent resources are claimed first, and a deadline that nobody meets is an incident. */
abstract class DeadlineContract extends ClaimProtocolFixture {
    private static final Instant NOW = Instant.parse("2026-03-01T08:00:00Z");

    private final SettableClock clock = new SettableClock(NOW);

    private static final Site MADRID =
            SITE.toBuilder().setting("time_zone", "Europe/Madrid").build();

    /** Cases 1, 2, …, each with its deadline in Madrid; null for one without. */
    private World cases(String... deadlines) {
        World world = newWorld();
        List<String> rows = new ArrayList<>(tables().create("INTEGER", textType()));
        rows.add("ALTER TABLE " + schema() + "cases ADD due TIMESTAMP");
        for (int id = 1; id <= deadlines.length; id++) {
            rows.add(tables().insert(id, "2026/" + id, "CITY FINES", 2, 0, null));
            if (deadlines[id - 1] != null) {
                rows.add(due(id, deadlines[id - 1]));
            }
        }
        execute(world, rows);
        return world;
    }

    private String due(int id, String time) {
        return "UPDATE " + schema() + "cases SET due = '" + time + "' WHERE case_id = " + id;
    }

    private BrainBuilder builder(World world, TaskQueue queue, Clock clock) {
        return Brain.builder()
                .queue(queue)
                .share(Profile.class, tables().profileWithDeadline())
                .share(Database.class, world.database())
                .clock(clock);
    }

    /** Returns open incidents as {@code NEAR 3}, in order. */
    private static List<String> open(TaskQueue queue) {
        return queue.incidents().list(Set.of(), true, 100).stream()
                .filter(incident ->
                        IncidentCode.OF_DEADLINES.contains(incident.report().code()))
                .map(incident -> incident.report().code().name().substring("DEADLINE_".length()) + " "
                        + incident.report().resourceId())
                .sorted()
                .toList();
    }

    private static List<Lease> take(TaskQueue queue, int most) {
        return queue.take(new TakeRequest("w", most, Duration.ofMinutes(5), List.of(SiteLimits.none("fines"))));
    }

    @Test
    void theMostUrgentAreClaimedAndWorkedOffFirst() {
        World world = cases(null, "2026-03-20 10:00:00", "2026-03-10 10:00:00", null, "2026-03-10 10:00:00");
        try (TaskQueue queue = world.openQueue();
                Brain brain = builder(world, queue, clock)
                        .maxClaims(3)
                        .batchSize(2)
                        .pageSize(2)
                        .site(MADRID)
                        .build()) {
            assertThat(brain.runCycle().sites().get(0).claimed()).isEqualTo(3);
            assertThat(tasks(queue).stream().sorted(Comparator.comparing(Task::id)))
                    .extracting(task -> task.resourceId().value())
                    .containsExactly("3", "5", "2");
            brain.runCycle();
            assertThat(take(queue, 10))
                    .extracting(lease -> lease.task().resourceId().value())
                    .containsExactly("3", "5", "2", "1", "4");
            assertThat(tasks(queue).stream()
                            .filter(task -> task.resourceId().value().equals("2"))
                            .findFirst()
                            .orElseThrow()
                            .deadline())
                    .isEqualTo("2026-03-20T09:00:00Z");
        }
    }

    @Test
    void deadlinesThatChangeWithinACycleLoseAndDoubleNothing() {
        String[] deadlines = new String[40];
        for (int i = 0; i < deadlines.length; i++) {
            deadlines[i] = i % 5 == 4 ? null : "2026-04-%02d 10:00:00".formatted(1 + i / 2);
        }
        World world = cases(deadlines);
        int[] steps = {0};
        try (TaskQueue queue = world.openQueue();
                Brain brain = builder(world, queue, clock)
                        .batchSize(3)
                        .pageSize(4)
                        .site(MADRID)
                        .listener(event -> {
                            if (event instanceof BrainEvent.SiteProgressed && steps[0] < 12) {
                                steps[0]++;
                                // the last rows of the page, one from behind and one without a deadline
                                execute(
                                        world,
                                        List.of(
                                                due(steps[0] * 3, "2026-05-01 10:00:00"),
                                                due(40 - steps[0], "2026-01-01 10:00:00"),
                                                due(steps[0] * 2, "2026-04-%02d 11:00:00".formatted(steps[0] + 8))));
                            }
                        })
                        .build()) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.errors()).isEmpty();
            assertThat(brain.runCycle().sites().get(0).errors()).isEmpty();
            assertThat(tasks(queue))
                    .extracting(task -> task.resourceId().value())
                    .doesNotHaveDuplicates()
                    .hasSize(40);
        }
    }

    @Test
    void aTaskThatDoesNotEndBeforeItsDeadlineIsAnIncidentUntilItEnds() {
        World world = cases("2026-03-03 10:00:00", "2026-03-03 11:00:00", null, "2026-03-30 10:00:00");
        try (TaskQueue queue = world.openQueue();
                Brain brain = builder(world, queue, clock).site(MADRID).build()) {
            brain.runCycle();
            assertThat(open(queue)).as("more than a day before").isEmpty();
            clock.advance(Duration.ofHours(30));
            brain.runCycle();
            assertThat(open(queue)).containsExactly("NEAR 1", "NEAR 2");
            Lease first = take(queue, 1).get(0);
            queue.finish(first, new TaskResult.Completed(null));
            assertThat(open(queue)).as("at once").containsExactly("NEAR 2");
            clock.advance(Duration.ofHours(30));
            brain.runCycle();
            assertThat(open(queue)).containsExactly("MISSED 2");
            brain.runCycle();
            assertThat(queue.incidents().list(Set.of(), true, 100).get(0).count())
                    .as("not told again")
                    .isEqualTo(1);
            long second = tasks(queue).stream()
                    .filter(task -> task.resourceId().value().equals("2"))
                    .findFirst()
                    .orElseThrow()
                    .id();
            assertThat(queue.operations().cancel(Actor.ofProcess(), second)).isTrue();
            assertThat(open(queue)).isEmpty();
        }
    }

    @Test
    void aResourceThatCannotBeClaimedIsAnIncidentUntilItsDeadlineIsFarAgain() {
        World world = cases("2026-03-01 07:00:00", "2026-03-01 20:00:00", "2026-03-01 21:00:00", null);
        try (TaskQueue queue = world.openQueue();
                Brain brain = builder(world, queue, clock)
                        .pageSize(2)
                        .site(MADRID.toBuilder()
                                .setting("deadline_warning", "12h")
                                .build())
                        .build()) {
            queue.operations().pause(Actor.ofProcess(), "fines", true);
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.paused()).isTrue();
            assertThat(open(queue)).as("12 hours from 09:00").containsExactly("MISSED 1", "NEAR 2");
            execute(world, List.of(due(1, "2026-06-01 10:00:00")));
            brain.runCycle();
            assertThat(open(queue)).containsExactly("NEAR 2");
            clock.advance(Duration.ofHours(11));
            brain.runCycle();
            assertThat(open(queue)).containsExactly("MISSED 2", "NEAR 3");
        }
    }

    @Test
    void aResourceBeyondTheLimitOrWithABadReferenceIsAnIncident() {
        World world = cases("2026-03-01 20:00:00", "2026-03-01 21:00:00", "2026-03-01 22:00:00");
        execute(world, List.of("UPDATE " + schema() + "cases SET reference = 'bad' WHERE case_id = 3"));
        try (TaskQueue queue = world.openQueue();
                Brain brain =
                        builder(world, queue, clock).maxClaims(1).site(MADRID).build()) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.claimed()).isEqualTo(1);
            assertThat(report.errorCount()).isZero();
            assertThat(open(queue)).containsExactly("NEAR 1", "NEAR 2", "NEAR 3");
        }
    }
}
