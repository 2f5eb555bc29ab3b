package dev.brain.sqlite;

import dev.brain.store.Sql;
import dev.brain.store.Transactions.RestoredWork;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link FileStamp} of a file that is written to, and notices an earlier copy in its place. Used by one thread at a
 * time. Does nothing for a file whose last commits may be undone by a loss of power: it would look like an earlier copy.
 */
final class StampKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(StampKeeper.class);

    /** The shortest time between two stamps, except for the one when the file is closed. */
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final StoreFile file;
    private final boolean isKept;
    private long writtenAt = System.nanoTime();
    private @Nullable RestoredWork work;
    private boolean isChecked;

    StampKeeper(StoreFile file) {
        this.file = file;
        this.isKept = file.synchronous() == SqliteStore.Synchronous.FULL;
    }

    /** Sets what is done with an earlier copy. */
    void whenRestored(RestoredWork restoredWork) {
        this.work = restoredWork;
    }

    /** Notes that another file may have the name now. */
    void opened() {
        isChecked = false;
    }

    /** Returns how many changes the file lacks, as far as it is known; 0 if it is no earlier copy. */
    long missing(Sql sql) throws SQLException {
        // the stamp first: the file may get changes and their stamp meanwhile
        Optional<FileStamp> stamp = isKept ? FileStamp.read(file.path()) : Optional.empty();
        return stamp.isPresent() ? stamp.get().missing(sql) : 0;
    }

    /** Does what is needed, within a transaction, if the file is an earlier copy. Returns what to run after the commit. */
    List<Runnable> restore(Sql sql) throws SQLException {
        RestoredWork restoredWork = work;
        long missing = isChecked || restoredWork == null ? 0 : missing(sql);
        if (missing == 0 || restoredWork == null) {
            return List.of();
        }
        List<Runnable> afterCommit = sql.begin();
        restoredWork.run(sql, missing);
        sql.end();
        return afterCommit;
    }

    /** Notes a commit. The file was looked at before, so it is no earlier copy, or its tasks are held. */
    void committed() {
        isChecked = work != null;
        if (System.nanoTime() - writtenAt > EVERY.toNanos()) {
            write();
        }
    }

    /** Writes the stamp, if the file was looked at before. Waits for no other program. */
    void write() {
        if (!isKept || !isChecked) {
            return;
        }
        writtenAt = System.nanoTime();
        StoreFile unhurried = new StoreFile(
                file.path(),
                file.names(),
                Duration.ZERO,
                file.synchronous(),
                file.access(),
                file.original(),
                new LongAdder());
        // a connection of its own sees only what is committed
        try (Sql sql = unhurried.connect("mode=rw")) {
            Optional<FileStamp> reached = FileStamp.of(sql);
            // never lower: an earlier copy may have taken the place of the file since the last commit
            if (reached.isPresent()
                    && FileStamp.read(file.path())
                            .filter(stamp -> stamp.isOf(reached.get())
                                    && stamp.changes() >= reached.get().changes())
                            .isEmpty()) {
                reached.get().write(file);
            }
        } catch (SQLException e) {
            LOG.debug("the last change of {} can't be read", file.path(), e);
        }
    }
}
