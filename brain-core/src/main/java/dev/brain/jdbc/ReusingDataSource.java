package dev.brain.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A data source that keeps a few connections for reuse. Thread-safe. */
public abstract class ReusingDataSource extends BaseDataSource implements AutoCloseable {
    private static final int KEPT = 2;

    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private boolean closed;

    /** For subclasses. */
    protected ReusingDataSource() {}

    /** Opens a new connection. */
    protected abstract Connection connect() throws SQLException;

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection;
        synchronized (this) {
            if (closed) {
                throw new SQLException("the data source is closed");
            }
            connection = idle.pollLast();
        }
        return lent(connection == null ? connect() : connection);
    }

    /** Returns the connection in a form that is given back when it is closed. */
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
