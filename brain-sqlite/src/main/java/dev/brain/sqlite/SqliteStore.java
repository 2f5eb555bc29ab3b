package dev.brain.sqlite;

import static java.util.Objects.requireNonNull;

import dev.brain.incident.IncidentLog;
import dev.brain.internal.file.FileAccess;
import dev.brain.internal.queue.QueueStore;
import dev.brain.internal.queue.TaskQueue;
import dev.brain.queue.TaskOperations;
import dev.brain.site.SiteStore;
import dev.brain.store.RelationalStore;
import dev.brain.store.TableNames;
import dev.brain.store.TaskFailures;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A queue of tasks and a registry of sites in one SQLite file, which other programs may use at the same time.
 * Thread-safe; what threads write at the same time shares a commit.
 */
@SuppressWarnings("exports") // the queue is for Brain itself
public final class SqliteStore implements QueueStore {
    private final StoreFile file;
    private final SqliteTransactions transactions;
    private final RelationalStore store;

    private SqliteStore(StoreFile file, @Nullable PrivateCopy copy, Clock clock, TaskFailures failures) {
        this.file = file;
        this.transactions = new SqliteTransactions(file, copy);
        this.store = new RelationalStore(
                transactions, clock, failures, file.original().toString());
    }

    /** How hard a commit is made to last. */
    public enum Synchronous {
        /** A commit survives a loss of power. */
        FULL,
        /** A commit survives a crash of the process; a loss of power may undo the last ones. */
        NORMAL
    }

    /** Opens a file with the default options; makes it, and its folder, where they are missing. */
    public static SqliteStore open(Path path) {
        return builder(path).open();
    }

    /** A private copy of a file, with the default options; see {@link Builder#snapshot()}. */
    public static SqliteStore snapshot(Path path) {
        return builder(path).snapshot();
    }

    public static Builder builder(Path path) {
        return new Builder(path);
    }

    @Override
    public TaskQueue queue() {
        return store.queue();
    }

    @Override
    public TaskOperations operations() {
        return store.operations();
    }

    @Override
    public IncidentLog incidents() {
        return store.incidents();
    }

    @Override
    public SiteStore sites() {
        return store.sites();
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public String toString() {
        return "SqliteStore[" + file.path() + "]";
    }

    /** For tests: how many transactions were committed. */
    long commits() {
        return transactions.writer().commits();
    }

    /** For tests: how many statements have been run. */
    long statements() {
        return file.statements().sum();
    }

    /** For tests: the one that writes. */
    GroupCommitWriter writer() {
        return transactions.writer();
    }

    /** Collects the options of a store. */
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

        /** How long an operation waits while another program has the file locked; 5 seconds by default. */
        public Builder busyTimeout(Duration busyTimeout) {
            if (busyTimeout.isNegative() || busyTimeout.toMillis() > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("busyTimeout must be between 0 and 24 days, not " + busyTimeout);
            }
            this.busyTimeout = busyTimeout;
            return this;
        }

        /** {@link Synchronous#FULL} by default. */
        public Builder synchronous(Synchronous synchronous) {
            this.synchronous = requireNonNull(synchronous, "synchronous");
            return this;
        }

        /** A task whose worker died that often, counted apart from its failures, fails; 10 by default. */
        public Builder maxCrashes(int maxCrashes) {
            if (maxCrashes < 1) {
                throw new IllegalArgumentException("maxCrashes must be at least 1, not " + maxCrashes);
            }
            this.maxCrashes = maxCrashes;
            return this;
        }

        /**
         * How long after its start a task of another program is taken back if it has not ended. Defaults to never,
         * because such a task has no lease that shows whether its worker is still at work.
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

        /** {@code tramite_queue} by default. */
        public Builder queueTable(String name) {
            this.queueTable = requireNonNull(name, "name");
            return this;
        }

        /** {@code organismo_config} by default. */
        public Builder sitesTable(String name) {
            this.sitesTable = requireNonNull(name, "name");
            return this;
        }

        /**
         * Opens the file; makes it, and its folder, where they are missing, and adds the columns that it lacks.
         *
         * @throws dev.brain.error.ConfigurationException if it is no such file, or can't be written
         * @throws dev.brain.error.UnavailableException if another program keeps it locked, or the disk is full
         */
        public SqliteStore open() {
            return new SqliteStore(file(path, synchronous), null, clock, new TaskFailures(maxCrashes, staleAfter));
        }

        /**
         * A private copy of the file as it is now, which goes when it is closed; of a missing file an empty one. The file
         * and its folder stay as they are, to the byte.
         */
        public SqliteStore snapshot() {
            PrivateCopy copy = PrivateCopy.of(file(path, synchronous));
            return new SqliteStore(file(copy.path(), Synchronous.NORMAL), copy, clock, TaskFailures.DEFAULT);
        }

        private StoreFile file(Path file, Synchronous synchronous) {
            TableNames names = new TableNames(queueTable, sitesTable);
            return new StoreFile(file, names, busyTimeout, synchronous, fileAccess, path, new LongAdder());
        }
    }
}
