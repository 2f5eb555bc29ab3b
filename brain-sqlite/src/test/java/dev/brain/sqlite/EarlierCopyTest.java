package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.check.Finding;
import dev.brain.history.Actor;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that is put in the place of the queue's file by hand. */
class EarlierCopyTest {
    private static final Actor ANNA = new Actor("anna");

    @TempDir
    Path folder;

    private Path file;
    private Path backup;

    @BeforeEach
    void name() {
        file = folder.resolve("queue.db");
        backup = folder.resolve("backup.db");
    }

    private static List<Lease> take(SqliteStore store, int most) {
        return store.queue()
                .take(new TakeRequest("robot", most, Duration.ofHours(1), List.of(SiteLimits.none(Drafts.SITE))));
    }

    private static void work(SqliteStore store, int tasks) {
        take(store, tasks)
                .forEach(lease -> assertThat(store.queue().finish(lease, new TaskResult.Completed(null)))
                        .isTrue());
    }

    private static List<TaskStatus> statuses(SqliteStore store) {
        return store.operations().list(TaskFilter.newest(100)).stream()
                .map(task -> task.status())
                .distinct()
                .toList();
    }

    private static boolean isMarked(SqliteStore store) {
        return store.incidents().openCodes().values().stream().anyMatch(codes -> codes.contains(IncidentCode.RESTORED));
    }

    /** Five tasks, of which two were done after the backup. */
    private void workAfterABackup() {
        try (SqliteStore store = SqliteStore.open(file)) {
            WorkerProcess.queue(store.queue(), 5);
            store.backUp(backup);
            work(store, 2);
        }
    }

    private void putInPlace(Path copy) throws IOException {
        Files.deleteIfExists(SideFiles.of(file, "-wal"));
        Files.deleteIfExists(SideFiles.of(file, "-shm"));
        // like 'mv', which gives the name to another file
        Path moved = Files.copy(copy, folder.resolve("moved.db"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(moved, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private void assertIsNoEarlierCopy(Path path) {
        try (SqliteStore store = SqliteStore.open(path)) {
            assertThat(isMarked(store)).isFalse();
            assertThat(statuses(store)).doesNotContain(TaskStatus.HELD);
        }
    }

    @Test
    void itsTasksAreHeldLikeThoseOfARestoredQueue() throws IOException {
        workAfterABackup();
        putInPlace(backup);

        try (SqliteStore look = SqliteStore.builder(file).snapshotOfExisting()) {
            assertThat(look.check())
                    .anyMatch(finding -> finding.level() == Finding.Level.ERROR
                            && finding.message().contains("earlier copy that was put in place by hand"));
            assertThat(isMarked(look)).as("a look changes nothing").isFalse();
        }
        try (SqliteStore store = SqliteStore.open(file)) {
            assertThat(take(store, 9)).isEmpty();
            assertThat(statuses(store)).containsExactly(TaskStatus.HELD);
            assertThat(isMarked(store)).isTrue();
            assertThat(store.operations().approveRestored(ANNA)).isEqualTo(5);
        }
        try (SqliteStore store = SqliteStore.open(file)) {
            assertThat(isMarked(store)).as("noticed once").isFalse();
            assertThat(take(store, 9)).hasSize(5);
        }
        try (SqliteStore look = SqliteStore.builder(file).snapshotOfExisting()) {
            assertThat(look.check()).isEmpty();
        }
        putInPlace(backup);
        try (SqliteStore store = SqliteStore.open(file)) {
            assertThat(isMarked(store)).as("put in place again").isTrue();
        }
    }

    @Test
    void aProcessThatHasTheFileOpenHandsOutNothingOfACopy() throws IOException {
        workAfterABackup();
        try (SqliteStore store = SqliteStore.open(file)) {
            take(store, 1);
            putInPlace(backup);
            assertThat(take(store, 9)).isEmpty();
            assertThat(statuses(store)).containsExactly(TaskStatus.HELD);
        }
    }

    @Test
    void aCopyThatIsPutInPlaceBeforeTheProcessEndsIsNoticedByTheNext() throws IOException {
        workAfterABackup();
        try (SqliteStore store = SqliteStore.open(file)) {
            take(store, 1);
            putInPlace(backup);
        }
        try (SqliteStore store = SqliteStore.open(file)) {
            assertThat(take(store, 9)).isEmpty();
        }
    }

    @Test
    void ofTwoProcessesOnlyOneHoldsTheTasks() throws IOException {
        workAfterABackup();
        try (SqliteStore first = SqliteStore.open(file);
                SqliteStore second = SqliteStore.open(file)) {
            putInPlace(backup);
            assertThat(take(first, 9)).isEmpty();
            assertThat(first.operations().approveRestored(ANNA)).isEqualTo(5);
            assertThat(take(second, 9)).hasSize(5);
        }
    }

    @Test
    void whatIsInUseIsNoEarlierCopy() throws Exception {
        workAfterABackup();
        assertIsNoEarlierCopy(file);
        try (SqliteStore store = SqliteStore.open(file);
                SqliteStore other = SqliteStore.open(file)) {
            work(other, 1);
            TestDatabase.execute(
                    file,
                    "INSERT INTO tramite_queue (site_id, payload) VALUES ('fines', '{}')",
                    "UPDATE tramite_queue SET status = 'completed' WHERE id = (SELECT max(id) FROM tramite_queue)");
            assertThat(isMarked(store)).isFalse();
        }
        assertIsNoEarlierCopy(file);
        TestDatabase.execute(file, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)");
        assertIsNoEarlierCopy(file);
        try (WorkerProcess worker = WorkerProcess.start(file, WorkerProcess.PATIENCE)) {
            worker.allow(1);
            worker.told();
        }
        assertIsNoEarlierCopy(file);
    }

    @Test
    void aMovedQueueIsNoEarlierCopy() throws IOException {
        workAfterABackup();
        Path moved = folder.resolve("moved-queue.db");
        Files.move(FileStamp.beside(file), FileStamp.beside(moved));
        Files.move(file, moved);
        assertIsNoEarlierCopy(moved);
        Files.delete(FileStamp.beside(moved));
        assertIsNoEarlierCopy(moved);
    }

    @Test
    void anotherQueueInItsPlaceIsNoEarlierCopy() throws IOException {
        workAfterABackup();
        Path another = folder.resolve("another.db");
        try (SqliteStore store = SqliteStore.open(another)) {
            WorkerProcess.queue(store.queue(), 1);
        }
        putInPlace(another);
        assertIsNoEarlierCopy(file);
        Files.delete(file);
        assertIsNoEarlierCopy(file);
    }

    @Test
    void aStampThatIsDamagedOrCannotBeWrittenDoesNoHarm() throws IOException {
        workAfterABackup();
        Path stamp = FileStamp.beside(file);
        String whole = Files.readString(stamp);
        for (String damaged : List.of("", whole.substring(0, 30), whole.replace('0', '9'))) {
            Files.writeString(stamp, damaged);
            assertIsNoEarlierCopy(file);
        }
        Files.deleteIfExists(stamp);
        Files.createDirectory(stamp);
        try (SqliteStore store = SqliteStore.open(file)) {
            work(store, 1);
        }
        assertIsNoEarlierCopy(file);
    }

    @Test
    void aQueueWithoutDurableCommitsHasNoStamp() {
        try (SqliteStore store = SqliteStore.builder(file)
                .synchronous(SqliteStore.Synchronous.NORMAL)
                .open()) {
            WorkerProcess.queue(store.queue(), 1);
        }
        assertThat(FileStamp.beside(file)).doesNotExist();
    }

    @Test
    void theNumbersAreAboveThoseOfTheReplacedQueue() throws IOException {
        workAfterABackup();
        // what was handed out since the backup, and more than is skipped in any case
        TestDatabase.execute(
                file,
                "UPDATE sqlite_sequence SET seq = 7000000 WHERE name = 'tramite_queue'",
                "UPDATE sqlite_sequence SET seq = 5000000 WHERE name = 'brain_history'");
        try (SqliteStore store = SqliteStore.open(file)) {
            store.operations().hold(ANNA, 3, "to make a change");
        }
        Path copy = folder.resolve("copy.db");
        Files.copy(file, copy);
        putInPlace(backup);
        try (SqliteStore store = SqliteStore.open(file)) {
            WorkerProcess.queue(store.queue(), 6);
            assertThat(store.operations().list(TaskFilter.newest(1)).get(0).id())
                    .isGreaterThan(5_000_000);
        }
        Files.delete(file);
        Files.delete(FileStamp.beside(file));
        Files.copy(copy, file);
        try (SqliteStore store = SqliteStore.open(file)) {
            store.restore(backup);
            WorkerProcess.queue(store.queue(), 6);
            assertThat(store.operations().list(TaskFilter.newest(1)).get(0).id())
                    .isGreaterThan(7_000_000);
        }
    }
}
