package dev.brain.store;

import dev.brain.check.Finding;
import dev.brain.incident.IncidentLog.Subscription;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs units of work on the database of a store, and translates their errors. Thread-safe. */
public interface Transactions extends AutoCloseable {
    /** A unit of work. It may run again if the database has rolled it back. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T run(Sql sql) throws SQLException;
    }

    StoreDialect dialect();

    /**
     * Runs a unit that only reads. It sees everything that was committed before.
     *
     * @param what what it does, for messages: "list tasks"
     * @throws dev.brain.error.BrainException if the database can't be read
     */
    <T> T read(String what, Work<T> work);

    /**
     * Runs a unit in a transaction, and returns after its commit. Then runs on this thread what the unit {@linkplain
     * Sql#afterCommit left for after the commit}.
     *
     * @throws dev.brain.error.BrainException if the database can't be written; nothing has changed then, unless a
     *     connection broke during the commit
     */
    <T> T write(String what, Work<T> work);

    /**
     * Returns the time that leases are measured by. A database for several machines has a clock for all of them.
     *
     * @param clock the clock of this machine
     */
    default Instant now(Clock clock) {
        return clock.instant();
    }

    /** Returns what an operator should know about the database itself. Changes nothing. */
    default List<Finding> check() {
        return List.of();
    }

    /**
     * Begins a run, which ends before the connections are closed.
     *
     * @param process names this process, and knows which processes of this machine are alive
     */
    default Runs begin(Runs process) {
        return process;
    }

    /** Does what is needed if the database turns out to be older than what was done with it. */
    @FunctionalInterface
    interface RestoredWork {
        /**
         * Does it within a transaction.
         *
         * @param missing the number of changes that the database lacks, as far as it is known
         */
        void run(Sql sql, long missing) throws SQLException;
    }

    /**
     * Runs this work, before anything else is written, whenever an earlier copy of the database was put in its place.
     * Defaults to never, because a database server does not know.
     */
    default void whenRestored(RestoredWork work) {}

    /** Tells the workers of all processes that tasks of these sites may be ready. Defaults to nothing. */
    default void announce(Set<String> siteIds) {}

    /** Does what {@link dev.brain.queue.TaskQueue#listen} does. */
    default Optional<Subscription> listen(Consumer<Set<String>> listener) {
        return Optional.empty();
    }

    /** Closes the connections after all submitted units have ended. */
    @Override
    void close();
}
