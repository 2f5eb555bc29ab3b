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
import dev.brain.queue.SiteState;
import dev.brain.queue.TakeRequest;
import dev.brain.queue.Task;
import dev.brain.queue.TaskDraft;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.ResourceId;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue of tasks and a registry of sites in one SQLite file, which other programs may use at the same time.
 * Thread-safe; what threads write at the same time shares a commit.
 */
public final class SqliteStore implements TaskQueue {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteStore.class);
    /** Taking sweeps first, but not each time. */
    private static final Duration SWEEP_EVERY = Duration.ofMillis(100);

    private static final int PRUNED_AT_ONCE = 500;

    private final StoreFile file;
    private final Clock clock;
    private final Run run;
    private final Writer writer;
    private final Readers readers;
    private final IncidentLog incidents;
    private final SqliteSiteRegistry sites;
    private final Identifying identifying;
    private final @Nullable Copy copy;
    private final AtomicLong identified = new AtomicLong();
    private final Sweep sweep;
    /** Only ever touched within a write, and so by one thread at a time. */
    private @Nullable Instant sweptAt;

    private SqliteStore(StoreFile file, Clock clock, Run run, @Nullable Copy copy, Sweep sweep) {
        this.sweep = sweep;
        this.file = file;
        this.clock = clock;
        this.run = run;
        this.copy = copy;
        try {
            this.writer = new Writer(file, file.openWriter());
        } catch (SQLException e) {
            run.close();
            throw file.translate("open the queue", e);
        } catch (RuntimeException e) {
            run.close();
            throw e;
        }
        this.readers = new Readers(file);
        this.incidents = new IncidentTable(writer, readers, clock);
        this.sites = new SqliteSiteRegistry(file, writer, readers, clock);
        this.identifying = new Identifying(file);
        try {
            identifyAll();
        } catch (RuntimeException e) {
            closeConnections(e);
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
        if (ids.isEmpty()) {
            return Map.of();
        }
        return readers.run(
                "look up resources of site " + siteId, connected -> TaskTable.standings(connected, siteId, ids));
    }

    @Override
    public List<Reservation> reserve(List<TaskDraft> drafts) {
        if (drafts.isEmpty()) {
            return List.of();
        }
        record Reserved(boolean done, List<Reservation> reservations, long identified) {}
        while (true) {
            long before = identified.get();
            Reserved reserved = writer.run("reserve tasks", connected -> {
                // What another program queued since then stands in the way too.
                long last = identifying.next(connected, before);
                return identifying.isDue(connected, last)
                        ? new Reserved(false, List.of(), last)
                        : new Reserved(true, TaskTable.reserve(connected, drafts, run.name(), clock.instant()), last);
            });
            identified.accumulateAndGet(reserved.identified(), Math::max);
            if (reserved.done()) {
                return reserved.reservations();
            }
        }
    }

    @Override
    public int settle(List<Settlement> settlements) {
        if (settlements.isEmpty()) {
            return 0;
        }
        return writer.run(
                "settle reservations",
                connected -> TaskTable.settle(connected, settlements, run.name(), clock.instant()));
    }

    @Override
    public List<Reservation> unsettled() {
        return readers.run(
                "read unsettled reservations",
                connected -> TaskTable.unsettled(connected, run.name(), clock.instant())
                        .reservations());
    }

    @Override
    public List<Task> unreadable() {
        return readers.run("read unsettled reservations", connected -> {
            List<Task> tasks = new ArrayList<>();
            for (long id :
                    TaskTable.unsettled(connected, run.name(), clock.instant()).unreadable()) {
                TaskTable.find(connected, id).ifPresent(tasks::add);
            }
            return tasks;
        });
    }

    @Override
    public Optional<Reservation> reservation(long taskId) {
        return readers.run(
                "read what was reserved for task " + taskId, connected -> TaskTable.reservation(connected, taskId));
    }

    @Override
    public Optional<Task> find(long id) {
        return readers.run("read task " + id, connected -> TaskTable.find(connected, id));
    }

    @Override
    public List<Task> list(TaskFilter filter) {
        return readers.run("list tasks", connected -> TaskTable.list(connected, filter));
    }

    @Override
    public Map<String, Map<String, Long>> counts() {
        return readers.run("count tasks", TaskTable::counts);
    }

    @Override
    public boolean retry(long id, boolean notSubmitted) {
        return writer.run(
                "retry task " + id, connected -> TaskTable.retry(connected, id, notSubmitted, clock.instant()));
    }

    @Override
    public boolean cancel(long id) {
        return writer.run("cancel task " + id, connected -> TaskTable.cancel(connected, id, clock.instant()));
    }

    @Override
    public boolean unblock(String siteId, ResourceId resourceId, boolean notSubmitted) {
        return writer.run(
                "unblock resource " + resourceId + " of site " + siteId,
                connected -> TaskTable.unblock(connected, siteId, resourceId, notSubmitted, clock.instant()));
    }

    @Override
    public List<Lease> take(TakeRequest request) {
        return writer.run("take tasks", connected -> take(connected, request, clock.instant()));
    }

    private List<Lease> take(Connected connected, TakeRequest request, Instant now) throws SQLException {
        Instant last = sweptAt;
        if (last == null || now.isBefore(last) || !now.isBefore(last.plus(SWEEP_EVERY))) {
            sweptAt = now;
            sweep.run(connected, now);
        }
        return LeaseTable.take(connected, request, now);
    }

    @Override
    public Set<Long> renew(Collection<Lease> leases, Duration lease) {
        return writer.run("renew leases", connected -> LeaseTable.renew(connected, leases, lease, clock.instant()));
    }

    @Override
    public Finished finish(List<FinishedTask> handed, @Nullable TakeRequest next) {
        return writer.run("hand back and take tasks", connected -> {
            Instant now = clock.instant();
            Set<Long> held = new HashSet<>();
            for (FinishedTask each : handed) {
                if (LeaseTable.finish(connected, each.lease(), each.result(), now)) {
                    held.add(each.lease().taskId());
                }
            }
            return new Finished(held, next == null ? List.of() : take(connected, next, now));
        });
    }

    @Override
    public boolean note(Lease lease, Note note, String text) {
        return writer.run(
                "note on task " + lease.taskId(),
                connected -> LeaseTable.note(connected, lease, note, text, clock.instant()));
    }

    @Override
    public int sweep() {
        return writer.run("sweep", connected -> sweep.run(connected, clock.instant()));
    }

    @Override
    public void pause(String siteId, boolean paused) {
        writer.run("pause site " + siteId, connected -> SiteTable.pause(connected, siteId, paused));
    }

    @Override
    public List<SiteState> siteStates() {
        return readers.run("read the sites' states", SiteTable::states);
    }

    /** In many short transactions, and looks for what is to be pruned without the lock: other programs need it. */
    @Override
    public int prune(Instant endedBefore) {
        int pruned = 0;
        long after = 0;
        while (true) {
            long from = after;
            List<Long> ids = readers.run(
                    "look for tasks to prune",
                    connected -> TaskTable.prunable(connected, from, endedBefore, PRUNED_AT_ONCE));
            if (ids.isEmpty()) {
                return pruned;
            }
            pruned += writer.run("prune tasks", connected -> TaskTable.prune(connected, ids));
            after = ids.get(ids.size() - 1);
        }
    }

    @Override
    public IncidentLog incidents() {
        return incidents;
    }

    /** The sites in the same file; usable while this is open. */
    public SqliteSiteRegistry sites() {
        return sites;
    }

    /** What this run left unsettled is unsettled in the copy too: both are the same run. */
    @Override
    public SqliteStore snapshot() {
        return ofCopy(Copy.of(file), file, clock, run.share());
    }

    @Override
    public void close() {
        try {
            writer.close();
            readers.close();
        } catch (SQLException e) {
            throw file.translate("close the queue", e);
        } finally {
            run.close();
            if (copy != null) {
                copy.close();
            }
        }
    }

    private void closeConnections(RuntimeException failure) {
        try {
            writer.close();
            readers.close();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        } finally {
            run.close();
        }
    }

    @Override
    public String toString() {
        return "SqliteStore[" + file.path() + "]";
    }

    /** For tests: how many transactions were committed. */
    long commits() {
        return writer.commits();
    }

    /** For tests: the one that writes. */
    Writer writer() {
        return writer;
    }

    private static SqliteStore ofCopy(Copy copy, StoreFile original, Clock clock, Run run) {
        StoreFile file = new StoreFile(
                copy.path(),
                original.names(),
                original.busyTimeout(),
                Synchronous.NORMAL,
                FileAccess.OWNER,
                original.original());
        try {
            return new SqliteStore(file, clock, run, copy, new Sweep(Builder.MAX_CRASHES, null));
        } catch (BrainException e) {
            copy.close();
            throw e;
        }
    }

    /** Works in many short transactions, between which other programs can write. */
    private void identifyAll() {
        while (readers.run("look for new tasks", connected -> identifying.isDue(connected, identified.get()))) {
            long last = writer.run("identify tasks", connected -> identifying.next(connected, identified.get()));
            identified.set(last);
        }
        LOG.debug("{} is open as run {}", file.path(), run.name());
    }

    /** Collects the options of a store. */
    public static final class Builder {
        private static final int MAX_CRASHES = 10;

        private final Path path;
        private Clock clock = Clock.systemUTC();
        private Duration busyTimeout = Duration.ofSeconds(5);
        private Synchronous synchronous = Synchronous.FULL;
        private int maxCrashes = MAX_CRASHES;
        private @Nullable Duration staleAfter;
        private FileAccess fileAccess = FileAccess.OWNER;
        private String queueTable = Names.DEFAULT.queue();
        private String sitesTable = Names.DEFAULT.sites();

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
         * When a task is taken back that another program began and never ended; unless said otherwise never, because it
         * has no lease that would tell whether it is still at work.
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
            return new SqliteStore(file(), clock, Run.begin(), null, new Sweep(maxCrashes, staleAfter));
        }

        /**
         * A private copy of the file as it is now, which goes when it is closed; of a missing file an empty one. The file
         * and its folder stay as they are, to the byte.
         */
        public SqliteStore snapshot() {
            StoreFile file = file();
            return ofCopy(Copy.of(file), file, clock, Run.begin());
        }

        private StoreFile file() {
            return new StoreFile(path, new Names(queueTable, sitesTable), busyTimeout, synchronous, fileAccess, path);
        }
    }
}
