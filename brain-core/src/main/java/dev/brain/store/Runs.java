package dev.brain.store;

import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a queue. Each opened queue is one, and its reservations carry its name. Others leave these reservations
 * alone while the run is alive.
 */
public interface Runs extends AutoCloseable {
    /** Returns the name of this run. */
    String name();

    /** Begins a run that ends at the latest when this one ends. */
    Runs beginWithin();

    /** Returns which of the other runs are alive. */
    Others others(Sql sql, Instant now) throws SQLException;

    /** Ends this run, so that any run may settle its reservations. */
    @Override
    void close();

    /** Which of the other runs are alive. */
    @FunctionalInterface
    interface Others {
        /**
         * Returns whether a run other than this one may still be working on what it reserved at that time. An unreadable
         * name belongs to no run.
         */
        boolean areAlive(@Nullable String run, Instant reservedAt);
    }
}
