package dev.brain.tck;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.config.Settings;
import dev.brain.history.Actor;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskOperations.Pruning;
import dev.brain.queue.TaskQueue.Finished;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Note;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskResult;
import dev.brain.resource.ResourceId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How the limits of a site hold back its tasks, and what pruning leaves. */
abstract class SiteLimitContract extends TaskLeaseFixture {
    // limits

    @Test
    void aPausedSitesTasksAreLeftAloneUntilItGoesOn() throws Exception {
        queued(1);
        queue.operations().pause(Actor.ofProcess(), SITE, true);
        assertThat(another().take(request(1))).isEmpty();
        assertThat(queue.operations().siteStates()).singleElement().satisfies(state -> {
            assertThat(state.siteId()).isEqualTo(SITE);
            assertThat(state.paused()).isTrue();
        });
        queue.operations().pause(Actor.ofProcess(), SITE, false);
        assertThat(queue.operations().siteStates()).isEmpty();
        taken();
    }

    @Test
    void noMoreThanASitesConcurrentTasksAreInWork() throws Exception {
        queuedAll(SITE, 1, 5);
        queued("parks", 6, 0);
        SiteLimits two = new SiteLimits(SITE, 2, null, SiteLimits.Breaker.USUAL);
        List<Lease> leases = queue.take(request(10, two, SiteLimits.none("parks")));
        assertThat(leases).extracting(lease -> lease.task().siteId()).containsExactly(SITE, SITE, "parks");
        assertThat(another().take(request(10, two))).isEmpty();
        Finished finished = queue.finish(
                List.of(new FinishedTask(leases.get(0), new TaskResult.Completed(null))), request(10, two));
        assertThat(finished.next()).hasSize(1);
    }

    @Test
    void noMoreThanASitesRateAreBegunInItsPeriod() throws Exception {
        queuedAll(SITE, 1, 6);
        SiteLimits rated =
                new SiteLimits(SITE, null, new SiteLimits.Rate(2, Duration.ofMinutes(10)), SiteLimits.Breaker.USUAL);
        Lease first = queue.take(request(1, rated)).get(0);
        queue.finish(first, new TaskResult.Completed(null));
        clock.advance(Duration.ofMinutes(6));
        assertThat(another().take(request(10, rated))).hasSize(1);
        assertThat(queue.take(request(10, rated))).isEmpty();
        clock.advance(Duration.ofMinutes(4));
        assertThat(queue.take(request(10, rated))).as("the first is long ago").hasSize(1);
    }

    @Test
    void noTaskIsBegunOutsideWorkingHoursAndALeaseGoesOn() throws Exception {
        queuedAll(SITE, 1, 3);
        queued("parks", 4, 0);
        LocalTime now = clock.instant().atZone(ZoneOffset.UTC).toLocalTime();
        String hours = "%tR-%tR".formatted(now.minusHours(1), now.plusHours(1));
        SiteLimits limits = SiteLimits.of(SITE, new Settings(Map.of("hours", hours, "time_zone", "UTC")));
        Lease lease = queue.take(request(1, limits)).get(0);
        renew(lease);
        clock.advance(Duration.ofMinutes(61));
        renew(lease);
        assertThat(another().take(request(10, limits, SiteLimits.none("parks"))))
                .as("only of the site that has no hours")
                .extracting(taken -> taken.task().siteId())
                .containsExactly("parks");
        Finished finished =
                queue.finish(List.of(new FinishedTask(lease, new TaskResult.Completed(null))), request(10, limits));
        assertThat(finished.held()).as("what runs goes on").containsExactly(lease.taskId());
        assertThat(finished.next()).isEmpty();
        clock.advance(Duration.ofHours(22));
        assertThat(queue.take(request(10, limits))).as("the next day").hasSize(2);
    }

    @Test
    void tasksAreTakenByPriorityThenDeadlineThenAge() {
        Instant soon = now().plus(Duration.ofHours(1));
        Instant later = now().plus(Duration.ofDays(1));
        queued(1);
        queuedDue(2, 0, later);
        queuedDue(3, 0, soon);
        queuedDue(4, 0, later);
        queued(5);
        queuedDue(6, 0, now().minus(Duration.ofDays(1)));
        queuedDue(7, 1, later);
        queued(SITE, 8, 1);
        List<Lease> leases = queue.take(request(4));
        leases.addAll(queue.take(request(10)));
        assertThat(leases)
                .extracting(lease -> Integer.parseInt(lease.task().resourceId().value()))
                .containsExactly(7, 8, 6, 3, 2, 4, 1, 5);
        assertThat(leases.get(3).task().deadline()).isEqualTo(soon);
        assertThat(leases.get(1).task().deadline()).isNull();
    }

    @Test
    void tasksAreListedByDeadline() {
        queued(1);
        queuedDue(2, 0, now().plusSeconds(60));
        queuedDue(3, 0, now());
        queued(4);
        TaskFilter filter = TaskFilter.newest(2).withOrder(TaskFilter.Order.DEADLINE);
        List<Integer> listed = new ArrayList<>();
        List<Task> page = queue.operations().list(filter);
        while (!page.isEmpty()) {
            page.forEach(task -> listed.add(Integer.parseInt(task.resourceId().value())));
            page = queue.operations()
                    .list(filter.withAfter(page.get(page.size() - 1).id()));
        }
        assertThat(listed).containsExactly(3, 2, 1, 4);
    }

    @Test
    void aReservationKeepsItsDeadline() throws Exception {
        var reservation = queue.reserve(List.of(TaskDrafts.due(1, 0, now()))).get(0);
        assertThat(queue.reservation(reservation.id()).orElseThrow().draft().deadline())
                .isEqualTo(now());
        queue.settle(List.of(new Settlement(reservation, Settlement.Verdict.DROP)));
        queue.settle(List.of(new Settlement(reservation, CONFIRM)));
        assertThat(taken().task().deadline()).as("queued again").isEqualTo(now());
    }

    private void renew(Lease lease) {
        assertThat(queue.renew(List.of(lease), Duration.ofHours(2))).containsExactly(lease.taskId());
    }

    private static SiteLimits breaker(int failures, Duration pause) {
        return new SiteLimits(SITE, null, null, new SiteLimits.Breaker(failures, pause));
    }

    @Test
    void technicalFailuresInARowPauseASiteThenOneTaskIsTried() {
        queuedAll(SITE, 1, 6);
        SiteLimits limits = breaker(2, Duration.ofMinutes(5));
        queue.take(request(2, limits)).forEach(lease -> queue.finish(lease, new TaskResult.Failed(TECHNICAL)));
        assertThat(queue.take(request(5, limits))).as("paused").isEmpty();
        assertThat(queue.operations().siteStates()).singleElement().satisfies(state -> {
            assertThat(state.paused()).isFalse();
            assertThat(state.failures()).isEqualTo(2);
            assertThat(state.failedAt()).isEqualTo(now());
        });
        clock.advance(Duration.ofMinutes(5));
        List<Lease> probe = queue.take(request(5, limits));
        assertThat(probe).hasSize(1);
        assertThat(queue.take(request(5, limits))).as("one at a time").isEmpty();
        queue.finish(probe.get(0), new TaskResult.Failed(TECHNICAL));
        assertThat(queue.take(request(5, limits))).as("paused again").isEmpty();
        clock.advance(Duration.ofMinutes(5));
        queue.finish(queue.take(request(5, limits)).get(0), new TaskResult.Completed(null));
        assertThat(queue.take(request(5, limits))).as("it works again").hasSize(2);
        assertThat(queue.operations().siteStates()).isEmpty();
    }

    @Test
    void aSuccessBetweenFailuresPausesNothing() {
        queuedAll(SITE, 1, 4);
        SiteLimits limits = breaker(2, Duration.ofMinutes(5));
        for (TaskResult result : List.of(
                new TaskResult.Failed(TECHNICAL), new TaskResult.Completed(null), new TaskResult.Failed(TECHNICAL))) {
            queue.finish(queue.take(request(1, limits)).get(0), result);
        }
        assertThat(queue.take(request(1, limits))).hasSize(1);
    }

    @Test
    void businessFailuresSayNothingAboutASite() {
        queuedAll(SITE, 1, 3);
        SiteLimits limits = breaker(1, Duration.ofMinutes(5));
        queue.take(request(2, limits)).forEach(lease -> queue.finish(lease, new TaskResult.Failed(BUSINESS)));
        assertThat(queue.take(request(1, limits))).hasSize(1);
    }

    @Test
    void goingOnByHandClosesABreaker() {
        queuedAll(SITE, 1, 3);
        SiteLimits limits = breaker(1, Duration.ofDays(1));
        queue.finish(queue.take(request(1, limits)).get(0), new TaskResult.Failed(TECHNICAL));
        queue.operations().pause(Actor.ofProcess(), SITE, false);
        assertThat(queue.take(request(2, limits))).hasSize(2);
    }

    @Test
    void aBreakerOfNoFailuresIsOff() {
        queuedAll(SITE, 1, 2);
        SiteLimits limits = breaker(0, Duration.ofDays(1));
        queue.finish(queue.take(request(1, limits)).get(0), new TaskResult.Failed(TECHNICAL));
        assertThat(queue.take(request(1, limits))).hasSize(1);
    }

    // prune

    @Test
    void pruningTakesPayloadsAndLeavesWhatResourcesAreKnownBy() {
        Lease done = takenOf(1);
        queue.finish(done, new TaskResult.Completed("{\"name\":\"Ana\"}"));
        Lease failed = takenOf(2);
        queue.note(failed, Note.EVIDENCE, "evidence/2.png");
        queue.finish(failed, new TaskResult.Failed(BUSINESS));
        long waiting = queued(3);
        clock.advance(Duration.ofDays(30));
        Lease recent = takenOf(4);
        queue.finish(recent, new TaskResult.Completed(null));
        queue.operations().cancel(Actor.ofProcess(), waiting);
        assertThat(queue.operations().prune(Actor.ofProcess(), now().minus(Duration.ofDays(1))))
                .as("the incident of the failure is open")
                .isEqualTo(new Pruning(1, 1));
        assertThat(task(failed).payload()).contains("idRecurso");
        queue.incidents()
                .list(Set.of(SITE), true, 10)
                .forEach(incident -> queue.incidents().resolve(Actor.ofProcess(), incident.id()));
        assertThat(queue.operations().prune(Actor.ofProcess(), now().minus(Duration.ofDays(1))))
                .isEqualTo(new Pruning(1, 0));
        assertThat(queue.operations().prune(Actor.ofProcess(), now().minus(Duration.ofDays(1))))
                .as("again")
                .isEqualTo(new Pruning(0, 0));
        for (Lease pruned : List.of(done, failed)) {
            Task task = task(pruned);
            assertThat(task.payload()).isEqualTo("{}");
            assertThat(task.result()).isNull();
            assertThat(task.screenshotPath()).isNull();
            assertThat(task.reference()).isEqualTo(pruned.task().reference());
            assertThat(task.failureCode()).isEqualTo(pruned.equals(failed) ? "DEADLINE" : null);
        }
        assertThat(queue.standings(SITE, List.of(ResourceId.of(1), ResourceId.of(2))))
                .containsEntry(ResourceId.of(1), QueueState.COMPLETED)
                .containsEntry(ResourceId.of(2), QueueState.BLOCKED);
        assertThat(queue.operations().retry(Actor.ofProcess(), failed.taskId()))
                .as("nobody could do it")
                .isFalse();
        assertThat(queue.reservation(failed.taskId())).isEmpty();
        assertThat(task(recent).payload()).contains("idRecurso");
    }

    @Test
    void pruningIsDoneInMoreThanOneGo() {
        List<Settlement> settlements =
                queue
                        .reserve(IntStream.rangeClosed(1, 1200)
                                .mapToObj(TaskDrafts::draft)
                                .toList())
                        .stream()
                        .map(each -> new Settlement(each, CONFIRM))
                        .toList();
        queue.settle(settlements);
        queue.take(request(1200)).forEach(lease -> queue.finish(lease, new TaskResult.Completed(null)));
        clock.advance(Duration.ofDays(1));
        assertThat(queue.operations().prune(Actor.ofProcess(), now())).isEqualTo(new Pruning(1200, 0));
    }
}
