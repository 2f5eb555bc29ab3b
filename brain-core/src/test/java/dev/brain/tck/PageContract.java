package dev.brain.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.Actor;
import dev.brain.history.History;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.monitor.BulkRun;
import dev.brain.internal.monitor.BulkRun.State;
import dev.brain.internal.monitor.Cursor;
import dev.brain.internal.monitor.HistorySearch;
import dev.brain.internal.monitor.IncidentSearch;
import dev.brain.internal.monitor.Monitor;
import dev.brain.internal.monitor.Page;
import dev.brain.internal.monitor.TaskSearch;
import dev.brain.internal.monitor.TaskSearch.View;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The lists of a dashboard, by pages. */
abstract class PageContract extends TaskLeaseFixture {
    private static final Actor ANNA = new Actor("anna");

    private Monitor monitor() {
        return ((Monitor.Source) queue).monitor();
    }

    private static TaskSearch search(View view, String... siteIds) {
        return new TaskSearch(view, Set.of(siteIds), null, null, null, null, 2);
    }

    /** Returns all rows, which are read by pages; each but the last is full. */
    private static <T> List<T> all(Function<@Nullable Cursor, Page<T>> pages) {
        List<T> all = new ArrayList<>();
        Cursor after = null;
        do {
            Page<T> page = pages.apply(after);
            all.addAll(page.rows());
            assertThat(page.rows()).hasSizeLessThanOrEqualTo(2);
            if (page.next() != null) {
                assertThat(page.rows()).hasSize(2);
            }
            // as from a URL
            after = page.next() == null ? null : Cursor.of(page.next().text()).orElseThrow();
        } while (after != null);
        return all;
    }

    private List<Long> ids(TaskSearch search) {
        return all(after -> monitor().tasks(search.withAfter(after))).stream()
                .map(Task::id)
                .toList();
    }

    private void finish(Lease lease, TaskResult result) {
        assertThat(queue.finish(List.of(new FinishedTask(lease, result)), null).held())
                .containsExactly(lease.taskId());
        clock.advance(Duration.ofSeconds(1));
    }

    @Test
    void tasksAreListedByTheirStatus() {
        Lease first = takenOf(1);
        Lease second = takenOf(2);
        Lease third = takenOf(3);
        finish(third, new TaskResult.Completed(null));
        finish(first, new TaskResult.Completed(null));
        finish(second, new TaskResult.Failed(BUSINESS));
        Lease retried = takenOf(4);
        finish(retried, new TaskResult.Retry(TECHNICAL, now().plus(Duration.ofHours(1))));
        Lease working = takenOf(5);
        long held = queued(6);
        queue.operations().hold(ANNA, held, "look");
        long cancelled = queued(7);
        queue.operations().cancel(ANNA, cancelled);
        long pending = queued(8);
        long other = queued("parks", 9, 0);
        long last = queued(10);
        long claiming = queue.reserve(List.of(TaskDrafts.draft(11))).get(0).id();
        Lease unblocked = takenOfUnblocked(12);

        assertThat(ids(search(View.ALL)))
                .containsExactly(
                        unblocked.taskId(),
                        claiming,
                        last,
                        other,
                        pending,
                        cancelled,
                        held,
                        working.taskId(),
                        retried.taskId(),
                        third.taskId(),
                        second.taskId(),
                        first.taskId());
        assertThat(ids(search(View.ACTIVE)))
                .containsExactly(claiming, last, other, pending, held, working.taskId(), retried.taskId());
        assertThat(ids(search(View.ACTIVE, SITE)))
                .containsExactly(claiming, last, pending, held, working.taskId(), retried.taskId());
        assertThat(ids(search(View.PENDING))).containsExactly(last, other, pending);
        assertThat(ids(search(View.PENDING, "parks"))).containsExactly(other);
        assertThat(ids(search(View.PENDING, "unknown"))).isEmpty();
        assertThat(ids(search(View.CLAIMING))).containsExactly(claiming);
        assertThat(ids(search(View.HELD))).containsExactly(held);
        assertThat(ids(search(View.SCHEDULED))).containsExactly(retried.taskId());
        assertThat(ids(search(View.PROCESSING))).containsExactly(working.taskId());
        assertThat(ids(search(View.FAILED))).as("without what was unblocked").containsExactly(second.taskId());
        assertThat(ids(search(View.CANCELLED))).containsExactly(cancelled);
        assertThat(ids(search(View.COMPLETED)))
                .as("the last that ended first")
                .containsExactly(first.taskId(), third.taskId());
        assertThat(ids(search(View.ENDED, SITE)))
                .containsExactly(unblocked.taskId(), cancelled, second.taskId(), first.taskId(), third.taskId());
    }

    private Lease takenOfUnblocked(int id) {
        long task = queued(SITE, id, 9);
        Lease lease = taken();
        assertThat(lease.taskId()).isEqualTo(task);
        finish(lease, new TaskResult.Failed(BUSINESS));
        assertThat(queue.operations().unblock(ANNA, SITE, ResourceId.of(id))).isTrue();
        return lease;
    }

    @Test
    void tasksAreListedByDeadline() {
        Instant soon = now().plus(Duration.ofHours(1));
        Instant later = now().plus(Duration.ofDays(2));
        queued(1);
        long second = queuedDue(2, 0, later);
        long third = queuedDue(3, 0, soon);
        long fourth = queuedDue(4, 0, soon);
        long fifth = queuedDue(5, 0, soon);
        long late = queuedDue(6, 0, now().minus(Duration.ofDays(1)));
        assertThat(ids(search(View.DEADLINE))).containsExactly(late, third, fourth, fifth, second);
        TaskSearch dueToday = new TaskSearch(View.DEADLINE, Set.of(SITE), null, null, later, null, 2);
        assertThat(ids(dueToday)).containsExactly(late, third, fourth, fifth);
        TaskSearch pending = new TaskSearch(View.PENDING, Set.of(SITE), null, null, later, null, 2);
        assertThat(ids(pending)).containsExactly(late, fifth, fourth, third);
    }

    @Test
    void tasksAreFoundByReferenceResourceAndText() {
        finish(takenOf(1), new TaskResult.Completed(null));
        long again = queued(1);
        long other = queued(2);
        TaskSearch reference = new TaskSearch(View.ALL, Set.of(), "2026/1", null, null, null, 2);
        assertThat(ids(reference)).containsExactly(again, again - 1);
        TaskSearch resource = new TaskSearch(View.ALL, Set.of(SITE), "1", null, null, null, 2);
        assertThat(ids(resource)).containsExactly(again, again - 1);
        assertThat(ids(new TaskSearch(View.ACTIVE, Set.of(), "2026/1", null, null, null, 2)))
                .containsExactly(again);
        assertThat(ids(new TaskSearch(View.ENDED, Set.of(), "2026/1", null, null, null, 2)))
                .containsExactly(again - 1);
        assertThat(ids(new TaskSearch(View.ALL, Set.of("parks"), "2026/1", null, null, null, 2)))
                .isEmpty();
        assertThat(ids(new TaskSearch(View.ALL, Set.of(), null, "ExpedientE\":\"2026/2", null, null, 2)))
                .containsExactly(other);
        assertThat(ids(new TaskSearch(View.PENDING, Set.of(), null, "expediente", null, null, 2)))
                .containsExactly(other, again);
        assertThat(ids(new TaskSearch(View.ALL, Set.of(), null, "100%", null, null, 2)))
                .isEmpty();
    }

    @Test
    void incidentsAreListedByPages() {
        List<Report> reports = new ArrayList<>();
        for (int id = 1; id <= 5; id++) {
            reports.add(new Report(IncidentCode.PAYLOAD_INVALID, SITE, ResourceId.of(id), "no"));
        }
        reports.add(new Report(IncidentCode.LOGIN_FAILED, "parks", null, "no"));
        queue.incidents().report(reports);
        clock.advance(Duration.ofMinutes(1));
        queue.incidents().report(List.of(reports.get(2)));
        List<Long> numbers = queue.incidents().list(Set.of(), true, 10).stream()
                .map(Incident::id)
                .toList();
        assertThat(numbers).hasSize(6);
        assertThat(incidents(new IncidentSearch(true, Set.of(), Set.of(), null, null, 2)))
                .isEqualTo(numbers);
        queue.incidents().assign(ANNA, numbers.get(0), "Berta");
        queue.incidents().resolve(ANNA, numbers.get(1));
        assertThat(incidents(new IncidentSearch(true, Set.of(), Set.of(), null, null, 2)))
                .hasSize(5)
                .doesNotContain(numbers.get(1));
        assertThat(incidents(new IncidentSearch(false, Set.of(), Set.of(), null, null, 2)))
                .isEqualTo(numbers);
        assertThat(incidents(new IncidentSearch(true, Set.of(), Set.of(), "berta", null, 2)))
                .containsExactly(numbers.get(0));
        assertThat(incidents(new IncidentSearch(true, Set.of(), Set.of(), "", null, 2)))
                .hasSize(4);
        assertThat(incidents(new IncidentSearch(false, Set.of("parks"), Set.of(), null, null, 2)))
                .hasSize(1);
        assertThat(incidents(new IncidentSearch(false, Set.of(), Set.of(IncidentCode.LOGIN_FAILED), null, null, 2)))
                .hasSize(1);
    }

    private List<Long> incidents(IncidentSearch search) {
        return all(after -> monitor()
                        .incidents(new IncidentSearch(
                                search.openOnly(), search.siteIds(), search.codes(), search.assignee(), after, 2)))
                .stream()
                .map(Incident::id)
                .toList();
    }

    @Test
    void historyIsListedByPages() {
        long first = queued(1);
        queue.operations().hold(ANNA, first, "look");
        queue.operations().approve(new Actor("berta"), first, null);
        queue.operations().pause(ANNA, "parks", true);
        List<Long> entries = queue.history().list(History.Filter.newest(100)).stream()
                .map(History.Entry::id)
                .toList();
        assertThat(history(new HistorySearch(null, null, null, null, null, 2))).isEqualTo(entries);
        assertThat(history(new HistorySearch("parks", null, null, null, null, 2)))
                .containsExactly(entries.get(0));
        assertThat(history(new HistorySearch(null, first, null, null, null, 2)))
                .isEqualTo(entries.subList(1, entries.size()));
        assertThat(history(new HistorySearch(null, null, null, "anna", null, 2)))
                .containsExactly(entries.get(0), entries.get(2));
        assertThat(history(new HistorySearch(null, null, null, "nobody", null, 2)))
                .isEmpty();
    }

    private List<Long> history(HistorySearch search) {
        return all(after -> monitor()
                        .history(new HistorySearch(
                                search.siteId(), search.taskId(), search.incidentId(), search.person(), after, 2)))
                .stream()
                .map(History.Entry::id)
                .toList();
    }

    @Test
    void bulkRunChangesAllThatMatch() {
        for (int id = 1; id <= 5; id++) {
            finish(takenOf(id), new TaskResult.Failed(BUSINESS));
        }
        queued("parks", 6, 0);
        TaskSearch failed = search(View.FAILED, SITE);
        BulkRun run = new BulkRun(
                "retry",
                ANNA,
                now(),
                after -> monitor().tasks(failed.withAfter(after)),
                (actor, task) -> task.reference().equals("2026/3")
                        ? Optional.of("not this one")
                        : queue.operations().retry(actor, task.id())
                                ? Optional.empty()
                                : Optional.of("it has changed meanwhile"));
        run.run();
        assertThat(run.progress().state()).isEqualTo(State.DONE);
        assertThat(run.progress().done()).isEqualTo(4);
        assertThat(run.progress().results())
                .filteredOn(result -> result.refusal() != null)
                .hasSize(1)
                .allMatch(result -> result.refusal().equals("not this one"));
        assertThat(queue.operations().list(TaskFilter.newest(10)))
                .filteredOn(task -> task.status() == TaskStatus.PENDING)
                .hasSize(5);
    }
}
