package dev.brain.postgresql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.Store;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The connections to a PostgreSQL database. Thread-safe.
 *
 * @param pool the connections of transactions
 * @param listening opens the connection that receives notifications
 * @param owned what is closed with this; null if it belongs to the application
 * @param notifies whether workers are notified of tasks; otherwise they only poll
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

    /** How long an answer may take. A server that no longer answers must not stop a worker for ever. */
    private static final int SOCKET_TIMEOUT_SECONDS = 60;

    /**
     * Returns a database of the connections in the options, which belong to the application. Without them, connects to the
     * URL once.
     */
    static PostgresDatabase of(Store.Options options) {
        DataSource given = options.dataSource();
        return given == null
                ? connect(options)
                : new PostgresDatabase(given, given, null, notifies(options.environment()), location(options));
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
        PGSimpleDataSource driver = new PGSimpleDataSource();
        try {
            driver.setURL(options.url());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "the queue's URL can't be read; write jdbc:postgresql://HOST:PORT/DATABASE", e);
        }
        Environment environment = options.environment();
        environment.get("BRAIN_QUEUE_USER").ifPresent(driver::setUser);
        environment.get("BRAIN_QUEUE_PASSWORD").ifPresent(driver::setPassword);
        if (!sets(options.url(), "ApplicationName")) {
            driver.setApplicationName("brain");
        }
        if (!sets(options.url(), "socketTimeout")) {
            driver.setSocketTimeout(SOCKET_TIMEOUT_SECONDS);
        }
        if (!sets(options.url(), "tcpKeepAlive")) {
            driver.setTcpKeepAlive(true);
        }
        // of two that set the same, the last wins
        driver.setOptions(PLANS + " " + (driver.getOptions() == null ? "" : driver.getOptions() + " ") + ISOLATION);
        return driver;
    }

    /** The driver's getters return a default for what the URL leaves out. */
    private static boolean sets(String url, String parameter) {
        return url.contains("?" + parameter + "=") || url.contains("&" + parameter + "=");
    }

    @Override
    public void close() {
        if (owned != null) {
            owned.close();
        }
    }
}
