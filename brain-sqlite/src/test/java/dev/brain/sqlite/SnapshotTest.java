package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.queue.TaskFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy leaves no trace: neither in the file nor beside it. */
class SnapshotTest {
    private static final String ROW = "INSERT INTO tramite_queue (site_id, payload) VALUES ('s', '{\"idRecurso\": 1}')";

    @TempDir
    Path folder;

    @TempDir
    Path elsewhere;

    private Path file() {
        return folder.resolve("queue.db");
    }

    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return contents;
    }

    private void assertCopied(int tasks) throws IOException {
        Map<String, String> before = files(folder);
        try (SqliteStore copy = SqliteStore.builder(file()).snapshot()) {
            assertThat(copy.operations().list(TaskFilter.newest(100))).hasSize(tasks);
            assertThat(copy.queue().reserve(Drafts.of(7))).hasSize(1);
            assertThat(copy.sites().sites()).isEmpty();
            assertThat(files(folder)).as("while the copy is open").isEqualTo(before);
        }
        assertThat(files(folder)).isEqualTo(before);
    }

    @Test
    void ofAnOldFileWithoutAWriteAheadLog() throws IOException {
        TestDatabase.execute(file(), Seed.OLD_QUEUE, ROW);
        assertCopied(1);
    }

    @Test
    void ofAnOldFileWithAWriteAheadLog() throws IOException {
        TestDatabase.execute(file(), "PRAGMA journal_mode=WAL", Seed.OLD_QUEUE, ROW);
        assertThat(files(folder)).containsOnlyKeys("queue.db");
        assertCopied(1);
    }

    @Test
    void ofAFileOfOurs() throws IOException {
        SqliteStore.open(file()).close();
        TestDatabase.execute(file(), ROW);
        assertCopied(1);
    }

    @Test
    void ofAMissingFile() throws IOException {
        assertCopied(0);
        assertThat(files(folder)).isEmpty();
    }

    @Test
    void ofAnEmptyFile() throws IOException {
        Files.createFile(file());
        assertCopied(0);
    }

    /** What a process leaves behind that is killed: rows that stand in the log only. */
    private void crash(String... left) throws Exception {
        Path original = elsewhere.resolve("queue.db");
        try (Connection connection = TestDatabase.connect(original);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute(Seed.OLD_QUEUE);
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            statement.execute(ROW);
            for (String suffix : left) {
                Files.copy(Path.of(original + suffix), Path.of(file() + suffix));
            }
        }
    }

    @Test
    void ofAFileWithALogThatACrashLeft() throws Exception {
        crash("", "-wal", "-shm");
        assertCopied(1);
    }

    @Test
    void ofAFileWithALogThatWasMovedWithoutItsIndex() throws Exception {
        crash("", "-wal");
        assertCopied(1);
    }

    @Test
    void ofAFileWithAJournalThatACrashLeft() throws Exception {
        Path original = elsewhere.resolve("queue.db");
        TestDatabase.execute(original, Seed.OLD_QUEUE, ROW);
        try (Connection connection = TestDatabase.connect(original);
                Statement statement = connection.createStatement()) {
            // A small cache makes the unfinished transaction spill into the file, so that it must be rolled back.
            statement.execute("PRAGMA cache_size=1");
            statement.execute("PRAGMA cache_spill=1");
            statement.execute("BEGIN");
            statement.execute("UPDATE tramite_queue SET payload = zeroblob(3000000)");
            Files.copy(original, file());
            Files.copy(Path.of(original + "-journal"), Path.of(file() + "-journal"));
            statement.execute("ROLLBACK");
        }
        assertThat(Files.size(file())).isGreaterThan(1_000_000);
        assertCopied(1);
        try (SqliteStore copy = SqliteStore.builder(file()).snapshot()) {
            assertThat(copy.operations().list(TaskFilter.newest(1)).get(0).payload())
                    .isEqualTo("{\"idRecurso\": 1}");
        }
    }

    @Test
    void ofAFileThatIsInUse() throws Exception {
        try (SqliteStore store = SqliteStore.open(file());
                Connection writing = TestDatabase.connect(file());
                Statement statement = writing.createStatement()) {
            store.queue().reserve(Drafts.of(1, 2));
            statement.execute("BEGIN IMMEDIATE");
            statement.execute(ROW);
            Map<String, String> before = files(folder);
            try (SqliteStore copy = SqliteStore.builder(file()).snapshot()) {
                assertThat(copy.operations().list(TaskFilter.newest(10)))
                        .as("what is committed, and no more")
                        .hasSize(2);
                assertThat(copy.queue().unsettled())
                        .as("they are the other run's, which lives")
                        .isEmpty();
            }
            Map<String, String> after = files(folder);
            // The log's index is memory that all who read it share; it is made anew at will.
            before.remove("queue.db-shm");
            after.remove("queue.db-shm");
            assertThat(after).isEqualTo(before);
            statement.execute("COMMIT");
            assertThat(store.operations().list(TaskFilter.newest(10))).hasSize(3);
        }
    }

    @Test
    void ofAFileThatAnotherProcessUses() throws Exception {
        try (OtherProcess other = OtherProcess.start(file(), 2)) {
            assertThat(other.reserved()).isEqualTo(2);
            try (SqliteStore copy = SqliteStore.builder(file()).snapshot()) {
                assertThat(copy.operations().list(TaskFilter.newest(10))).hasSize(2);
            }
            try (SqliteStore store = SqliteStore.open(file())) {
                assertThat(store.queue().reserve(Drafts.of(1, 2, 3))).hasSize(1);
            }
        }
        assertCopied(3);
    }

    @Test
    void itGoesWhenItIsClosed() {
        SqliteStore copy = SqliteStore.builder(file()).snapshot();
        String name = copy.toString();
        Path private_ = Path.of(name.substring(name.indexOf('[') + 1, name.indexOf(']')));
        assertThat(private_).exists();
        copy.close();
        assertThat(private_.getParent()).doesNotExist();
    }
}
