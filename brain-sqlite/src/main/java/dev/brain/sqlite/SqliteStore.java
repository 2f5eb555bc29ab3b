package dev.brain.sqlite;

import static java.util.Objects.requireNonNull;

import dev.brain.config.FileAccess;
import dev.brain.error.BrainException;
import dev.brain.incident.IncidentLog;
import dev.brain.queue.FinishedTask;
import dev.brain.queue.Lease;
import dev.brain.queue.QueueState;
import dev.brain.queue.Reservation;
import dev.brain.queue.Settlement;
import dev.brain.queue.Store;
import dev.brain.queue.TakeRequest;
import dev.brain.queue.Task;
import dev.brain.queue.TaskDraft;
import dev.brain.queue.TaskOperations;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.ResourceId;
import dev.brain.site.SiteStore;
import dev.brain.store.RelationalTaskQueue;
import dev.brain.store.SiteTable;
import dev.brain.store.TableNames;
import dev.brain.store.TaskFailures;
import dev.brain.store.Transactions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A queue of tasks and a registry of sites in one SQLite file, which other programs may use at the same time.
 * Thread-safe; what threads write at the same time shares a commit.
 */
public final class SqliteStore implements Store, TaskQueue {
    private final StoreFile file;
    private final SqliteTransactions transactions;
    private final RelationalTaskQueue queue;
    private final SiteTable sites;
    private final @Nullable PrivateCopy copy;

    private SqliteStore(
            StoreFile file,
            Clock clock,
            Function<Transactions, RelationalTaskQueue> queue,
            @Nullable PrivateCopy copy) {
        this.file = file;
        this.copy = copy;
        this.transactions = new SqliteTransactions(file);
        this.sites = new SiteTable(transactions, clock, file.original().toString());
        try {
            this.queue = queue.apply(transactions);
        } catch (RuntimeException e) {
            transactions.close();
            throw e;
        }
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
    public Map<ResourceId, QueueState> standings(String siteId, Collection<ResourceId> ids) {
        return queue.standings(siteId, ids);
    }

    @Override
    public List<Reservation> reserve(List<TaskDraft> drafts) {
        return queue.reserve(drafts);
    }

    @Override
    public int settle(List<Settlement> settlements) {
        return queue.settle(settlements);
    }

    @Override
    public List<Reservation> unsettled() {
        return queue.unsettled();
    }

    @Override
    public List<Task> unreadable() {
        return queue.unreadable();
    }

    @Override
    public List<Lease> take(TakeRequest request) {
        return queue.take(request);
    }

    @Override
    public Set<Long> renew(Collection<Lease> leases, Duration lease) {
        return queue.renew(leases, lease);
    }

    @Override
    public Finished finish(List<FinishedTask> handed, @Nullable TakeRequest next) {
        return queue.finish(handed, next);
    }

    @Override
    public boolean note(Lease lease, Note note, String text) {
        return queue.note(lease, note, text);
    }

    @Override
    public int sweep() {
        return queue.sweep();
    }

    @Override
    public TaskOperations operations() {
        return queue.operations();
    }

    @Override
    public IncidentLog incidents() {
        return queue.incidents();
    }

    @Override
    public TaskQueue queue() {
        return this;
    }

    /** The sites in the same file; usable while this is open. */
    @Override
    public SiteStore sites() {
        return sites;
    }

    @Override
    public void close() {
        try {
            transactions.close();
        } finally {
            queue.close();
            if (copy != null) {
                copy.close();
            }
        }
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

    private static SqliteStore ofCopy(
            PrivateCopy copy,
            StoreFile original,
            Clock clock,
            BiFunction<Transactions, Path, RelationalTaskQueue> queue) {
        StoreFile file = new StoreFile(
                copy.path(),
                original.names(),
                original.busyTimeout(),
                Synchronous.NORMAL,
                FileAccess.OWNER,
                original.original(),
                new LongAdder());
        try {
            return new SqliteStore(file, clock, transactions -> queue.apply(transactions, file.path()), copy);
        } catch (BrainException e) {
            copy.close();
            throw e;
        }
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
        public Builder fileAccess(FileAccess fileAccess) {
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
            TaskFailures failures = new TaskFailures(maxCrashes, staleAfter);
            return new SqliteStore(
                    file(),
                    clock,
                    transactions -> new RelationalTaskQueue(transactions, clock, failures, path.toString()),
                    null);
        }

        /**
         * A private copy of the file as it is now, which goes when it is closed; of a missing file an empty one. The file
         * and its folder stay as they are, to the byte.
         */
        public SqliteStore snapshot() {
            StoreFile file = file();
            return ofCopy(
                    PrivateCopy.of(file),
                    file,
                    clock,
                    (copied, path) -> new RelationalTaskQueue(copied, clock, TaskFailures.DEFAULT, path.toString()));
        }

        private StoreFile file() {
            TableNames names = new TableNames(queueTable, sitesTable);
            return new StoreFile(path, names, busyTimeout, synchronous, fileAccess, path, new LongAdder());
        }
    }
}
