package dev.brain.sqlserver;

import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import dev.brain.jdbc.BaseDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Physical connections. After a login was refused it refuses for a while by itself, with the same error: servers lock
 * accounts that fail to log in again and again. Thread-safe.
 */
final class DriverDataSource extends BaseDataSource {
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
                // it is no longer used
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
    public int getLoginTimeout() {
        return Math.toIntExact(settings.loginTimeout().toSeconds());
    }

    @Override
    public String toString() {
        return settings.location();
    }
}
