package dev.brain.store;

import dev.brain.internal.Closing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements on one connection. Each statement is prepared once. Not thread-safe.
 *
 * <p>SQL names the tables {@code $queue} and {@code $sites}. The dialect binds an {@link Instant}, a {@link Collection}
 * and a {@link RowSet}.
 */
public final class Sql implements AutoCloseable {
    private final Connection connection;
    private final StoreDialect dialect;
    private final TableNames names;
    private final LongAdder statements;
    private final Map<String, Prepared> prepared = new HashMap<>();
    private final Map<String, List<@Nullable Object[]>> atEnd = new LinkedHashMap<>();
    private List<Runnable> afterCommit = new ArrayList<>();

    /**
     * Creates the runner of a connection. Closing it closes the connection.
     *
     * @param statements counts the statements that are run
     */
    public Sql(Connection connection, StoreDialect dialect, TableNames names, LongAdder statements) {
        this.connection = connection;
        this.dialect = dialect;
        this.names = names;
        this.statements = statements;
    }

    /** Makes a value of the current row of a result. */
    @FunctionalInterface
    public interface RowReader<T extends @Nullable Object> {
        T read(Row row) throws SQLException;
    }

    /**
     * Rows that a statement reads like a table, see {@link StoreDialect#rows}.
     *
     * @param rows the values of each row: texts, whole numbers, times and null; at least one row
     */
    public record RowSet(List<? extends List<? extends @Nullable Object>> rows) {
        public RowSet {
            rows = List.copyOf(rows);
        }
    }

    private record Prepared(PreparedStatement statement, Map<String, Integer> columns) {}

    public StoreDialect dialect() {
        return dialect;
    }

    public TableNames names() {
        return names;
    }

    /** Runs a statement and returns how many rows it changed. */
    public int update(String sql, @Nullable Object... values) throws SQLException {
        return run(sql, values, prepared -> prepared.statement().executeUpdate());
    }

    public <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... values) throws SQLException {
        return run(sql, values, prepared -> {
            try (ResultSet result = prepared.statement().executeQuery()) {
                Row row = row(prepared, result);
                List<T> rows = new ArrayList<>();
                while (result.next()) {
                    rows.add(reader.read(row));
                }
                return rows;
            }
        });
    }

    /** Returns the first row of a query; empty if it has none. */
    public <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... values) throws SQLException {
        return run(sql, values, prepared -> {
            try (ResultSet result = prepared.statement().executeQuery()) {
                return result.next() ? Optional.of(reader.read(row(prepared, result))) : Optional.empty();
            }
        });
    }

    /** Returns whether a query has a row. */
    public boolean exists(String sql, @Nullable Object... values) throws SQLException {
        return first(sql, row -> true, values).isPresent();
    }

    /** Returns the first column of a query. */
    public Set<String> texts(String sql, @Nullable Object... values) throws SQLException {
        return Set.copyOf(query(sql, row -> row.text(1), values));
    }

    /**
     * Runs a statement without keeping it prepared, such as one that changes the schema or configures the connection.
     */
    public void execute(String sql) throws SQLException {
        statements.increment();
        try (Statement statement = connection.createStatement()) {
            statement.execute(names.in(sql));
        }
    }

    /** Returns the first column of the first row of a statement that is not kept prepared; empty if it has no row. */
    public String value(String sql) throws SQLException {
        statements.increment();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(names.in(sql))) {
            String value = result.next() ? result.getString(1) : null;
            return value == null ? "" : value;
        }
    }

    /**
     * Registers an action that runs after the current unit of work is committed. If the unit is never committed, the
     * action does not run.
     */
    public void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    /**
     * Runs a statement at the end of the current unit of work, together with what the unit has for the same statement. If the
     * unit fails, the statement does not run.
     */
    public void updateAtEnd(String sql, @Nullable Object... values) {
        atEnd.computeIfAbsent(sql, same -> new ArrayList<>()).add(values);
    }

    /** Runs what the current unit of work has left for its end. */
    public void end() throws SQLException {
        for (Map.Entry<String, List<@Nullable Object[]>> later : atEnd.entrySet()) {
            updateAll(later.getKey(), later.getValue());
        }
        atEnd.clear();
    }

    /** Runs a statement once for each list of values. */
    private void updateAll(String sql, List<@Nullable Object[]> values) throws SQLException {
        if (values.size() == 1) {
            update(sql, values.get(0));
            return;
        }
        statements.increment();
        try {
            PreparedStatement statement = prepare(sql).statement();
            for (Object[] each : values) {
                bind(statement, each);
                statement.addBatch();
            }
            statement.executeBatch();
        } catch (SQLException e) {
            discard(sql, e);
            throw e;
        }
    }

    /** Begins a unit of work. Returns the list of the actions that the unit registers to run after its commit. */
    public List<Runnable> begin() {
        atEnd.clear();
        afterCommit = new ArrayList<>();
        return afterCommit;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    @FunctionalInterface
    private interface Execution<T> {
        T run(Prepared prepared) throws SQLException;
    }

    private <T> T run(String sql, @Nullable Object[] values, Execution<T> execution) throws SQLException {
        statements.increment();
        Prepared statement = prepare(sql);
        try {
            bind(statement.statement(), values);
            return execution.run(statement);
        } catch (SQLException e) {
            discard(sql, e);
            throw e;
        }
    }

    private Prepared prepare(String sql) throws SQLException {
        Prepared statement = prepared.get(sql);
        if (statement == null) {
            statement = new Prepared(connection.prepareStatement(names.in(sql)), new HashMap<>());
            prepared.put(sql, statement);
        }
        return statement;
    }

    /** Closes a statement that failed. A driver may have closed it, which would show only when it is used again. */
    private void discard(String sql, SQLException failure) {
        Prepared failed = prepared.remove(sql);
        if (failed != null) {
            Closing.afterFailure(failure, failed.statement());
        }
    }

    private void bind(PreparedStatement statement, @Nullable Object[] values) throws SQLException {
        int position = 0;
        for (Object value : values) {
            for (Object bound : value instanceof RowSet rows ? dialect.rowSet(connection, rows) : one(value)) {
                statement.setObject(++position, bound);
            }
        }
    }

    private List<@Nullable Object> one(@Nullable Object value) throws SQLException {
        if (value instanceof Instant time) {
            return List.of(dialect.time(time));
        }
        return Collections.singletonList(value instanceof Collection<?> list ? dialect.list(connection, list) : value);
    }

    private Row row(Prepared prepared, ResultSet result) throws SQLException {
        if (prepared.columns().isEmpty()) {
            ResultSetMetaData meta = result.getMetaData();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                prepared.columns().putIfAbsent(meta.getColumnLabel(i).toLowerCase(Locale.ROOT), i);
            }
        }
        return new Row(result, prepared.columns(), dialect);
    }
}
