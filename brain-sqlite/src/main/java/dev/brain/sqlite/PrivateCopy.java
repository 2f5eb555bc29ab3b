package dev.brain.sqlite;

import dev.brain.error.UnavailableException;
import dev.brain.internal.Closing;
import dev.brain.store.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * A private copy of a file, in a folder of its own.
 *
 * <p>SQLite makes the copy, so that it is consistent even if other programs write meanwhile. The original is opened in a
 * way that leaves no files beside it: opening a file with a write-ahead log in the usual way, even read-only, would create
 * the log and its index.
 *
 * @param folder accessible to this user only
 */
record PrivateCopy(TemporaryFolder folder) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateCopy.class);
    private static final int TRIES = 20;

    /** Returns the copy. */
    Path path() {
        return folder.path().resolve("queue.db");
    }

    static PrivateCopy of(StoreFile original) {
        synchronized (StoreFile.OPENING) {
            PrivateCopy copy = new PrivateCopy(TemporaryFolder.create(TemporaryFolder.parent(), "brain-"));
            return Closing.orClose(
                    () -> {
                        copy.fill(original);
                        return copy;
                    },
                    copy);
        }
    }

    private void fill(StoreFile original) {
        try {
            for (int attempt = 1; attempt <= TRIES; attempt++) {
                if (take(original)) {
                    return;
                }
                folder.empty();
            }
        } catch (SQLException e) {
            // only the copy is written to
            throw Errors.code(e) == SQLiteErrorCode.SQLITE_FULL
                    ? new UnavailableException(
                            "cannot copy " + original.path() + ": the temporary folder "
                                    + folder.path().getParent() + " is full" + TemporaryFolder.ADVICE,
                            e)
                    : original.translate("read the queue", e);
        } catch (IOException e) {
            throw new UnavailableException(
                    SideFiles.unreadable(original.path())
                            .map(blocked -> "cannot read the queue: " + blocked)
                            .orElse("cannot copy " + original.path() + " to the temporary folder "
                                    + folder.path().getParent() + " (" + e.getMessage() + ")" + TemporaryFolder.ADVICE),
                    e);
        }
        throw new UnavailableException(
                "cannot copy " + original.path() + ": other programs open and close it all the time; try again");
    }

    /** Returns false if the copy may be inconsistent, because another program opened or closed the file meanwhile. */
    private boolean take(StoreFile original) throws IOException, SQLException {
        Path index = SideFiles.of(original.path(), "-shm");
        Path log = SideFiles.of(original.path(), "-wal");
        Path journal = SideFiles.of(original.path(), "-journal");
        if (!Files.exists(original.path())) {
            return true;
        }
        if (Files.exists(index)) {
            // in use, or left by a crash: the index is read as it is, and never written
            vacuum(original, "mode=ro&readonly_shm=1");
            return true;
        }
        if (size(log) > 0) {
            // left by a crash, and no program has it open: the copy is recovered instead
            return files(original, "", "-wal") && !Files.exists(index);
        }
        if (size(journal) > 0) {
            return withJournal(original);
        }
        if (SideFiles.hasWriteAheadLog(original.path())) {
            // no program has it open, and the file is complete: it is read without looking for its side files
            vacuum(original, "mode=ro&immutable=1");
            return !Files.exists(index) && size(log) == 0;
        }
        vacuum(original, "mode=ro");
        return true;
    }

    /** Another program is writing, or crashed while it wrote. In the latter case, reading would roll back first. */
    private boolean withJournal(StoreFile original) throws IOException, SQLException {
        try {
            vacuum(original, "mode=ro");
            return true;
        } catch (SQLException e) {
            SQLiteErrorCode code = Errors.code(e);
            if (code != SQLiteErrorCode.SQLITE_READONLY && code != SQLiteErrorCode.SQLITE_CANTOPEN) {
                throw e;
            }
            Files.deleteIfExists(path());
            return files(original, "", "-journal");
        }
    }

    private void vacuum(StoreFile original, String parameters) throws SQLException {
        try (Sql sql = original.connect(parameters)) {
            sql.update("VACUUM INTO ?", path().toString());
        }
    }

    private boolean files(StoreFile original, String... suffixes) throws IOException {
        try {
            for (String suffix : suffixes) {
                Files.copy(SideFiles.of(original.path(), suffix), SideFiles.of(path(), suffix));
            }
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        try {
            folder.delete();
        } catch (IOException e) {
            LOG.warn("cannot delete the temporary copy {} ({}); delete it by hand", folder.path(), e.getMessage());
        }
    }
}
