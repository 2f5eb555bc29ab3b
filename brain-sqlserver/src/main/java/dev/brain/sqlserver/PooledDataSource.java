package dev.brain.sqlserver;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.brain.jdbc.BaseDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A small pool that connects when it is first used. The caller makes the first connection, and the first one after a
 * failure, so that the server's own error is reported at once instead of after the pool's time-out. Thread-safe.
 */
final class PooledDataSource extends BaseDataSource implements AutoCloseable {
    private static final int SIZE = 4;

    private final DriverDataSource driver;
    private final HikariDataSource pool;
    private final ReentrantLock connecting = new ReentrantLock();
    private volatile boolean reachable;

    PooledDataSource(ConnectionSettings settings) {
        driver = new DriverDataSource(settings);
        HikariConfig config = new HikariConfig();
        config.setPoolName("brain-sqlserver");
        config.setDataSource(driver);
        config.setMaximumPoolSize(SIZE);
        // none is made without somebody waiting for it: a wrong password would be tried again and again
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(true);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionTimeout(settings.loginTimeout().plusSeconds(5).toMillis());
        config.setValidationTimeout(Duration.ofSeconds(5).toMillis());
        config.setIdleTimeout(Duration.ofMinutes(10).toMillis());
        pool = new HikariDataSource(config);
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (!reachable) {
            connectAhead();
        }
        try {
            Connection connection = pool.getConnection();
            driver.discardSpare();
            return connection;
        } catch (SQLTransientConnectionException e) {
            reachable = false;
            throw e;
        }
    }

    private void connectAhead() throws SQLException {
        connecting.lock();
        try {
            if (!reachable) {
                driver.connectAhead();
                reachable = true;
            }
        } finally {
            connecting.unlock();
        }
    }

    @Override
    public void close() {
        pool.close();
        driver.discardSpare();
    }

    @Override
    public int getLoginTimeout() {
        return driver.getLoginTimeout();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(pool)) {
            return type.cast(pool);
        }
        return super.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(pool);
    }

    @Override
    public String toString() {
        return driver.toString();
    }
}
