package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.internal.file.FileAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use the queue's file, and what becomes of it where this user may not. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has no POSIX permissions")
class FilePermissionsTest {
    private static final String ROW = "INSERT INTO tramite_queue (site_id, payload) VALUES ('s', '{\"idRecurso\": 1}')";

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("queue.db");
    }

    private static void setMode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private static List<String> modes(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> modes = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                modes.add(
                        file.getFileName() + " " + PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            }
            return modes;
        }
    }

    @Test
    void aNewQueueIsItsOwnersOnly() throws IOException {
        Path db = folder.resolve("db");
        try (SqliteStore store = SqliteStore.open(db.resolve("queue.db"))) {
            assertThat(store.queue().reserve(Drafts.of(1))).hasSize(1);
            assertThat(modes(db))
                    .containsExactly("queue.db rw-------", "queue.db-shm rw-------", "queue.db-wal rw-------");
        }
        assertThat(modes(folder)).containsExactly("db rwx------");
    }

    @Test
    void aNewQueueIsSharedWithItsGroupOnPurpose() throws IOException {
        Path db = folder.resolve("db");
        try (SqliteStore store = SqliteStore.builder(db.resolve("queue.db"))
                .fileAccess(FileAccess.GROUP)
                .open()) {
            assertThat(store.queue().reserve(Drafts.of(1))).hasSize(1);
            assertThat(modes(db))
                    .containsExactly("queue.db rw-rw----", "queue.db-shm rw-rw----", "queue.db-wal rw-rw----");
        }
        assertThat(modes(folder)).containsExactly("db rwxrwx---");
    }

    @Test
    void aQueueThatIsThereKeepsItsPermissions() throws IOException {
        TestDatabase.execute(file(), Seed.OLD_QUEUE);
        setMode(file(), "rw-rw-r--");
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(store.queue().reserve(Drafts.of(1))).hasSize(1);
            assertThat(modes(folder))
                    .containsExactly("queue.db rw-rw-r--", "queue.db-shm rw-rw-r--", "queue.db-wal rw-rw-r--");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "WAL"})
    void whoMayOnlyReadLeavesNothingBehind(String journal) throws IOException {
        TestDatabase.execute(file(), "PRAGMA journal_mode=" + journal, Seed.OLD_QUEUE, ROW);
        setMode(file(), "r--r--r--");
        byte[] before = Files.readAllBytes(file());

        assertThat(StoreProcess.snapshot(file())).isEqualTo("tasks 1");
        assertThat(StoreProcess.open(file()))
                .startsWith("cannot open the queue: " + file() + " can't be written by this user (it belongs to ")
                .hasLineCount(1);

        assertThat(modes(folder)).containsExactly("queue.db r--r--r--");
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void aSystemOfRecordThatMayOnlyBeReadIsReadWithoutATrace() throws Exception {
        TestDatabase.execute(file(), "CREATE TABLE cases (id INTEGER)");
        setMode(file(), "r--r--r--");
        assertThat(StoreProcess.source(file())).isEqualTo("connected");
        setMode(file(), "rw-r--r--");
        TestDatabase.execute(file(), "PRAGMA journal_mode=WAL");
        setMode(file(), "r--r--r--");
        assertThat(StoreProcess.source(file())).contains(file() + " can't be written by this user");
        assertThat(modes(folder)).containsExactly("queue.db r--r--r--");
    }

    @Test
    void aSideFileOfAnotherUserIsNamed() throws IOException {
        SqliteStore.open(file()).close();
        Path log = Files.createFile(folder.resolve("queue.db-wal"));
        setMode(log, "r--r--r--");

        assertThat(StoreProcess.open(file()))
                .startsWith("cannot open the queue: " + log + " can't be written by this user (it belongs to ")
                .hasLineCount(1);

        Path index = Files.createFile(folder.resolve("queue.db-shm"));
        setMode(index, "---------");
        assertThat(StoreProcess.snapshot(file()))
                .startsWith("cannot read the queue: " + index + " can't be read by this user")
                .hasLineCount(1);
    }
}
