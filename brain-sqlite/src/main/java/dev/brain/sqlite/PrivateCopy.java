package dev.brain.sqlite;

import dev.brain.error.BrainException;
import dev.brain.error.UnavailableException;
import dev.brain.store.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * A file's private copy in a folder of its own.
 *
 * <p>SQLite makes the copy, so that it is one state of the file whoever writes meanwhile. To leave no trace beside the
 * file, how it is opened depends on what is there: opening a file that has a write-ahead log the usual way, even
 * read-only, would create the log and its index.
 *
 * @param folder only this user's
 * @param path the copy
 */
record PrivateCopy(Path folder, Path path) implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateCopy.class);
    private static final int TRIES = 20;

    static PrivateCopy of(StoreFile original) {
        synchronized (StoreFile.OPENING) {
            PrivateCopy copy = create();
            try {
                for (int attempt = 1; attempt <= TRIES; attempt++) {
                    if (copy.take(original)) {
                        return copy;
                    }
                    copy.empty();
                }
                throw new UnavailableException("cannot copy " + original.path()
                        + ": other programs open and close it all the time; try again");
            } catch (SQLException e) {
                copy.close();
                // only the copy is written to
                throw Errors.code(e) == SQLiteErrorCode.SQLITE_FULL
                        ? new UnavailableException(
                                "cannot copy " + original.path() + ": the temporary folder " + copy.folder.getParent()
                                        + " is full" + TemporaryFolder.ADVICE,
                                e)
                        : original.translate("read the queue", e);
            } catch (IOException e) {
                copy.close();
                throw new UnavailableException(
                        SideFiles.unreadable(original.path())
                                .map(blocked -> "cannot read the queue: " + blocked)
                                .orElse("cannot copy " + original.path() + " to the temporary folder "
                                        + copy.folder.getParent() + " (" + e.getMessage() + ")"
                                        + TemporaryFolder.ADVICE),
                        e);
            } catch (BrainException e) {
                copy.close();
                throw e;
            }
        }
    }

    private static PrivateCopy create() {
        Path folder = TemporaryFolder.create(TemporaryFolder.path(), "brain-");
        return new PrivateCopy(folder, folder.resolve("queue.db"));
    }

    /** False if somebody opened or closed the file meanwhile in a way that makes the copy doubtful. */
    private boolean take(StoreFile original) throws IOException, SQLException {
        Path index = original.beside("-shm");
        Path log = original.beside("-wal");
        Path journal = original.beside("-journal");
        if (!Files.exists(original.path())) {
            return true;
        }
        if (Files.exists(index)) {
            // In use, or left by a crash. Reads the index as it is, without the right to write it.
            vacuum(original, "mode=ro&readonly_shm=1");
            return true;
        }
        if (size(log) > 0) {
            // Left by a crash, and nobody has it open: the copy is put in order instead.
            return files(original, "", "-wal") && !Files.exists(index);
        }
        if (size(journal) > 0) {
            return withJournal(original);
        }
        if (SideFiles.hasWriteAheadLog(original.path())) {
            // Nobody has it open and all is in the file: read it without a look at its surroundings.
            vacuum(original, "mode=ro&immutable=1");
            return !Files.exists(index) && size(log) == 0;
        }
        vacuum(original, "mode=ro");
        return true;
    }

    /** Somebody is writing, or was when it crashed: then reading would have to roll back first. */
    private boolean withJournal(StoreFile original) throws IOException, SQLException {
        try {
            vacuum(original, "mode=ro");
            return true;
        } catch (SQLException e) {
            SQLiteErrorCode code = Errors.code(e);
            if (code != SQLiteErrorCode.SQLITE_READONLY && code != SQLiteErrorCode.SQLITE_CANTOPEN) {
                throw e;
            }
            Files.deleteIfExists(path);
            return files(original, "", "-journal");
        }
    }

    private void vacuum(StoreFile original, String parameters) throws SQLException {
        try (Sql sql = original.connect(parameters)) {
            sql.update("VACUUM INTO ?", path.toString());
        }
    }

    private boolean files(StoreFile original, String... suffixes) throws IOException {
        try {
            for (String suffix : suffixes) {
                Files.copy(original.beside(suffix), Path.of(path + suffix));
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

    private void empty() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void close() {
        try {
            empty();
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            LOG.warn("cannot delete the temporary copy {} ({}); delete it by hand", folder, e.getMessage());
        }
    }
}
