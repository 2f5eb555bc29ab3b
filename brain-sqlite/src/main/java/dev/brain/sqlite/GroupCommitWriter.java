package dev.brain.sqlite;

import dev.brain.store.Sql;
import dev.brain.store.Transactions;
import dev.brain.store.Transactions.Work;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to a file. Operations that threads submit at the same time share a transaction and its commit.
 *
 * <p>The writer has no thread of its own. The first thread that comes is the leader: it runs the waiting operations,
 * commits, and wakes their threads. Operations that arrive during its commit are left to the next leader. Each operation
 * but the first has a savepoint, so that its failure undoes only its own changes. If the first fails, the others run in
 * another transaction.
 */
final class GroupCommitWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommitWriter.class);

    /** The maximum number of operations in a transaction. */
    private static final int BATCH = 64;

    /** How long a transaction accepts operations. Other programs wait for the lock meanwhile, but not for long. */
    static final Duration HOLD = Duration.ofMillis(20);

    private final StoreFile file;
    private final Duration hold;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Condition closing = lock.newCondition();

    // guarded by the lock
    private final ArrayDeque<Submitted<?>> waiting = new ArrayDeque<>();
    private boolean led;
    private boolean closed;

    // used only by the leader
    private @Nullable FileConnection connection;
    private final LockYield lockYield = new LockYield(Clock.systemUTC());
    private final AtomicLong commits = new AtomicLong();
    private final StampKeeper stamps;

    GroupCommitWriter(StoreFile file, FileConnection connection, Duration hold) {
        this.file = file;
        this.connection = connection;
        this.hold = hold;
        this.stamps = new StampKeeper(file);
    }

    /** Runs this work before anything else whenever an earlier copy of the file was put in its place. */
    void whenRestored(Transactions.RestoredWork work) {
        stamps.whenRestored(work);
    }

    /** Returns how many changes the file lacks, as far as it is known; 0 if it is no earlier copy. */
    long missing(Sql sql) throws SQLException {
        return stamps.missing(sql);
    }

    /** Runs an operation in a transaction and returns after its commit. */
    <T> T run(String what, Work<T> work) {
        Submitted<T> done = submitted(what, work);
        T result = done.outcome(file);
        done.afterCommit.forEach(Runnable::run);
        return result;
    }

    private <T> Submitted<T> submitted(String what, Work<T> work) {
        Submitted<T> mine = new Submitted<>(what, work, lock.newCondition());
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("cannot " + what + ": the queue is closed");
            }
            waiting.add(mine);
            while (led && !mine.settled) {
                // not interruptibly: an operation that runs can't be undone, and its result must be reported
                mine.turn.awaitUninterruptibly();
            }
            if (mine.settled) {
                return mine;
            }
            led = true;
        } finally {
            lock.unlock();
        }
        lead(mine);
        return mine;
    }

    /** Returns the number of committed transactions. */
    long commits() {
        return commits.get();
    }

    /** Returns the number of waiting operations. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for all submitted operations, then closes the connection. */
    @Override
    public void close() throws SQLException {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
            while (led || !waiting.isEmpty()) {
                idle.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        FileConnection open = connection;
        connection = null;
        if (open != null) {
            stamps.write();
            open.close();
        }
    }

    private void lead(Submitted<?> mine) {
        try {
            do {
                transact();
            } while (!mine.settled);
        } finally {
            lock.lock();
            try {
                led = false;
                Submitted<?> next = waiting.peek();
                if (next != null) {
                    next.turn.signal();
                } else {
                    idle.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private void transact() {
        List<Submitted<?>> batch = new ArrayList<>();
        @Nullable Throwable failure = null;
        List<Runnable> afterCommit = List.of();
        boolean begun = false;
        giveWay();
        long start = System.nanoTime();
        try {
            Sql sql = open().sql();
            sql.update("BEGIN IMMEDIATE");
            begun = true;
            afterCommit = stamps.restore(sql);
            long until = System.nanoTime() + hold.toNanos();
            for (Submitted<?> next = take(batch); next != null; next = take(batch)) {
                if (batch.size() == 1) {
                    // the first one: if it fails, the transaction is rolled back, which undoes nobody else's work
                    next.runAlone(sql);
                } else {
                    next.run(sql);
                }
                if (batch.size() == BATCH || System.nanoTime() > until) {
                    break;
                }
            }
            sql.update("COMMIT");
            commits.incrementAndGet();
        } catch (SQLException | RuntimeException | Error e) {
            failure = e;
            abandon(e, begun);
        }
        lockYield.used(System.nanoTime() - start);
        settle(batch, failure);
        if (failure == null) {
            stamps.committed();
            afterCommit.forEach(Runnable::run);
        }
    }

    /** Waits during the turn of other programs. Closing or an interrupt ends the wait; the interrupt status is kept. */
    private void giveWay() {
        long left = lockYield.othersTurn().toNanos();
        lock.lock();
        try {
            while (left > 0 && !closed) {
                left = closing.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private FileConnection open() throws SQLException {
        FileConnection open = connection;
        if (open != null && !open.identity().equals(file.identity())) {
            LOG.warn("{} was removed or replaced while it was in use", file.path());
            discard(open);
        }
        if (connection == null) {
            connection = file.openWriter(false);
            stamps.opened();
        }
        return connection;
    }

    private @Nullable Submitted<?> take(List<Submitted<?>> batch) {
        lock.lock();
        try {
            Submitted<?> next = waiting.poll();
            if (next != null) {
                batch.add(next);
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Rolls back. Closes a connection that may be broken; the next transaction opens another. */
    private void abandon(Throwable failure, boolean begun) {
        FileConnection open = connection;
        if (open == null) {
            return;
        }
        boolean broken = failure instanceof SQLException e && Errors.isBroken(e);
        if (begun && !broken) {
            try {
                open.sql().update("ROLLBACK");
            } catch (SQLException e) {
                failure.addSuppressed(e);
                broken = true;
            }
        }
        if (broken) {
            discard(open);
        }
    }

    private void discard(FileConnection broken) {
        connection = null;
        try {
            broken.close();
        } catch (SQLException e) {
            LOG.debug("closing a connection to {} failed", file.path(), e);
        }
    }

    private void settle(List<Submitted<?>> batch, @Nullable Throwable failure) {
        lock.lock();
        try {
            if (failure != null && batch.isEmpty()) {
                // the lock was not obtained: those who waited for it would only wait as long again
                batch.addAll(waiting);
                waiting.clear();
            }
            for (Submitted<?> each : batch) {
                each.settled = true;
                if (failure != null && each.failure == null) {
                    each.failure = failure;
                }
                each.turn.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A submitted operation. The submitting thread reads its outcome once it is settled. */
    private static final class Submitted<T> {
        private final String what;
        private final Work<T> work;
        private final Condition turn;
        private @Nullable T result;
        private @Nullable Throwable failure;
        private List<Runnable> afterCommit = List.of();
        private volatile boolean settled;

        Submitted(String what, Work<T> work, Condition turn) {
            this.what = what;
            this.work = work;
            this.turn = turn;
        }

        void runAlone(Sql sql) throws SQLException {
            afterCommit = sql.begin();
            result = work.run(sql);
            sql.end();
        }

        void run(Sql sql) throws SQLException {
            sql.update("SAVEPOINT operation");
            try {
                runAlone(sql);
            } catch (SQLException | RuntimeException e) {
                failure = e;
                takeBack(sql, e);
            }
            sql.update("RELEASE operation");
        }

        private static void takeBack(Sql sql, Exception failure) throws SQLException {
            try {
                sql.update("ROLLBACK TO operation");
            } catch (SQLException e) {
                failure.addSuppressed(e);
                // SQLite rolls the whole transaction back, for example, if the disk is full: the first error says why
                throw failure instanceof SQLException cause ? cause : e;
            }
        }

        @SuppressWarnings("NullAway") // a result is there if there is no failure; whether it may be null is T's affair
        T outcome(StoreFile file) {
            if (failure instanceof SQLException e) {
                throw file.translate(what, e);
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
            return result;
        }
    }
}
