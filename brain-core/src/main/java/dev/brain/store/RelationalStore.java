package dev.brain.store;

import dev.brain.check.Finding;
import dev.brain.error.UnavailableException;
import dev.brain.history.History;
import dev.brain.incident.IncidentLog;
import dev.brain.internal.Closing;
import dev.brain.queue.Store;
import dev.brain.queue.TaskOperations;
import dev.brain.queue.TaskQueue;
import dev.brain.site.SiteStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store in the tables of an SQL database. Thread-safe. */
public class RelationalStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(RelationalStore.class);

    private final RelationalTaskQueue queue;
    private final Transactions transactions;

    /**
     * Opens the store of a database that has the tables.
     *
     * @param transactions closed with the store, also if it can't be opened
     * @param location the database, for messages
     */
    public RelationalStore(Transactions transactions, Clock clock, TaskFailures failures, String location) {
        this.transactions = transactions;
        RelationalTaskQueue opened = new RelationalTaskQueue(transactions, clock, failures, location);
        this.queue = Closing.orClose(
                () -> {
                    transactions.whenRestored((sql, missing) -> {
                        int held = opened.markRestored(sql, missing);
                        LOG.warn(
                                "{} is an earlier copy that was put in place by hand, and lacks at least {} changes: {} tasks"
                                        + " are held, and nothing is claimed before 'brain queue restored approve'",
                                location,
                                missing,
                                held);
                    });
                    return opened;
                },
                opened);
    }

    @Override
    public TaskQueue queue() {
        return queue;
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
    public History history() {
        return queue.history();
    }

    @Override
    public SiteStore sites() {
        return queue.sites();
    }

    /**
     * Requires that no other process uses the store, as far as the store shows it.
     *
     * @throws UnavailableException if a run or a worker does
     */
    protected void requireUnused() {
        transactions
                .<Optional<String>>read("look for workers and runs", sql -> StoreCopy.user(sql, queue))
                .ifPresent(user -> {
                    throw new UnavailableException(
                            "the queue is in use: " + user
                                    + "; stop all workers, runs and other programs that use it, and try again when they have ended");
                });
    }

    @Override
    public List<Finding> check() {
        List<Finding> findings = new ArrayList<>(transactions.check());
        queue.outbox().check().ifPresent(findings::add);
        return findings;
    }

    @Override
    public void close() {
        queue.close();
    }
}
