package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.internal.StopSignal;
import dev.brain.jdbc.Dialect.Fault;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs units of work on a database. It owns the connection and the transaction, repeats a unit that was certainly
 * rolled back, and reports a failure in one line. Thread-safe.
 */
public final class JdbcRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcRunner.class);
    private static final int TRIES = 5;
    /** The time after the first attempt in which further ones may begin. Five time-outs in a row would take minutes. */
    private static final Duration TRY_WITHIN = Duration.ofSeconds(15);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    private final Database database;
    /** Never set. It only makes an interrupted thread give up. */
    private final StopSignal interruption = new StopSignal();

    public JdbcRunner(Database database) {
        this.database = requireNonNull(database, "database");
    }

    /**
     * A unit of work.
     *
     * @param <T> its result
     */
    @FunctionalInterface
    public interface Work<T> {
        T run(Session session) throws SQLException;
    }

    public Database database() {
        return database;
    }

    /**
     * Runs a unit that only reads.
     *
     * @param what what it does, for messages: "list the candidates of site x"
     * @throws ConfigurationException if the database does not match the profile, or a permission is missing
     * @throws UnavailableException if it can't be read now
     */
    public <T> T read(String what, Work<T> work) {
        return run(what, (session, rolledBack) -> work.run(session), false);
    }

    /**
     * Runs a unit in one transaction. It throws the exceptions of {@link #read}. After an {@link UnavailableException}
     * it is unknown whether the unit took effect, unless it is a {@link NotAppliedException}.
     */
    public <T> T write(String what, Work<T> work) {
        return run(what, (session, rolledBack) -> inTransaction(session, work, rolledBack), true);
    }

    /**
     * Runs a unit that writes by a single call, which is a transaction of its own. Otherwise does what {@link #write}
     * does.
     */
    public <T> T writeInOneCall(String what, Work<T> work) {
        return run(what, (session, rolledBack) -> inAutoCommit(session, work), true);
    }

    private interface Attempt<T> {
        /** @param rolledBack is set if the unit fails and was certainly rolled back */
        T run(Session session, AtomicBoolean rolledBack) throws SQLException;
    }

    private <T> T run(String what, Attempt<T> work, boolean writes) {
        Dialect dialect = database.dialect();
        long start = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            boolean connected = false;
            AtomicBoolean rolledBack = new AtomicBoolean();
            try (Connection connection = database.dataSource().getConnection()) {
                connected = true;
                return work.run(new Session(connection, dialect), rolledBack);
            } catch (SQLException e) {
                Fault fault = dialect.classify(e);
                boolean mayPass = fault == Fault.TRANSIENT || (fault == Fault.CONNECTION && !(writes && connected));
                boolean isNothingDone =
                        writes && (mayPass || !connected || rolledBack.get() || dialect.isRolledBack(e));
                if (!mayPass || attempt == TRIES || System.nanoTime() - start > TRY_WITHIN.toNanos()) {
                    throw translated(
                            what,
                            fault == Fault.ROW && !writes ? Fault.CONFIGURATION : fault,
                            attempt,
                            isNothingDone,
                            e);
                }
                LOG.debug("{}: {}; trying again ({} of {})", what, dialect.describe(e), attempt + 1, TRIES);
                if (interruption.await(pause(attempt))) {
                    throw translated(what, fault, attempt, isNothingDone, e);
                }
            }
        }
    }

    /**
     * Runs a unit in auto-commit mode. A pool may hand out connections without it, and then nothing would commit the
     * call.
     */
    private static <T> T inAutoCommit(Session session, Work<T> work) throws SQLException {
        Connection connection = session.connection();
        if (connection.getAutoCommit()) {
            return work.run(session);
        }
        connection.setAutoCommit(true);
        try {
            return work.run(session);
        } finally {
            quietly(() -> connection.setAutoCommit(false));
        }
    }

    private <T> T inTransaction(Session session, Work<T> work, AtomicBoolean rolledBack) throws SQLException {
        Dialect dialect = database.dialect();
        Connection connection = session.connection();
        boolean before = connection.getAutoCommit();
        connection.setAutoCommit(false);
        boolean committing = false;
        boolean ended = false;
        try {
            T result = work.run(session);
            committing = true;
            connection.commit();
            ended = true;
            return result;
        } catch (SQLException e) {
            boolean done = quietly(connection::rollback);
            ended = true;
            rolledBack.set(isRolledBack(dialect.classify(e), committing, done));
            throw e;
        } finally {
            if (!ended) {
                quietly(connection::rollback);
            }
            quietly(() -> connection.setAutoCommit(before));
        }
    }

    /**
     * Returns whether a failed transaction certainly has no effect. A roll-back that fails proves nothing, because the
     * error may have ended the transaction, as {@code RAISE(ROLLBACK)} does in SQLite. A commit whose answer is lost may
     * have taken effect, but not one that the database refuses, for example because of a deferred constraint.
     */
    private static boolean isRolledBack(Fault fault, boolean committing, boolean done) {
        return switch (fault) {
            case ROW -> true;
            case CONFIGURATION, TRANSIENT -> !committing;
            case CONNECTION, OTHER -> done && !committing;
        };
    }

    private interface Cleanup {
        void run() throws SQLException;
    }

    /**
     * Cleans up after an error. A broken connection can't be rolled back, and the original error is the one to report.
     * Returns false if the clean-up failed.
     */
    private static boolean quietly(Cleanup cleanup) {
        try {
            cleanup.run();
            return true;
        } catch (SQLException e) {
            LOG.debug("cleaning up a connection failed", e);
            return false;
        }
    }

    private BrainException translated(String what, Fault fault, int attempts, boolean isNothingDone, SQLException e) {
        Dialect dialect = database.dialect();
        String reason = dialect.describe(e)
                + (attempts > 1 ? " (tried " + attempts + " times)" : "")
                + dialect.advice(e)
                        .or(() -> Optional.ofNullable(generalAdvice(fault)))
                        .map(advice -> "; " + advice)
                        .orElse("");
        String message = "cannot " + what + " in " + database.location() + ": " + reason;
        return switch (fault) {
            case CONFIGURATION -> new ConfigurationException(message, e);
            case ROW -> new RowRefusedException(message, reason, isNothingDone, e);
            case TRANSIENT, CONNECTION, OTHER ->
                isNothingDone ? new NotAppliedException(message, e) : new UnavailableException(message, e);
        };
    }

    private static @Nullable String generalAdvice(Fault fault) {
        return switch (fault) {
            case CONFIGURATION -> "correct the profile, the connection's settings or the permissions";
            case TRANSIENT -> "try again later";
            case CONNECTION -> "see that the database can be reached";
            case ROW -> "correct the row, or the constraint or trigger that refuses it";
            case OTHER -> null;
        };
    }

    /**
     * Returns a pause that doubles with each attempt. A part of it is random, so that two transactions that collided do
     * not collide again.
     */
    private static Duration pause(int attempt) {
        long longest = FIRST_PAUSE.toNanos() << (attempt - 1);
        return Duration.ofNanos(longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2));
    }
}
