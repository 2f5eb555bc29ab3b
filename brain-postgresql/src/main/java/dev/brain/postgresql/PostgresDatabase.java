package dev.brain.postgresql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.Store;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The connections to a PostgreSQL database. Thread-safe.
 *
 * @param pool the connections of transactions
 * @param listening opens the connection that is told of tasks
 * @param owned what is closed with this; null if it belongs to the application
 * @param notifies whether workers are told of tasks; else they only poll
 */
record PostgresDatabase(
        DataSource pool, DataSource listening, @Nullable HikariDataSource owned, boolean notifies, String location)
        implements AutoCloseable {
    /** How long a caller waits for a connection, for example while the server restarts. */
    private static final Duration CONNECT = Duration.ofSeconds(30);

    /**
     * A plan that scans a whole table is never right here, however few rows the statistics report: they lag behind a queue
     * that fills in seconds.
     */
    private static final String PLANS =
            "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

    /** Each statement sees what was committed before it. Not set by the pool, which would change a pooler's session. */
    private static final String ISOLATION = "-c default_transaction_isolation=read\\ committed";

    /** How many seconds an answer may take. A server that no longer answers must not stop a worker for ever. */
    private static final String SOCKET_TIMEOUT = "60";

    /** Returns a database whose connections belong to the application. */
    static PostgresDatabase of(DataSource dataSource, Store.Options options) {
        return new PostgresDatabase(dataSource, dataSource, null, notifies(options.environment()), location(options));
    }

    private static String location(Store.Options options) {
        return options.url().replaceFirst("[?].*", "");
    }

    /** Returns a database that was connected to once. */
    static PostgresDatabase connect(Store.Options options) {
        String location = location(options);
        PGSimpleDataSource driver = driver(options);
        boolean notifies = notifies(options.environment());
        try {
            HikariDataSource pool = new HikariDataSource(pool(driver));
            return new PostgresDatabase(pool, driver, pool, notifies, location);
        } catch (PoolInitializationException e) {
            throw e.getCause() instanceof SQLException cause
                    ? PostgresErrors.translate("open the queue", location, cause)
                    : e;
        }
    }

    static HikariConfig pool(DataSource driver) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("brain-postgresql");
        config.setDataSource(driver);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(CONNECT.toMillis());
        return config;
    }

    private static boolean notifies(Environment environment) {
        String text = environment.get("BRAIN_QUEUE_NOTIFY").orElse("on");
        if (!text.equals("on") && !text.equals("off")) {
            throw new ConfigurationException("BRAIN_QUEUE_NOTIFY must be on or off, not '" + text + "'");
        }
        return text.equals("on");
    }

    static PGSimpleDataSource driver(Store.Options options) {
        Properties given = Driver.parseURL(options.url(), null);
        if (given == null) {
            throw new ConfigurationException(
                    "the queue's URL can't be read; write jdbc:postgresql://HOST:PORT/DATABASE");
        }
        PGSimpleDataSource driver = new PGSimpleDataSource();
        driver.setURL(options.url());
        Environment environment = options.environment();
        environment.get("BRAIN_QUEUE_USER").ifPresent(driver::setUser);
        environment.get("BRAIN_QUEUE_PASSWORD").ifPresent(driver::setPassword);
        Map.of(
                        PGProperty.APPLICATION_NAME, "brain",
                        PGProperty.SOCKET_TIMEOUT, SOCKET_TIMEOUT,
                        PGProperty.TCP_KEEP_ALIVE, "true")
                .forEach((property, value) -> {
                    if (!property.isPresent(given)) {
                        driver.setProperty(property, value);
                    }
                });
        // of two that set the same, the last wins
        driver.setOptions(PLANS + " " + (driver.getOptions() == null ? "" : driver.getOptions() + " ") + ISOLATION);
        return driver;
    }

    @Override
    public void close() {
        if (owned != null) {
            owned.close();
        }
    }
}
