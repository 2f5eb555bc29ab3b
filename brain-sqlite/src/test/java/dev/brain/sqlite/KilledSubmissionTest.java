package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.History.Entry;
import dev.brain.history.History.Event;
import dev.brain.history.History.Filter;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue.Step;
import dev.brain.queue.TaskStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real processes that are really killed before, during and after a submission. */
class KilledSubmissionTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("queue.db");
    }

    @Test
    void aDeathWithinTheSubmissionNeedsAPerson() throws Exception {
        onlyADeathWithinTheSubmissionNeedsAPerson("pressed", TaskStatus.FAILED);
    }

    @ParameterizedTest
    @Tag("slow")
    @CsvSource({
        "begun, COMPLETED",
        "prepared, COMPLETED",
        "submitting, FAILED",
        "pressed, FAILED",
        "submitted, COMPLETED",
        "confirmed, COMPLETED"
    })
    void onlyADeathWithinTheSubmissionNeedsAPerson(String point, TaskStatus end) throws Exception {
        queue(1);
        killedAt(point);
        drained();
        try (SqliteStore store = WorkerProcess.store(file())) {
            Task task = store.operations().list(TaskFilter.newest(1)).get(0);
            assertThat(task.status()).isEqualTo(end);
            assertSubmittedOnceOrReported(store, List.of(task));
        }
    }

    @Test
    @Tag("slow")
    void killedAgainAndAgainNothingIsLostAndNothingIsFiledTwice() throws Exception {
        int kills = 48;
        queue(kills);
        for (int i = 0; i < kills; i++) {
            killedAt(SubmittingProcess.POINTS.get(i % SubmittingProcess.POINTS.size()));
        }
        drained();
        try (SqliteStore store = WorkerProcess.store(file())) {
            List<Task> tasks = store.operations().list(TaskFilter.newest(kills));
            assertThat(tasks).hasSize(kills).noneMatch(task -> task.status().isActive());
            assertSubmittedOnceOrReported(store, tasks);
        }
    }

    private void queue(int tasks) throws Exception {
        try (SqliteStore store = WorkerProcess.store(file())) {
            WorkerProcess.queue(store.queue(), tasks);
        }
    }

    /** Kills a worker at the first task that reaches that point. */
    private void killedAt(String point) throws Exception {
        try (WorkerProcess worker = SubmittingProcess.start(file())) {
            while (!worker.told().startsWith(point + " ")) {
                worker.say("go on");
            }
        }
        // its leases run out
        FileClock.beside(file()).advance(WorkerProcess.LEASE.plusSeconds(1));
    }

    /** Does what is left. */
    private void drained() throws Exception {
        try (WorkerProcess worker = SubmittingProcess.start(file())) {
            worker.ignoreWhatIsTold();
            assertThat(worker.stop()).isZero();
        }
    }

    private void assertSubmittedOnceOrReported(SqliteStore store, List<Task> tasks) throws Exception {
        List<Long> filed = SubmittingProcess.filed(file());
        Set<String> reported = Set.copyOf(store.incidents().list(Set.of(), true, 100).stream()
                .filter(incident -> incident.report().code() == IncidentCode.SUBMIT_UNKNOWN)
                .map(incident -> String.valueOf(incident.report().resourceId()))
                .toList());
        for (Task task : tasks) {
            List<Step> receipts = store.queue().steps(task.id()).stream()
                    .filter(Step::submission)
                    .toList();
            int times = Collections.frequency(filed, task.id());
            assertThat(times).as("task %d was filed that often", task.id()).isLessThanOrEqualTo(1);
            if (task.status() == TaskStatus.COMPLETED) {
                assertThat(times).isEqualTo(1);
                assertThat(receipts).containsExactly(new Step("file", "\"receipt of " + task.id() + "\"", true));
            } else {
                assertThat(task.failureCode()).isEqualTo("SUBMIT_UNKNOWN");
                assertThat(reported).contains(String.valueOf(task.resourceId()));
                assertThat(receipts).isEmpty();
            }
            assertToldOnce(store, task);
        }
    }

    /** What is filed and what the history tells agree. */
    private static void assertToldOnce(SqliteStore store, Task task) {
        List<Event> events = new ArrayList<>(store.history().list(Filter.ofTask(task.id(), 1000)).stream()
                .map(Entry::event)
                .toList());
        assertThat(Collections.frequency(events, Event.SUBMITTING)).isEqualTo(1);
        assertThat(Collections.frequency(events, Event.SUBMITTED))
                .isEqualTo(task.status() == TaskStatus.COMPLETED ? 1 : 0);
        assertThat(events.get(0)).isEqualTo(task.status() == TaskStatus.COMPLETED ? Event.COMPLETED : Event.FAILED);
    }
}
