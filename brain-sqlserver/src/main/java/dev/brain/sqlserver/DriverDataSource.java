package dev.brain.sqlserver;

import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Physical connections. After a login was refused it refuses for a while by itself, with the same error: servers lock
 * accounts that fail to log in again and again. Thread-safe.
 */
final class DriverDataSource implements DataSource {
    static final Duration LOGIN_PAUSE = Duration.ofSeconds(60);

    private final SQLServerDriver driver = new SQLServerDriver();
    private final ConnectionSettings settings;
    private final AtomicReference<@Nullable Connection> spare = new AtomicReference<>();
    private final AtomicReference<@Nullable Refusal> refusal = new AtomicReference<>();

    private record Refusal(SQLException error, long nanoTime) {}

    DriverDataSource(ConnectionSettings settings) {
        this.settings = settings;
    }

    /** Connects now and keeps the connection for whoever asks for one next. */
    void connectAhead() throws SQLException {
        discard(spare.getAndSet(connect()));
    }

    /** Closes the connection that nobody has asked for. */
    void discardSpare() {
        discard(spare.getAndSet(null));
    }

    private static void discard(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // it isn't used any more
            }
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection kept = spare.getAndSet(null);
        return kept != null ? kept : connect();
    }

    private Connection connect() throws SQLException {
        Refusal last = refusal.get();
        if (last != null && System.nanoTime() - last.nanoTime() < LOGIN_PAUSE.toNanos()) {
            throw last.error();
        }
        try {
            Connection connection = driver.connect(settings.url(), settings.properties());
            refusal.set(null);
            return connection;
        } catch (SQLException e) {
            if (Errors.isRefusedLogin(e)) {
                refusal.set(new Refusal(e, System.nanoTime()));
            }
            throw Errors.whileConnecting(e);
        }
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the user is part of the settings");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // the driver logs by itself
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // it is among the settings
    }

    @Override
    public int getLoginTimeout() {
        return Math.toIntExact(settings.loginTimeout().toSeconds());
    }

    @Override
    public Logger getParentLogger() {
        return driver.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("this wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    @Override
    public String toString() {
        return settings.location();
    }
}
