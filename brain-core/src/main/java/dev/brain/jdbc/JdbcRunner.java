package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.jdbc.Dialect.Fault;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs units of work on a database: owns the connection and the transaction, runs a unit again that was rolled back for
 * certain, and says in one line what failed. Thread-safe.
 */
public final class JdbcRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcRunner.class);
    private static final int TRIES = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final int TIMEOUT_SECONDS = 30;

    private final Database database;

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
     * @throws ConfigurationException if the database isn't as the profile says, or a permission is missing
     * @throws UnavailableException if it can't be read now
     */
    public <T> T read(String what, Work<T> work) {
        return run(what, work, false);
    }

    /**
     * Runs a unit in one transaction; with the errors of {@link #read}, of which {@link UnavailableException} leaves
     * open whether the unit took effect.
     */
    public <T> T write(String what, Work<T> work) {
        return run(what, work, true);
    }

    private <T> T run(String what, Work<T> work, boolean writes) {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = database.dataSource().getConnection()) {
                return writes ? inTransaction(connection, work) : work.run(new Session(connection, TIMEOUT_SECONDS));
            } catch (SQLException e) {
                Fault fault = database.dialect().classify(e);
                if (fault != Fault.TRANSIENT || attempt == TRIES) {
                    throw translated(what, fault, e);
                }
                LOG.debug("{}: {}; trying again ({} of {})", what, e.getMessage(), attempt + 1, TRIES);
                pause(attempt);
            }
        }
    }

    private static <T> T inTransaction(Connection connection, Work<T> work) throws SQLException {
        boolean before = connection.getAutoCommit();
        connection.setAutoCommit(false);
        boolean committed = false;
        try {
            T result = work.run(new Session(connection, TIMEOUT_SECONDS));
            connection.commit();
            committed = true;
            return result;
        } finally {
            if (!committed) {
                quietly(connection::rollback);
            }
            quietly(() -> connection.setAutoCommit(before));
        }
    }

    private interface Cleanup {
        void run() throws SQLException;
    }

    /** A connection that broke can't be rolled back either; the error that broke it is the one to tell. */
    private static void quietly(Cleanup cleanup) {
        try {
            cleanup.run();
        } catch (SQLException e) {
            LOG.debug("cleaning up a connection failed", e);
        }
    }

    private BrainException translated(String what, Fault fault, SQLException e) {
        String place = "cannot " + what + " in " + database.location() + ": " + e.getMessage();
        return switch (fault) {
            case CONFIGURATION ->
                new ConfigurationException(
                        place + "; correct the profile, the connection's settings or the permissions", e);
            case TRANSIENT -> new UnavailableException(place + " (tried " + TRIES + " times); try again later", e);
            case CONNECTION -> new UnavailableException(place + "; see that the database can be reached", e);
            case OTHER -> new UnavailableException(place, e);
        };
    }

    /** Twice as long each time, of which a random part, so that two who collided don't collide again. */
    private static void pause(int attempt) {
        long longest = FIRST_PAUSE.toNanos() << (attempt - 1);
        LockSupport.parkNanos(longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2));
    }
}
