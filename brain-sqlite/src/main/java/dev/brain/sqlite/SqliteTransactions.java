package dev.brain.sqlite;

import dev.brain.check.Finding;
import dev.brain.internal.Closing;
import dev.brain.store.StoreDialect;
import dev.brain.store.Transactions;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs transactions on a file. Writes share commits, and reads never wait for writes. Thread-safe. */
final class SqliteTransactions implements Transactions {
    private final StoreFile file;
    private final GroupCommitWriter writer;
    private final ReadPool readers;
    private final @Nullable PrivateCopy copy;
    private final Optional<FileStamp> stamp;

    /**
     * Opens the file.
     *
     * @param copy the private copy that the file belongs to, which is closed with this, also if the file can't be opened;
     *     null if the file is not a copy
     * @param stamp the stamp of the copy's original before it was copied
     */
    SqliteTransactions(StoreFile file, @Nullable PrivateCopy copy, Optional<FileStamp> stamp) {
        this.file = file;
        this.stamp = stamp;
        this.copy = copy;
        this.readers = new ReadPool(file);
        this.writer = Closing.orClose(() -> writer(file), copy);
    }

    private static GroupCommitWriter writer(StoreFile file) {
        try {
            return new GroupCommitWriter(file, file.openWriter(true), GroupCommitWriter.HOLD);
        } catch (SQLException e) {
            throw file.translate("open the queue", e);
        }
    }

    @Override
    public StoreDialect dialect() {
        return SqliteStoreDialect.INSTANCE;
    }

    @Override
    public <T> T read(String what, Work<T> work) {
        return readers.run(what, work);
    }

    @Override
    public <T> T write(String what, Work<T> work) {
        return writer.run(what, work);
    }

    @Override
    public void whenRestored(RestoredWork work) {
        writer.whenRestored(work);
        if (this.<Long>read("look at the queue's stamp", writer::missing) > 0) {
            write("hold the tasks of an earlier copy", sql -> 0);
        }
    }

    @Override
    public List<Finding> check() {
        long missing = stamp.isEmpty()
                ? 0
                : read("look for changes that are missing", sql -> stamp.get().missing(sql));
        return missing == 0
                ? List.of()
                : List.of(Finding.error(
                        "restored",
                        file.original() + " is an earlier copy that was put in place by hand, and lacks at least "
                                + missing + " changes; the next command that opens it for work holds its tasks"));
    }

    @Override
    public void close() {
        try (copy;
                readers;
                writer) {
            // the writer is closed first
        } catch (SQLException e) {
            throw file.translate("close the queue", e);
        }
    }

    /** For tests. */
    GroupCommitWriter writer() {
        return writer;
    }
}
