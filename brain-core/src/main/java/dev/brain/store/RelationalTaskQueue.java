package dev.brain.store;

import dev.brain.history.Actor;
import dev.brain.history.History;
import dev.brain.incident.IncidentLog;
import dev.brain.incident.IncidentLog.Subscription;
import dev.brain.internal.Closing;
import dev.brain.internal.monitor.Monitor;
import dev.brain.queue.Task;
import dev.brain.queue.TaskOperations;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.SettledAndReserved;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskQueue.VisibleTask;
import dev.brain.queue.TaskResult;
import dev.brain.resource.ResourceId;
import dev.brain.site.SiteStore;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue of a store, in its tables. Thread-safe. */
final class RelationalTaskQueue implements TaskQueue, Monitor.Source {
    private static final Logger LOG = LoggerFactory.getLogger(RelationalTaskQueue.class);

    /** The shortest time between two sweeps by {@code take}. */
    private static final Duration SWEEP_EVERY = Duration.ofMillis(100);

    private final Transactions transactions;
    private final Clock clock;
    private final Runs run;
    private final Actor actor;
    private final HistoryTable history;
    private final RelationalIncidentLog incidents;
    private final ReservationTable reservations;
    private final SettlementTable settlements;
    private final LeaseTable leases;
    private final AttemptTable attempts;
    private final TaskTable tasks;
    private final StepTable steps;
    private final Sweep sweep;
    private final RelationalTaskOperations operations;
    private final SiteTable sites;
    private final UnidentifiedTasks unidentified;
    private final AtomicReference<@Nullable Instant> sweptAt;
    private final List<AutoCloseable> owned;

    /**
     * Opens the queue of a database that has the tables.
     *
     * @param transactions closed with the queue, also if it can't be opened
     * @param location the database, for messages
     */
    RelationalTaskQueue(Transactions transactions, Clock clock, TaskFailures failures, String location) {
        this.run = begin(transactions);
        this.transactions = transactions;
        this.clock = clock;
        this.history = new HistoryTable(transactions.dialect());
        this.actor = new Actor(Actor.Kind.RUN, run.name());
        this.incidents = new RelationalIncidentLog(transactions, clock, history, actor);
        this.reservations = new ReservationTable(history, run, actor, transactions.dialect());
        this.settlements = new SettlementTable(incidents.table(), history, run, actor, transactions.dialect());
        SiteStateTable siteStates = new SiteStateTable();
        this.leases = new LeaseTable(siteStates, history, transactions.dialect());
        this.attempts = new AttemptTable(incidents.table(), history, transactions.dialect());
        this.tasks = new TaskTable(incidents.table(), history);
        this.steps = new StepTable(history);
        this.sweep = new Sweep(failures, attempts, history, actor);
        this.operations = new RelationalTaskOperations(transactions, clock, tasks, siteStates, history);
        this.sites = new SiteTable(transactions, clock, history, location);
        this.unidentified = new UnidentifiedTasks(location, incidents.table(), history, actor);
        this.sweptAt = new AtomicReference<>();
        this.owned = List.of(run, transactions);
        try {
            if (transactions.dialect().hasOtherWriters()) {
                unidentified.identifyAll(transactions, now());
            }
        } catch (RuntimeException | Error e) {
            Closing.afterFailure(e, run, transactions);
            throw e;
        }
        LOG.debug("{} is open as run {}", location, run.name());
    }

    private static Runs begin(Transactions transactions) {
        QueueRun process = QueueRun.begin();
        return Closing.orClose(() -> transactions.begin(process), process, transactions);
    }

    /** Shares everything with an open queue, except for the run and for who makes the changes. */
    private RelationalTaskQueue(RelationalTaskQueue opened, Runs run, Actor actor, List<AutoCloseable> owned) {
        this.run = run;
        this.actor = actor;
        this.owned = owned;
        this.transactions = opened.transactions;
        this.clock = opened.clock;
        this.history = opened.history;
        this.incidents = opened.incidents.by(actor);
        this.reservations = new ReservationTable(history, run, actor, transactions.dialect());
        this.settlements = new SettlementTable(incidents.table(), history, run, actor, transactions.dialect());
        this.leases = opened.leases;
        this.attempts = opened.attempts;
        this.tasks = opened.tasks;
        this.steps = opened.steps;
        this.sweep = opened.sweep;
        this.operations = opened.operations;
        this.sites = opened.sites;
        this.unidentified = opened.unidentified;
        this.sweptAt = opened.sweptAt;
    }

    @Override
    public TaskQueue newRun() {
        Runs begun = run.beginWithin();
        return new RelationalTaskQueue(this, begun, new Actor(Actor.Kind.RUN, begun.name()), List.of(begun));
    }

    @Override
    public TaskQueue by(Actor somebody) {
        return new RelationalTaskQueue(this, run, somebody, List.of());
    }

    /** Holds all tasks of a database that lacks changes. Returns how many. */
    int markRestored(Sql sql, long missing) throws SQLException {
        return tasks.restores().mark(sql, actor, now(), missing);
    }

    @Override
    public Map<ResourceId, QueueState> standings(String siteId, Collection<ResourceId> ids) {
        return ids.isEmpty()
                ? Map.of()
                : transactions.read(
                        "look up resources of site " + siteId, sql -> reservations.standings(sql, siteId, ids));
    }

    @Override
    public List<DueTask> dueBefore(Map<String, Instant> until, @Nullable DueTask after, int limit) {
        return transactions.read("look for deadlines", sql -> DueTasks.before(sql, until, after, limit));
    }

    @Override
    public List<Reservation> reserve(List<TaskDraft> drafts) {
        return drafts.isEmpty()
                ? List.of()
                : transactions
                        .write("reserve tasks", sql -> reserve(sql, drafts))
                        .orElseGet(() -> reserve(drafts));
    }

    /** Returns empty if tasks that another program has queued must be looked at before, which also prevent a reservation. */
    private Optional<List<Reservation>> reserve(Sql sql, List<TaskDraft> drafts) throws SQLException {
        if (transactions.dialect().hasOtherWriters()) {
            long last = unidentified.next(sql, now());
            if (unidentified.areThereAfter(sql, last)) {
                return Optional.empty();
            }
        }
        return Optional.of(reservations.reserve(sql, drafts, now()));
    }

    private List<VisibleTask> settle(Sql sql, List<Settlement> decided) throws SQLException {
        List<VisibleTask> visible = settlements.settle(sql, decided, now());
        announce(
                sql,
                visible.stream()
                        .filter(each -> !each.held())
                        .map(each -> each.reservation().draft().siteId()));
        return visible;
    }

    @Override
    public SettledAndReserved settleAndReserve(List<Settlement> decided, List<TaskDraft> drafts) {
        if (decided.isEmpty()) {
            return new SettledAndReserved(List.of(), reserve(drafts));
        }
        record Both(List<VisibleTask> visible, Optional<List<Reservation>> reserved) {}
        Both both;
        try {
            both = transactions.write(
                    "settle reservations",
                    sql -> new Both(settle(sql, decided), drafts.isEmpty() ? Optional.empty() : reserve(sql, drafts)));
        } catch (RuntimeException e) {
            if (!drafts.isEmpty()) {
                settleAfter(e, decided);
            }
            throw e;
        }
        return new SettledAndReserved(both.visible(), both.reserved().orElseGet(() -> reserve(drafts)));
    }

    /** Settles what is decided although the drafts of the next batch can't be inserted; it is not their fault. */
    private void settleAfter(RuntimeException failure, List<Settlement> decided) {
        try {
            settle(decided);
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public List<Reservation> unsettled() {
        return transactions.read(
                "read unsettled reservations",
                sql -> reservations.unsettled(sql, now()).reservations());
    }

    @Override
    public List<Reservation> overdue(Instant before) {
        return transactions.read("read reservations of other runs", sql -> reservations.overdue(sql, before, now()));
    }

    @Override
    public List<Task> unreadable() {
        return transactions.read("read unsettled reservations", sql -> {
            List<Task> unreadable = new ArrayList<>();
            for (long id : reservations.unsettled(sql, now()).unreadable()) {
                tasks.find(sql, id).ifPresent(unreadable::add);
            }
            return unreadable;
        });
    }

    @Override
    public Optional<Reservation> reservation(long taskId) {
        return transactions.read("read what was reserved for task " + taskId, sql -> reservations.find(sql, taskId));
    }

    @Override
    public List<Lease> take(TakeRequest request) {
        Instant called = clock.instant();
        List<Lease> leases;
        do {
            leases = transactions.write("take tasks", sql -> take(sql, request, new SiteStates(sql), called));
        } while (leases.isEmpty() && areThereUnidentified());
        return leases;
    }

    /** Returns whether other programs have queued tasks that nobody has looked at, which are therefore not taken. */
    private boolean areThereUnidentified() {
        return transactions.dialect().hasOtherWriters()
                && transactions.read("look for new tasks", sql -> unidentified.areThereAfter(sql, unidentified.last()));
    }

    /** @param called when the caller asked, on its own clock, by which it will know when its leases end */
    private List<Lease> take(Sql sql, TakeRequest request, SiteStates states, Instant called) throws SQLException {
        Instant now = now();
        Instant last = sweptAt.get();
        boolean isDue = last == null || now.isBefore(last) || !now.isBefore(last.plus(SWEEP_EVERY));
        if (isDue && sweptAt.compareAndSet(last, now)) {
            sweep.run(sql, now);
        }
        long identified = transactions.dialect().hasOtherWriters() ? unidentified.next(sql, now) : Long.MAX_VALUE;
        return leases.take(sql, request, states, this::now, called, identified);
    }

    @Override
    public Set<Long> renew(Collection<Lease> held, Duration lease) {
        return transactions.write("renew leases", sql -> leases.renew(sql, held, lease, now()));
    }

    @Override
    public Finished finish(List<FinishedTask> handed, @Nullable TakeRequest next) {
        Instant called = clock.instant();
        return transactions.write("finish and take tasks", sql -> {
            SiteStates states = new SiteStates(sql);
            Set<Long> held = attempts.finish(sql, handed, states, now());
            announce(
                    sql,
                    handed.stream()
                            .filter(each -> each.result() instanceof TaskResult.Returned)
                            .map(each -> each.lease().task().siteId()));
            return new Finished(held, next == null ? List.of() : take(sql, next, states, called));
        });
    }

    private void announce(Sql sql, Stream<String> siteIds) {
        Set<String> ready = siteIds.collect(Collectors.toSet());
        if (!ready.isEmpty()) {
            sql.afterCommit(() -> transactions.announce(ready));
        }
    }

    @Override
    public Optional<Subscription> listen(Consumer<Set<String>> listener) {
        return transactions.listen(listener);
    }

    @Override
    public boolean note(Lease lease, Note note, String text) {
        return transactions.write("note on task " + lease.taskId(), sql -> leases.note(sql, lease, note, text, now()));
    }

    @Override
    public List<Step> steps(long taskId) {
        return transactions.read("read the steps of task " + taskId, sql -> steps.list(sql, taskId));
    }

    @Override
    public boolean record(Lease lease, Step step) {
        return transactions.write(
                "record a step of task " + lease.taskId(), sql -> steps.record(sql, lease, step, now()));
    }

    @Override
    public int sweep() {
        return transactions.write("make due tasks ready", sql -> sweep.run(sql, now()));
    }

    @Override
    public TaskOperations operations() {
        return operations;
    }

    @Override
    public IncidentLog incidents() {
        return incidents;
    }

    @Override
    public History history() {
        return filter -> transactions.read("read the history", sql -> history.list(sql, filter));
    }

    @Override
    public Monitor monitor() {
        return new RelationalMonitor(transactions, clock, run.name(), incidents.table(), history);
    }

    @Override
    public SiteStore sites() {
        return sites;
    }

    /**
     * Ends this run and those that began within it, so that any run may settle their reservations. Before that, closes the
     * transactions if this queue opened them.
     */
    @Override
    public void close() {
        Closing.all(owned);
    }

    RelationalOutbox outbox() {
        return incidents.outbox();
    }

    Transactions transactions() {
        return transactions;
    }

    Runs run() {
        return run;
    }

    Instant now() {
        return transactions.now(clock);
    }
}
