package dev.brain.sqlite;

import static java.util.Objects.requireNonNull;

import dev.brain.internal.Closing;
import dev.brain.internal.file.FileAccess;
import dev.brain.store.RelationalStore;
import dev.brain.store.Sql;
import dev.brain.store.TableNames;
import dev.brain.store.TaskFailures;
import dev.brain.store.Transactions;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A store in one SQLite file, which other programs may use at the same time. Thread-safe. Changes that threads make at the
 * same time share a commit.
 */
@SuppressWarnings("exports") // the queue is for Brain itself
public final class SqliteStore extends RelationalStore {
    private final StoreFile file;
    private final SqliteTransactions transactions;

    private SqliteStore(StoreFile file, SqliteTransactions transactions, Clock clock, TaskFailures failures) {
        super(transactions, clock, failures, file.original().toString());
        this.file = file;
        this.transactions = transactions;
    }

    /** How durable a commit is. */
    public enum Synchronous {
        /** A commit survives a loss of power. */
        FULL,
        /** A commit survives a crash of the process. A loss of power may undo the last commits. */
        NORMAL
    }

    /** Opens a file with the default options. Creates the file and its folder if they do not exist. */
    public static SqliteStore open(Path path) {
        return builder(path).open();
    }

    public static Builder builder(Path path) {
        return new Builder(path);
    }

    @Override
    public void backUp(Path target) {
        alone("back the queue up", "mode=ro", sql -> sql.update("VACUUM INTO ?", target.toString()));
    }

    @Override
    public void restore(Path backup) {
        requireUnused();
        alone("restore the queue", "mode=rw", sql -> {
            record Last(String table, long number) {}
            List<Last> last = sql.query(
                    "SELECT name, seq FROM sqlite_sequence", row -> new Last(row.required("name"), row.number("seq")));
            sql.execute("restore from '" + backup + "'");
            // what the replaced queue has handed out is not handed out again
            for (Last each : last) {
                sql.update("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", each.number(), each.table());
            }
            return 0;
        });
    }

    private void alone(String what, String parameters, Transactions.Work<Integer> work) {
        try (Sql sql = file.connect(parameters)) {
            work.run(sql);
        } catch (SQLException e) {
            throw file.translate(what, e);
        }
    }

    @Override
    public String toString() {
        return "SqliteStore[" + file.path() + "]";
    }

    /** For tests: returns the number of executed statements. */
    long statements() {
        return file.statements().sum();
    }

    /** For tests. */
    GroupCommitWriter writer() {
        return transactions.writer();
    }

    /** Builds a store. Not thread-safe. */
    public static final class Builder {
        private final Path path;
        private Clock clock = Clock.systemUTC();
        private Duration busyTimeout = Duration.ofSeconds(5);
        private Synchronous synchronous = Synchronous.FULL;
        private int maxCrashes = TaskFailures.DEFAULT.maxCrashes();
        private @Nullable Duration staleAfter;
        private FileAccess fileAccess = FileAccess.OWNER;
        private String queueTable = TableNames.DEFAULT.queue();
        private String sitesTable = TableNames.DEFAULT.sites();

        private Builder(Path path) {
            this.path = requireNonNull(path, "path").toAbsolutePath().normalize();
        }

        public Builder clock(Clock clock) {
            this.clock = requireNonNull(clock, "clock");
            return this;
        }

        /** Sets how long an operation waits while another program has the file locked. Defaults to 5 seconds. */
        public Builder busyTimeout(Duration busyTimeout) {
            if (busyTimeout.isNegative() || busyTimeout.toMillis() > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("busyTimeout must be between 0 and 24 days, not " + busyTimeout);
            }
            this.busyTimeout = busyTimeout;
            return this;
        }

        /** Sets the durability of commits. Defaults to {@link Synchronous#FULL}. */
        public Builder synchronous(Synchronous synchronous) {
            this.synchronous = requireNonNull(synchronous, "synchronous");
            return this;
        }

        /** Sets how often the worker of a task may die before the task fails. Defaults to 10. */
        public Builder maxCrashes(int maxCrashes) {
            if (maxCrashes < 1) {
                throw new IllegalArgumentException("maxCrashes must be at least 1, not " + maxCrashes);
            }
            this.maxCrashes = maxCrashes;
            return this;
        }

        /**
         * Sets how long another program may work on a task before the task is taken back. Defaults to without limit,
         * because such a task has no lease that shows whether its worker is still alive.
         */
        public Builder staleAfter(Duration staleAfter) {
            this.staleAfter = requireNonNull(staleAfter, "staleAfter");
            return this;
        }

        /** Sets who may access the file and its folder if they are created; defaults to {@link FileAccess#OWNER}. */
        Builder fileAccess(FileAccess fileAccess) {
            this.fileAccess = requireNonNull(fileAccess, "fileAccess");
            return this;
        }

        /** Sets the name of the queue's table. Defaults to {@code tramite_queue}. */
        public Builder queueTable(String name) {
            this.queueTable = requireNonNull(name, "name");
            return this;
        }

        /** Sets the name of the sites' table. Defaults to {@code organismo_config}. */
        public Builder sitesTable(String name) {
            this.sitesTable = requireNonNull(name, "name");
            return this;
        }

        /**
         * Opens the file. Creates the file and its folder if they do not exist, and adds missing tables and columns.
         *
         * @throws dev.brain.error.ConfigurationException if it is not a queue, or can't be written
         * @throws dev.brain.error.UnavailableException if another program keeps it locked, or the disk is full
         */
        public SqliteStore open() {
            return store(file(path, synchronous), null, Optional.empty(), new TaskFailures(maxCrashes, staleAfter));
        }

        /**
         * Opens a private copy of the file, which is deleted when the store is closed. It is empty if the file does not
         * exist. Neither the file nor its folder changes.
         */
        public SqliteStore snapshot() {
            Optional<FileStamp> stamp = FileStamp.read(path);
            PrivateCopy copy = PrivateCopy.of(file(path, synchronous));
            return store(file(copy.path(), Synchronous.NORMAL), copy, stamp, TaskFailures.DEFAULT);
        }

        /**
         * Opens the file as {@link #open} does, unless it is a database of another program, which stays unchanged.
         *
         * @throws dev.brain.internal.NoStoreException if it is one
         */
        SqliteStore openExisting() {
            file(path, synchronous).refuseForeign();
            return open();
        }

        /**
         * Opens the file as {@link #open} does, unless it is not a queue of this version. Its tables stay unchanged then.
         *
         * @throws dev.brain.error.ConfigurationException if it is not
         */
        SqliteStore openCurrent() {
            file(path, synchronous).refuseForeign().requireCurrent();
            return open();
        }

        /**
         * Opens a private copy as {@link #snapshot} does, unless the file is a database of another program.
         *
         * @throws dev.brain.internal.NoStoreException if it is one
         */
        SqliteStore snapshotOfExisting() {
            Optional<FileStamp> stamp = FileStamp.read(path);
            PrivateCopy copy = PrivateCopy.of(file(path, synchronous));
            StoreFile file =
                    Closing.orClose(() -> file(copy.path(), Synchronous.NORMAL).refuseForeign(), copy);
            return store(file, copy, stamp, TaskFailures.DEFAULT);
        }

        private SqliteStore store(
                StoreFile file, @Nullable PrivateCopy copy, Optional<FileStamp> stamp, TaskFailures failures) {
            return new SqliteStore(file, new SqliteTransactions(file, copy, stamp), clock, failures);
        }

        private StoreFile file(Path file, Synchronous synchronous) {
            TableNames names = new TableNames(queueTable, sitesTable);
            return new StoreFile(file, names, busyTimeout, synchronous, fileAccess, path, new LongAdder());
        }
    }
}
