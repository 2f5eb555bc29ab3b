package dev.brain.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Connections of any JDBC driver. After a login was refused it refuses for a while by itself, with the same error: servers
 * lock accounts that fail to log in again and again. Thread-safe.
 */
final class DriverDataSource extends ReusingDataSource {
    private static final int KEPT = 4;
    private static final Duration VALIDATION = Duration.ofSeconds(5);
    private static final Duration LOGIN_PAUSE = Duration.ofSeconds(60);

    private final Driver driver;
    private final String url;
    private final Properties properties;
    private final AtomicReference<@Nullable Refusal> refusal = new AtomicReference<>();

    private record Refusal(SQLException error, long nanoTime) {}

    DriverDataSource(Driver driver, String url, Properties properties) {
        super(KEPT, 0);
        this.driver = driver;
        this.url = url;
        this.properties = properties;
    }

    @Override
    protected Connection connect() throws SQLException {
        Refusal last = refusal.get();
        if (last != null && System.nanoTime() - last.nanoTime() < LOGIN_PAUSE.toNanos()) {
            throw last.error();
        }
        Connection connection;
        try {
            connection = driver.connect(url, copy(properties));
        } catch (SQLException e) {
            if (SqlStates.isRefusedLogin(e)) {
                refusal.set(new Refusal(e, System.nanoTime()));
            }
            throw e;
        }
        if (connection == null) {
            throw new SQLNonTransientConnectionException(
                    "the driver " + driver.getClass().getName() + " does not accept the URL", "08001");
        }
        return connection;
    }

    /** Drivers may add to what they are given. */
    private static Properties copy(Properties properties) {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    /** Asks the server: a write on a connection that has died since would be known not to be sent, but not be sent either. */
    @Override
    protected boolean isUsable(Connection connection) throws SQLException {
        return connection.isValid(Math.toIntExact(VALIDATION.toSeconds()));
    }
}
