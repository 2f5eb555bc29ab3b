package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.cycle.SiteReport.Counter;
import dev.brain.history.Actor;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.monitor.Count;
import dev.brain.internal.monitor.Monitor;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.Cycle;
import dev.brain.internal.monitor.Overview.Day;
import dev.brain.internal.monitor.Overview.Hour;
import dev.brain.internal.monitor.Overview.OpenIncidents;
import dev.brain.internal.monitor.Overview.SiteFigures;
import dev.brain.internal.monitor.Overview.WorkerFigures;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The figures of a store that dashboards and meters show. */
abstract class MonitorContract extends TaskLeaseFixture {
    private static final Actor ANNA = new Actor("anna");

    private Overview read() {
        return read(Overview.NONE);
    }

    private Overview read(Overview last) {
        return monitor(queue).read(last, ZoneOffset.UTC);
    }

    private static Monitor monitor(TaskQueue queue) {
        return ((Monitor.Source) queue).monitor();
    }

    private static SiteFigures site(Overview overview, String id) {
        return overview.sites().stream()
                .filter(site -> site.siteId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static Count count(int tasks) {
        return new Count(tasks, false);
    }

    private void finish(Lease lease, TaskResult result) {
        assertThat(queue.finish(List.of(new FinishedTask(lease, result)), null).held())
                .containsExactly(lease.taskId());
    }

    private static List<Hour> busy(SiteFigures site) {
        return site.hours().stream()
                .filter(hour -> hour.completed().counted() + hour.failed().counted() > 0)
                .toList();
    }

    @Test
    void anEmptyStoreHasNoFigures() {
        Overview overview = read();
        assertThat(overview.readAt()).isEqualTo(START);
        assertThat(overview.problem()).isNull();
        assertThat(overview.sites()).isEmpty();
        assertThat(overview.incidents()).isEmpty();
        assertThat(overview.siteStates()).isEmpty();
        assertThat(overview.workers()).isEmpty();
        assertThat(overview.cycles()).isEmpty();
    }

    @Test
    void tasksAreCountedBySiteAndStatus() {
        finish(takenOf(1), new TaskResult.Completed(null));
        finish(takenOf(2), new TaskResult.Failed(BUSINESS));
        finish(takenOf(3), new TaskResult.Retry(TECHNICAL, now().plus(Duration.ofHours(1))));
        takenOf(4);
        clock.advance(Duration.ofMinutes(1));
        queued(5);
        clock.advance(Duration.ofMinutes(1));
        queued(6);
        assertThat(queue.operations().hold(ANNA, queued(7), "look at it")).isTrue();
        assertThat(queue.operations().cancel(ANNA, queued(8))).isTrue();
        queue.reserve(List.of(TaskDrafts.draft(9)));
        queued("parks", 10, 0);

        Overview overview = read();
        assertThat(overview.sites()).extracting(SiteFigures::siteId).containsExactly(SITE, "parks");
        SiteFigures fines = site(overview, SITE);
        assertThat(fines.tasks())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        TaskStatus.CLAIMING, count(1),
                        TaskStatus.HELD, count(1),
                        TaskStatus.PENDING, count(2),
                        TaskStatus.SCHEDULED, count(1),
                        TaskStatus.PROCESSING, count(1),
                        TaskStatus.FAILED, count(1)));
        assertThat(fines.oldestWaiting()).isEqualTo(START.plus(Duration.ofMinutes(1)));
        assertThat(site(overview, "parks").tasks()).isEqualTo(Map.of(TaskStatus.PENDING, count(1)));
        assertThat(site(overview, "parks").oldestWaiting()).isEqualTo(now());
    }

    @Test
    void aFailedTaskIsCountedUntilItsResourceIsUnblocked() {
        finish(takenOf(1), new TaskResult.Failed(BUSINESS));
        assertThat(site(read(), SITE).tasks()).isEqualTo(Map.of(TaskStatus.FAILED, count(1)));
        assertThat(queue.operations().unblock(ANNA, SITE, ResourceId.of(1))).isTrue();
        assertThat(site(read(), SITE).tasks()).isEmpty();
    }

    @Test
    void siteWhoseTasksHaveAllEndedIsListed() {
        finish(takenOf(1), new TaskResult.Completed(null));
        assertThat(read().sites()).extracting(SiteFigures::siteId).containsExactly(SITE);
    }

    @Test
    void deadlinesAreCountedByDay() {
        queuedDue(1, 0, now().minusSeconds(1));
        queuedDue(2, 0, now());
        queuedDue(3, 0, now().plus(Duration.ofHours(3)));
        queuedDue(4, 0, now().plus(Duration.ofDays(1)));
        queuedDue(5, 0, now().plus(Duration.ofDays(9)));
        queued(6);
        SiteFigures site = site(read(), SITE);
        assertThat(site.late()).isEqualTo(count(1));
        assertThat(site.nextDeadline()).isEqualTo(now());
        LocalDate today = LocalDate.of(2026, 3, 1);
        assertThat(site.days()).hasSize(8).startsWith(new Day(today, count(2)), new Day(today.plusDays(1), count(1)));
        assertThat(site.days().subList(2, 8)).allMatch(day -> day.due().equals(Count.NONE));

        List<Day> later = site(monitor(queue).read(Overview.NONE, ZoneId.of("Pacific/Auckland")), SITE)
                .days();
        assertThat(later.subList(0, 2))
                .as("08:00 UTC is 21:00 in Auckland, where the day ends at 11:00 UTC")
                .containsExactly(new Day(today, count(1)), new Day(today.plusDays(1), count(2)));
    }

    @Test
    void endedTasksAreCountedByHour() {
        finish(takenOf(1), new TaskResult.Completed(null));
        finish(takenOf(2), new TaskResult.Failed(BUSINESS));
        clock.advance(Duration.ofHours(2));
        finish(takenOf(3), new TaskResult.Completed(null));
        finish(takenOf(4), new TaskResult.Completed(null));
        SiteFigures site = site(read(), SITE);
        assertThat(site.hours()).hasSize(24);
        assertThat(site.hours().get(23).from()).isEqualTo(START.plus(Duration.ofHours(2)));
        assertThat(busy(site))
                .containsExactly(
                        new Hour(START, count(1), count(1)),
                        new Hour(START.plus(Duration.ofHours(2)), count(2), Count.NONE));

        clock.advance(Duration.ofHours(22));
        assertThat(busy(site(read(), SITE)))
                .as("a day later the first hour is left out")
                .containsExactly(new Hour(START.plus(Duration.ofHours(2)), count(2), Count.NONE));
    }

    @Test
    void hoursThatWereOverAreNotReadAgain() {
        finish(takenOf(1), new TaskResult.Completed(null));
        Overview first = read();
        finish(takenOf(2), new TaskResult.Completed(null));
        clock.advance(Duration.ofMinutes(90));
        finish(takenOf(3), new TaskResult.Completed(null));
        Overview second = read(first);
        assertThat(busy(site(second, SITE)))
                .as("the first hour was not over when it was read")
                .containsExactly(
                        new Hour(START, count(2), Count.NONE),
                        new Hour(START.plus(Duration.ofHours(1)), count(1), Count.NONE));
        assertThat(site(read(second), SITE)).isEqualTo(site(second, SITE));
    }

    @Test
    void openIncidentsAreCountedBySiteAndCode() {
        queue.incidents()
                .report(List.of(
                        new Report(IncidentCode.LOGIN_FAILED, SITE, null, "no"),
                        new Report(IncidentCode.PAYLOAD_INVALID, SITE, ResourceId.of(1), "no"),
                        new Report(IncidentCode.PAYLOAD_INVALID, SITE, ResourceId.of(2), "no"),
                        new Report(IncidentCode.PAYLOAD_INVALID, "parks", ResourceId.of(3), "no"),
                        new Report(IncidentCode.LOGIN_FAILED, "parks", null, "no")));
        queue.incidents().closeOfSite("parks", List.of(IncidentCode.LOGIN_FAILED));
        assertThat(read().incidents())
                .containsExactlyInAnyOrder(
                        new OpenIncidents(SITE, IncidentCode.LOGIN_FAILED, count(1)),
                        new OpenIncidents(SITE, IncidentCode.PAYLOAD_INVALID, count(2)),
                        new OpenIncidents("parks", IncidentCode.PAYLOAD_INVALID, count(1)));
    }

    @Test
    void pausedAndFailingSitesAreListed() {
        finish(takenOf(1), new TaskResult.Retry(TECHNICAL, now().plus(Duration.ofHours(1))));
        queue.operations().pause(ANNA, "parks", true);
        assertThat(read().siteStates()).isEqualTo(queue.operations().siteStates());
        assertThat(read().siteStates()).extracting(state -> state.paused()).containsExactly(false, true);
    }

    @Test
    void workersWithTasksAreListed() {
        queuedAll(SITE, 1, 2);
        queued("parks", 3, 0);
        assertThat(queue.take(request(1))).hasSize(1);
        clock.advance(Duration.ofMinutes(1));
        TakeRequest more = new TakeRequest("w0", 2, LEASE, List.of(SiteLimits.none(SITE), SiteLimits.none("parks")));
        assertThat(queue.take(more)).hasSize(2);
        assertThat(read().workers())
                .containsExactly(
                        new WorkerFigures("w0", count(2), now(), now().plus(LEASE)),
                        new WorkerFigures("w1", count(1), START, START.plus(LEASE)));
    }

    private static CycleReport report(Instant at, int candidates) {
        SiteReport served = new SiteReport(
                SITE,
                false,
                Map.of(Counter.CANDIDATES, (long) candidates, Counter.CLAIMED, 2L),
                List.of("a row can't be claimed"),
                List.of("a « warning » \u0000"));
        SiteReport closed = new SiteReport("parks", true, at.plus(Duration.ofHours(1)), Map.of(), List.of(), List.of());
        return new CycleReport(at, Duration.ofMillis(1500), List.of(served, closed), List.of("the registry"));
    }

    @Test
    void lastCyclesAreKept() {
        CycleReport first = report(now(), 1);
        monitor(queue).record(first);
        Overview overview = read();
        assertThat(overview.cycles()).hasSize(1);
        assertThat(overview.cycles().get(0).report()).isEqualTo(first);
        assertThat(overview.cycles().get(0).endedAt()).isEqualTo(now().plusMillis(1500));
        for (int i = 2; i <= 60; i++) {
            monitor(queue).record(report(now(), i));
        }
        List<Cycle> last = read(overview).cycles();
        assertThat(last)
                .extracting(cycle -> cycle.report().sites().get(0).candidates())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(0, 49).mapToObj(i -> 60L - i).toList());
        assertThat(read().cycles()).as("read anew").isEqualTo(last);
        assertThat(read(overview.withProblem("gone")).problem()).isNull();
    }

    @Test
    void oldCyclesAreForgotten() {
        monitor(queue).record(report(now(), 1));
        monitor(queue).record(report(now(), 2));
        queue.operations().prune(ANNA, now().plus(Duration.ofHours(1)));
        assertThat(read().cycles()).as("the last one goes on").hasSize(1);
        monitor(queue).record(report(now(), 3));
        assertThat(read().cycles())
                .extracting(cycle -> cycle.report().sites().get(0).candidates())
                .containsExactly(3L, 2L);
        clock.advance(Duration.ofDays(31));
        assertThat(read().cycles()).isEmpty();
    }

    @Test
    void cyclesThatEndAtTheSameTimeAreAllKept() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Boolean>> runs = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int number = thread;
                runs.add(() -> {
                    for (int i = 0; i < 10; i++) {
                        monitor(queue).record(report(START, number * 10 + i));
                    }
                    return true;
                });
            }
            for (Future<Boolean> run : threads.invokeAll(runs)) {
                assertThat(run.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(read().cycles())
                .extracting(cycle -> cycle.report().sites().get(0).candidates())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 40).mapToObj(i -> (long) i).toList());
    }
}
