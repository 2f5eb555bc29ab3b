package dev.brain.sqlite;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskStatus;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An obstacle to a store is reported in one line and loses nothing. When it is gone, the store works again. */
class SqliteErrorsTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("queue.db");
    }

    private SqliteStore impatient() {
        return SqliteStore.builder(file()).busyTimeout(Duration.ofMillis(20)).open();
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFailure(
            Class<? extends BrainException> type, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOf(type)
                .satisfies(failure ->
                        assertThat(String.valueOf(failure.getMessage())).doesNotContain("\n"));
    }

    @Test
    void aLockThatLastsTooLongIsUnavailableAndLosesNothing() throws Exception {
        try (SqliteStore store = impatient()) {
            Reservation reservation = store.queue().reserve(Drafts.of(1)).get(0);
            try (Connection other = TestDatabase.connect(file());
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                assertFailure(UnavailableException.class, () -> store.queue().reserve(Drafts.of(2)))
                        .hasMessageContaining("locked for longer than 20 ms")
                        .hasMessageContaining(file().toString());
                assertFailure(
                        UnavailableException.class,
                        () -> store.queue().settle(List.of(new Settlement(reservation, CONFIRM))));
                assertThat(store.operations().list(TaskFilter.newest(10)))
                        .as("readers don't wait")
                        .hasSize(1);
                assertThat(store.queue().unsettled()).containsExactly(reservation);
                statement.execute("COMMIT");
            }
            assertThat(store.queue().settle(List.of(new Settlement(reservation, CONFIRM))))
                    .isEqualTo(1);
            assertThat(store.queue().reserve(Drafts.of(1, 2))).hasSize(1);
        }
    }

    @Test
    void aFileThatIsLockedAtTheStartIsUnavailable() throws Exception {
        TestDatabase.execute(file(), Seed.OLD_QUEUE);
        try (Connection other = TestDatabase.connect(file());
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN EXCLUSIVE");
            assertFailure(UnavailableException.class, this::impatient).hasMessageContaining("locked");
            statement.execute("COMMIT");
        }
        impatient().close();
    }

    @Test
    void aDiskThatIsFullIsUnavailableAndLosesNothing() {
        try (SqliteStore store = SqliteStore.open(file())) {
            Reservation reservation = store.queue().reserve(Drafts.of(1)).get(0);
            // The limit is the file's size as it is now, so that the next page can't be had.
            pragma(store, "PRAGMA max_page_count=1");
            int[] many = IntStream.rangeClosed(2, 2000).toArray();
            assertFailure(UnavailableException.class, () -> store.queue().reserve(Drafts.of(many)))
                    .hasMessageContaining("full")
                    .hasMessageContaining(file().toString());
            assertThat(store.operations().list(TaskFilter.newest(10_000))).hasSize(1);
            assertThat(store.queue().settle(List.of(new Settlement(reservation, CONFIRM))))
                    .as("what needs no room still works")
                    .isEqualTo(1);
            pragma(store, "PRAGMA max_page_count=1000000");
            assertThat(store.queue().reserve(Drafts.of(many))).hasSize(1999);
        }
    }

    private static void pragma(SqliteStore store, String sql) {
        store.writer().run("set a limit", connection -> connection.value(sql));
    }

    @Test
    void whatIsNoSqliteFileIsSaidToBeNoneAndStaysAsItIs() throws IOException {
        String text = "not a database, but long enough to have a header: ".repeat(50);
        Files.writeString(file(), text);
        assertFailure(ConfigurationException.class, () -> SqliteStore.open(file()))
                .hasMessageContaining("not a SQLite file")
                .hasMessageContaining(file().toString());
        assertFailure(
                        ConfigurationException.class,
                        () -> SqliteStore.builder(file()).snapshot())
                .hasMessageContaining("not a SQLite file");
        assertThat(file()).hasContent(text);
    }

    @Test
    void aFolderIsSaidToBeOne() {
        assertFailure(ConfigurationException.class, () -> SqliteStore.open(folder))
                .hasMessageContaining(folder + " is a folder");
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws IOException {
        Path taken = Files.writeString(folder.resolve("taken"), "a file");
        assertFailure(ConfigurationException.class, () -> SqliteStore.open(taken.resolve("db/queue.db")))
                .hasMessageContaining(taken.resolve("db").toString());
    }

    @Test
    void aFileThatSqliteMayOnlyReadIsSaidToBeReadOnly() throws IOException {
        SqliteStore.open(file()).close();
        TestDatabase.execute(file(), "PRAGMA journal_mode=DELETE");
        writeVersion(3);
        assertFailure(ConfigurationException.class, () -> SqliteStore.open(file()))
                .hasMessageContaining("read-only")
                .hasMessageContaining(file().toString());
        writeVersion(1);
        SqliteStore.open(file()).close();
    }

    /** A version of the format above 2 in this place makes a file read-only, for whoever opens it. */
    private void writeVersion(int version) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file().toFile(), "rw")) {
            bytes.seek(18);
            bytes.write(version);
        }
    }

    @Test
    void aFileThatIsGoneIsNeverMadeAnewAndNothingIsLostWhenItIsBack() throws IOException {
        Path away = Files.createDirectory(folder.resolve("away"));
        try (SqliteStore store = SqliteStore.open(file())) {
            Reservation reservation = store.queue().reserve(Drafts.of(1)).get(0);
            move(folder, away);
            assertGone(store, reservation);
            assertThat(file()).doesNotExist();

            Files.createFile(file());
            assertGone(store, reservation);
            assertThat(file()).isEmptyFile();

            TestDatabase.execute(file(), "CREATE TABLE cases (id INTEGER)");
            assertGone(store, reservation);
            assertThat(TestDatabase.column(file(), "SELECT name FROM sqlite_schema"))
                    .containsExactly("cases");

            Files.delete(file());
            move(away, folder);
            assertThat(store.queue().settle(List.of(new Settlement(reservation, CONFIRM))))
                    .isEqualTo(1);
            assertThat(store.operations().list(TaskFilter.newest(10)))
                    .singleElement()
                    .satisfies(task -> assertThat(task.status()).isEqualTo(TaskStatus.PENDING));
        }
        assertThat(TestDatabase.column(file(), "SELECT status FROM tramite_queue"))
                .containsExactly("pending");
    }

    /** Moves the queue's file and the files that SQLite keeps beside it. */
    private static void move(Path from, Path to) throws IOException {
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.move(from.resolve("queue.db" + suffix), to.resolve("queue.db" + suffix));
        }
    }

    private void assertGone(SqliteStore store, Reservation reservation) {
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> store.queue().settle(List.of(new Settlement(reservation, CONFIRM))),
                () -> store.operations().list(TaskFilter.newest(10)))) {
            assertFailure(UnavailableException.class, call)
                    .hasMessageContaining(file() + " is gone")
                    .hasMessageContaining("put the queue back");
        }
    }
}
