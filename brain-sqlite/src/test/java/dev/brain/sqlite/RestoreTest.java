package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.history.Actor;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue whose file is backed up in the middle of work, and restored later. */
class RestoreTest {
    private static final Actor ANNA = new Actor("anna");

    @TempDir
    Path folder;

    private final List<Long> filed = new ArrayList<>();

    private List<Lease> take(SqliteStore store, int most) {
        return store.queue()
                .take(new TakeRequest("robot", most, Duration.ofHours(1), List.of(SiteLimits.none(Drafts.SITE))));
    }

    private void file(SqliteStore store, Lease lease) {
        filed.add(lease.taskId());
        assertThat(store.queue().finish(lease, new TaskResult.Completed(null))).isTrue();
    }

    @Test
    void aBackupFromTheMiddleOfWorkFilesNothingTwiceAndForgetsNothing() {
        Path backup = folder.resolve("backup.db");
        Path marked = folder.resolve("marked.db");
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"))) {
            WorkerProcess.queue(store.queue(), 10);
            take(store, 3).forEach(lease -> file(store, lease));
            List<Lease> inWork = take(store, 2);
            store.backUp(backup);
            inWork.forEach(lease -> file(store, lease));
            take(store, 3).forEach(lease -> file(store, lease));
            Lease late = take(store, 1).get(0);

            try (SqliteStore copy = SqliteStore.builder(backup).snapshot()) {
                assertThat(copy.operations().markRestored(ANNA)).isEqualTo(7);
                copy.backUp(marked);
            }
            assertThatThrownBy(() -> store.restore(marked)).hasMessageContaining("is in work at robot");
            // its worker is suspended until its lease has run out
            TestDatabase.execute(
                    folder.resolve("queue.db"), "UPDATE tramite_queue SET lease_until = 1 WHERE id = " + late.taskId());
            store.restore(marked);

            assertThat(take(store, 10)).isEmpty();
            assertThat(store.queue().finish(late, new TaskResult.Completed(null)))
                    .as("a lease from after the backup")
                    .isFalse();
            List<Task> held = store.operations().list(new TaskFilter(Set.of(), Set.of(TaskStatus.HELD), null, 100));
            assertThat(held).hasSize(7);
            // a person compares them with the site
            held.stream()
                    .filter(task -> filed.contains(task.id()))
                    .forEach(task -> assertThat(store.operations().cancel(ANNA, task.id()))
                            .isTrue());
            assertThat(store.operations().approveRestored(ANNA)).isEqualTo(2);
            take(store, 10).forEach(lease -> file(store, lease));
            assertThat(filed).doesNotHaveDuplicates().hasSize(10);
        }
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"))) {
            assertThat(store.operations().list(TaskFilter.newest(100)))
                    .hasSize(10)
                    .noneMatch(task -> task.status().isActive());
        }
    }
}
