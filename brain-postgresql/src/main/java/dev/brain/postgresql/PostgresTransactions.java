package dev.brain.postgresql;

import com.zaxxer.hikari.HikariDataSource;
import dev.brain.check.Finding;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.IncidentLog.Subscription;
import dev.brain.internal.Closing;
import dev.brain.internal.NoStoreException;
import dev.brain.queue.Store;
import dev.brain.store.Runs;
import dev.brain.store.Schema;
import dev.brain.store.Sql;
import dev.brain.store.StoreDialect;
import dev.brain.store.TableNames;
import dev.brain.store.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Transactions on pooled connections. A transaction that conflicts with another one runs again as a whole. Thread-safe. */
final class PostgresTransactions implements Transactions {
    private static final int ATTEMPTS = 10;

    /** The longest pause before the second attempt; it doubles with each further one. */
    private static final long PAUSE_MILLIS = 5;

    /** Held by one transaction at a time that creates or changes tables, in any process. */
    private static final long SCHEMA_LOCK = 0x627261696eL;

    private final PostgresDatabase database;
    private final LongAdder statements = new LongAdder();
    private final boolean readOnly;
    private final ServerClock serverClock = new ServerClock();
    private final Notifications notifications;
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Heartbeats run;

    /** @param database closed with this */
    PostgresTransactions(PostgresDatabase database, boolean readOnly) {
        this.database = database;
        this.readOnly = readOnly;
        this.notifications = new Notifications(this, database, Notifications.DEBOUNCE);
    }

    /** Returns the statements that create or change the tables; empty if nothing is missing. */
    List<String> missingStatements() {
        return read(
                "read the tables",
                sql -> new Schema(database.location(), sql)
                        .missing().stream().map(sql.names()::in).toList());
    }

    /**
     * Makes sure that the tables are there and of this version. Processes that create or change them at the same time wait
     * for each other.
     */
    void prepare(Store.Options.Access access) {
        if (access == Store.Options.Access.UNCHECKED || missingStatements().isEmpty()) {
            return;
        }
        if (access != Store.Options.Access.CREATE
                && read(
                        "read the tables",
                        sql -> PostgresCatalogue.isMissing(sql, sql.names().queue()))) {
            throw new NoStoreException(database.location());
        }
        if (readOnly || access == Store.Options.Access.CURRENT) {
            throw new ConfigurationException("the tables in " + database.location()
                    + " are of an earlier version; bring them to this one with 'brain queue init'");
        }
        write("prepare the tables", sql -> {
            sql.value("SELECT pg_advisory_xact_lock(" + SCHEMA_LOCK + ")");
            new Schema(database.location(), sql).migrate();
            return true;
        });
    }

    /** Returns the server's time, unless the store was opened with a clock of its own, as in tests. */
    @Override
    public Instant now(Clock clock) {
        return clock.equals(Clock.systemUTC()) ? serverClock.now() : clock.instant();
    }

    @Override
    public List<Finding> check() {
        return read("check the server", sql -> PostgresCheck.run(sql, database.location()));
    }

    @Override
    public synchronized Runs begin(Runs process) {
        if (readOnly) {
            return process;
        }
        Heartbeats begun = Heartbeats.begin(this, process);
        run = begun;
        return begun;
    }

    @Override
    public void announce(Set<String> siteIds) {
        if (database.notifies()) {
            notifications.announce(siteIds);
        }
    }

    @Override
    public Optional<Subscription> listen(Consumer<Set<String>> listener) {
        if (!database.notifies()) {
            return Optional.empty();
        }
        notifications.add(listener);
        return Optional.of(() -> notifications.remove(listener));
    }

    @Override
    public StoreDialect dialect() {
        return PostgresStoreDialect.INSTANCE;
    }

    /** Each statement of the unit sees what was committed before the statement. */
    @Override
    public <T> T read(String what, Work<T> work) {
        return repeat(what, () -> {
            try (Connection connection = connect(what)) {
                Sql sql = sql(connection);
                serverClock.prepare(sql);
                return work.run(sql);
            }
        });
    }

    @Override
    public <T> T write(String what, Work<T> work) {
        if (readOnly) {
            throw new IllegalStateException("cannot " + what + ": the queue was opened to be read");
        }
        Committed<T> committed = repeat(what, () -> {
            try (Connection connection = connect(what)) {
                return commit(what, connection, work);
            }
        });
        committed.afterwards().forEach(Runnable::run);
        return committed.result();
    }

    private record Committed<T>(T result, List<Runnable> afterwards) {}

    private <T> Committed<T> commit(String what, Connection connection, Work<T> work) throws SQLException {
        Sql sql = sql(connection);
        connection.setAutoCommit(false);
        try {
            List<Runnable> afterwards = sql.begin();
            serverClock.prepare(sql);
            T result = work.run(sql);
            try {
                sql.end("COMMIT");
                // costs nothing, but the pool wants to know
                connection.commit();
            } catch (SQLException e) {
                if (PostgresErrors.isBroken(e)) {
                    throw PostgresErrors.unanswered(what, database.location(), e);
                }
                throw e;
            }
            return new Committed<>(result, afterwards);
        } catch (SQLException | RuntimeException | Error e) {
            Closing.afterFailure(e, (AutoCloseable) connection::rollback);
            throw e;
        }
    }

    Sql sql(Connection connection) {
        return new Sql(connection, dialect(), TableNames.DEFAULT, statements);
    }

    private Connection connect(String what) throws SQLException {
        if (closed.getCount() == 0) {
            throw new IllegalStateException("cannot " + what + ": the queue is closed");
        }
        Connection connection = pooled(what);
        try {
            connection.setAutoCommit(true);
            return connection;
        } catch (SQLException | RuntimeException | Error e) {
            Closing.afterFailure(e, connection);
            throw e;
        }
    }

    private Connection pooled(String what) throws SQLException {
        try {
            return database.pool().getConnection();
        } catch (SQLTransientConnectionException e) {
            HikariDataSource owned = database.owned();
            int connections = owned == null ? 0 : owned.getHikariPoolMXBean().getTotalConnections();
            if (e.getCause() == null && connections > 0) {
                throw PostgresErrors.allInUse(what, database.location(), connections, e);
            }
            throw e;
        }
    }

    private interface Attempt<T> {
        T run() throws SQLException;
    }

    private <T> T repeat(String what, Attempt<T> attempt) {
        for (int number = 1; ; number++) {
            try {
                return attempt.run();
            } catch (SQLException e) {
                if (!PostgresErrors.isOvertaken(e) || number == ATTEMPTS || isClosedWithin(pause(number))) {
                    throw PostgresErrors.translate(what, database.location(), e);
                }
            }
        }
    }

    /** Returns a pause of random length, so that those that were in each other's way do not meet again. */
    private static long pause(int attempt) {
        return ThreadLocalRandom.current().nextLong(PAUSE_MILLIS << attempt);
    }

    private boolean isClosedWithin(long millis) {
        try {
            return closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    long statements() {
        return statements.sum();
    }

    @Override
    public synchronized void close() {
        List<AutoCloseable> open = new ArrayList<>();
        open.add(database);
        open.add(closed::countDown);
        if (run != null) {
            open.add(run);
        }
        open.add(notifications);
        Closing.all(open);
    }
}
