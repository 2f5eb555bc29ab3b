package dev.brain.sqlite;

import dev.brain.jdbc.BaseDataSource;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/** Connections to a file that must exist, a few of them kept for reuse; thread-safe. */
final class SqliteDataSource extends BaseDataSource implements AutoCloseable {
    private static final int KEPT = 2;
    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(5);

    private final Path path;
    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    SqliteDataSource(Path path) {
        this.path = path;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (!Files.exists(path)) {
            // SQLite's own words are "unable to open", whatever the reason.
            throw new SQLException("no such file", null, SQLiteErrorCode.SQLITE_CANTOPEN.code);
        }
        Connection connection;
        synchronized (this) {
            if (closed) {
                throw new SQLException("the data source is closed");
            }
            connection = idle.pollLast();
        }
        if (connection == null) {
            Properties properties = new Properties();
            properties.setProperty("busy_timeout", String.valueOf(BUSY_TIMEOUT.toMillis()));
            connection = SqliteDriver.connect(path, parameters(), properties);
        }
        return lent(connection);
    }

    /** A user who may not write the file must not open its write-ahead log, which would be created as this user's file. */
    private String parameters() throws SQLException {
        Optional<String> blocked = SideFiles.unwritable(path);
        if (blocked.isEmpty()) {
            return "mode=rw";
        }
        try {
            if (Files.isWritable(path) || SideFiles.hasWriteAheadLog(path)) {
                throw new SQLException(blocked.get(), null, SQLiteErrorCode.SQLITE_READONLY.code);
            }
        } catch (IOException e) {
            throw new SQLException(
                    SideFiles.unreadable(path).orElse("it can't be read"),
                    null,
                    SQLiteErrorCode.SQLITE_CANTOPEN.code,
                    e);
        }
        return "mode=ro";
    }

    /** The connection, but closing it gives it back. */
    private Connection lent(Connection connection) {
        boolean[] returned = {false};
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "close" -> {
                            if (!returned[0]) {
                                returned[0] = true;
                                giveBack(connection);
                            }
                            return null;
                        }
                        case "isClosed" -> {
                            return returned[0] || connection.isClosed();
                        }
                        default -> {
                            if (returned[0]) {
                                throw new SQLException("the connection was closed");
                            }
                            try {
                                return method.invoke(connection, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }
                    }
                });
    }

    private void giveBack(Connection connection) throws SQLException {
        boolean reusable = false;
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            reusable = true;
        } finally {
            if (!reusable || !keep(connection)) {
                connection.close();
            }
        }
    }

    private synchronized boolean keep(Connection connection) {
        if (closed || idle.size() >= KEPT) {
            return false;
        }
        idle.addLast(connection);
        return true;
    }

    @Override
    public void close() throws SQLException {
        Connection connection = next();
        while (connection != null) {
            connection.close();
            connection = next();
        }
    }

    private synchronized @Nullable Connection next() {
        closed = true;
        return idle.pollLast();
    }
}
