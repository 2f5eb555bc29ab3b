package dev.brain.bench.queue;

import java.sql.SQLException;
import java.time.Duration;

/** A way to keep a queue in a database. */
interface Contender {
    String name();

    /** Returns whether it supports a measurement. */
    boolean can(Measure measure);

    /** Returns whether it needs at least one commit for each task, so that it gets fewer tasks. */
    boolean isSlow(Measure measure);

    /** Opens its queue, and makes it where it is missing. */
    Session open(Target target) throws SQLException;

    /** An opened queue. */
    interface Session extends AutoCloseable {
        /** Writes so many tasks, in one commit where it can; returns when they are durable. */
        void enqueue(int first, int count) throws SQLException;

        /** Takes and completes so many tasks on this thread; returns how long it took. */
        Duration takeAndComplete(int tasks) throws SQLException;

        /** Ends so many tasks, which are all that there are, with its own runtime; returns how long it took. */
        Duration drain(int tasks, int workers) throws InterruptedException, SQLException;

        @Override
        void close() throws SQLException;
    }
}
