package dev.brain.jdbc;

import dev.brain.internal.Closing;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A data source that keeps a few idle connections for reuse, and on each of them the statements that were prepared last.
 * It never limits how many connections are used at the same time. Thread-safe.
 */
public abstract class ReusingDataSource extends BaseDataSource implements AutoCloseable {
    private final int connectionsKept;
    private final int statementsKept;
    private final ArrayDeque<ReusedConnection> idle = new ArrayDeque<>();
    private final AtomicLong prepares = new AtomicLong();
    private boolean closed;

    /**
     * For subclasses.
     *
     * @param connectionsKept how many idle connections are kept
     * @param statementsKept how many prepared statements each of them keeps; 0 if the driver keeps them itself
     */
    protected ReusingDataSource(int connectionsKept, int statementsKept) {
        this.connectionsKept = connectionsKept;
        this.statementsKept = statementsKept;
    }

    /** Opens a connection. */
    protected abstract Connection connect() throws SQLException;

    /** Returns whether an idle connection still works. Defaults to true. */
    protected boolean isUsable(Connection connection) throws SQLException {
        return true;
    }

    /** Returns how many statements were prepared by the database; reused ones do not count. */
    public final long prepares() {
        return prepares.get();
    }

    @Override
    public Connection getConnection() throws SQLException {
        ReusedConnection reused = nextIdle();
        while (reused != null) {
            if (isUsable(reused.connection)) {
                return reused.lend();
            }
            reused.connection.close();
            reused = nextIdle();
        }
        return new ReusedConnection(connect()).lend();
    }

    private synchronized @Nullable ReusedConnection nextIdle() throws SQLException {
        if (closed) {
            throw new SQLException("the data source is closed");
        }
        return idle.pollLast();
    }

    private synchronized boolean keep(ReusedConnection connection) {
        if (closed || idle.size() >= connectionsKept) {
            return false;
        }
        idle.addLast(connection);
        return true;
    }

    @Override
    public void close() {
        List<Connection> unused;
        synchronized (this) {
            closed = true;
            unused = idle.stream().map(reused -> reused.connection).toList();
            idle.clear();
        }
        Closing.all(unused);
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private final class ReusedConnection {
        private final Connection connection;
        /** Idle ones by their SQL, the one that was used last at the end. */
        private final Map<String, PreparedStatement> statements = new LinkedHashMap<>();

        ReusedConnection(Connection connection) {
            this.connection = connection;
        }

        /** Returns the connection; closing it gives it back. */
        Connection lend() {
            boolean[] returned = {false};
            return proxy(Connection.class, (method, arguments) -> {
                switch (method.getName()) {
                    case "close" -> {
                        if (!returned[0]) {
                            returned[0] = true;
                            giveBack();
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
                        return statementsKept > 0
                                        && method.getName().equals("prepareStatement")
                                        && arguments != null
                                        && arguments.length == 1
                                ? prepare((String) arguments[0])
                                : call(connection, method, arguments);
                    }
                }
            });
        }

        private void giveBack() throws SQLException {
            if (connection.isClosed()) {
                return;
            }
            try {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                    connection.setAutoCommit(true);
                }
            } catch (SQLException | RuntimeException | Error e) {
                Closing.afterFailure(e, connection);
                throw e;
            }
            if (!keep(this)) {
                connection.close();
            }
        }

        private PreparedStatement prepare(String sql) throws SQLException {
            PreparedStatement kept = statements.remove(sql);
            if (kept == null) {
                prepares.incrementAndGet();
                kept = connection.prepareStatement(sql);
            }
            PreparedStatement statement = kept;
            // one that failed, or that was closed before, is not used again
            boolean[] reusable = {true};
            return proxy(PreparedStatement.class, (method, arguments) -> {
                if (!method.getName().equals("close")) {
                    try {
                        return call(statement, method, arguments);
                    } catch (SQLException e) {
                        reusable[0] = false;
                        throw e;
                    }
                }
                if (!reusable[0]) {
                    statement.close();
                } else {
                    reusable[0] = false;
                    statement.clearParameters();
                    keepStatement(sql, statement);
                }
                return null;
            });
        }

        private void keepStatement(String sql, PreparedStatement statement) throws SQLException {
            PreparedStatement superseded = statements.put(sql, statement);
            if (superseded != null) {
                superseded.close();
            }
            if (statements.size() > statementsKept) {
                var eldest = statements.entrySet().iterator();
                PreparedStatement dropped = eldest.next().getValue();
                eldest.remove();
                dropped.close();
            }
        }
    }

    private interface Handler {
        @Nullable
        Object handle(Method method, Object @Nullable [] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Handler handler) {
        return type.cast(Proxy.newProxyInstance(
                ReusingDataSource.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> handler.handle(method, arguments)));
    }
}
