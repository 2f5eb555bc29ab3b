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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements on one connection. Each statement is prepared once. Not thread-safe.
 *
 * <p>SQL names the tables {@code $queue} and {@code $sites}. The dialect binds an {@link Instant}, a {@link Collection}
 * and a {@link RowSet}.
 */
public final class Sql implements AutoCloseable {
    /** The most executions of one statement that are joined; more of them are a batch. */
    private static final int MOST_JOINED = 8;

    private final Connection connection;
    private final StoreDialect dialect;
    private final TableNames names;
    private final LongAdder statements;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private final Map<String, Map<String, Integer>> columnsOf = new HashMap<>();

    /** What runs together with the next statement. */
    private final List<Later<?>> waiting = new ArrayList<>();

    private final Map<String, List<@Nullable Object[]>> atEnd = new LinkedHashMap<>();
    private List<Runnable> afterCommit = new ArrayList<>();

    /**
     * Creates the runner of a connection. Closing it closes the connection.
     *
     * @param statements counts the statements that are run; those that run together count once
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

    /** Reads what a statement has answered. */
    @FunctionalInterface
    private interface Answer<T extends @Nullable Object> {
        T read(PreparedStatement executed) throws SQLException;
    }

    /** A query that runs together with the next statement, if the dialect can; else as soon as its rows are read. */
    public final class Later<T> {
        private final String sql;
        private final @Nullable Object[] values;
        private final Answer<T> answer;
        private @Nullable T result;

        private Later(String sql, @Nullable Object[] values, Answer<T> answer) {
            this.sql = sql;
            this.values = values;
            this.answer = answer;
        }

        private void read(PreparedStatement executed) throws SQLException {
            result = answer.read(executed);
        }

        public T rows() throws SQLException {
            T read = result;
            if (read == null) {
                waiting.remove(this);
                read = run(sql, values, answer);
                result = read;
            }
            return read;
        }
    }

    public StoreDialect dialect() {
        return dialect;
    }

    public TableNames names() {
        return names;
    }

    /** Runs a statement and returns how many rows it changed. */
    public int update(String sql, @Nullable Object... values) throws SQLException {
        return run(sql, values, PreparedStatement::getUpdateCount);
    }

    public <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... values) throws SQLException {
        return run(sql, values, rows(sql, reader));
    }

    /** Runs a query, or a statement that returns rows, at the latest when its rows are read. */
    public <T> Later<List<T>> queryLater(String sql, RowReader<T> reader, @Nullable Object... values) {
        return later(sql, values, rows(sql, reader));
    }

    private <T> Later<T> later(String sql, @Nullable Object[] values, Answer<T> answer) {
        Later<T> later = new Later<>(sql, values, answer);
        if (dialect.joinsStatements()) {
            waiting.add(later);
        }
        return later;
    }

    private <T> Answer<List<T>> rows(String sql, RowReader<T> reader) {
        return executed -> {
            try (ResultSet result = executed.getResultSet()) {
                Row row = row(sql, result);
                List<T> rows = new ArrayList<>();
                while (result.next()) {
                    rows.add(reader.read(row));
                }
                return rows;
            }
        };
    }

    /** Returns the first row of a query; empty if it has none. */
    public <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... values) throws SQLException {
        return run(sql, values, executed -> {
            try (ResultSet result = executed.getResultSet()) {
                return result.next() ? Optional.of(reader.read(row(sql, result))) : Optional.empty();
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
        for (Map.Entry<String, List<@Nullable Object[]>> each : atEnd.entrySet()) {
            updateAll(each.getKey(), each.getValue());
        }
        atEnd.clear();
    }

    /** Runs what the current unit of work has left for its end, and a last statement, together if the dialect can. */
    public void end(String last) throws SQLException {
        for (Map.Entry<String, List<@Nullable Object[]>> each : atEnd.entrySet()) {
            if (!dialect.joinsStatements() || each.getValue().size() > MOST_JOINED) {
                updateAll(each.getKey(), each.getValue());
            } else {
                each.getValue().forEach(values -> later(each.getKey(), values, PreparedStatement::getUpdateCount));
            }
        }
        atEnd.clear();
        update(last);
    }

    /** Runs a statement once for each list of values. */
    private void updateAll(String sql, List<@Nullable Object[]> values) throws SQLException {
        if (values.size() == 1) {
            update(sql, values.get(0));
            return;
        }
        statements.increment();
        try {
            PreparedStatement statement = prepare(sql);
            for (Object[] each : values) {
                bind(statement, 0, each);
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
        waiting.clear();
        afterCommit = new ArrayList<>();
        return afterCommit;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private <T extends @Nullable Object> T run(String sql, @Nullable Object[] values, Answer<T> answer)
            throws SQLException {
        List<Later<?>> first = List.copyOf(waiting);
        waiting.clear();
        statements.increment();
        // most statements run alone, and copies of their texts would cost more than all else here
        String all = first.isEmpty()
                ? sql
                : Stream.concat(first.stream().map(each -> each.sql), Stream.of(sql))
                        .collect(Collectors.joining("; "));
        PreparedStatement statement = prepare(all);
        try {
            int position = 0;
            for (Later<?> each : first) {
                position = bind(statement, position, each.values);
            }
            bind(statement, position, values);
            statement.execute();
            for (Later<?> each : first) {
                each.read(statement);
                statement.getMoreResults();
            }
            return answer.read(statement);
        } catch (SQLException e) {
            discard(all, e);
            throw e;
        }
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(names.in(sql));
            prepared.put(sql, statement);
        }
        return statement;
    }

    /** Closes a statement that failed. A driver may have closed it, which would show only when it is used again. */
    private void discard(String sql, SQLException failure) {
        PreparedStatement failed = prepared.remove(sql);
        if (failed != null) {
            Closing.afterFailure(failure, failed);
        }
    }

    /** Binds values after a position. Returns the last position. */
    private int bind(PreparedStatement statement, int after, @Nullable Object[] values) throws SQLException {
        int position = after;
        for (Object value : values) {
            for (Object bound : value instanceof RowSet rows ? dialect.rowSet(connection, rows) : one(value)) {
                statement.setObject(++position, bound);
            }
        }
        return position;
    }

    private List<@Nullable Object> one(@Nullable Object value) throws SQLException {
        if (value instanceof Instant time) {
            return List.of(dialect.time(time));
        }
        return Collections.singletonList(value instanceof Collection<?> list ? dialect.list(connection, list) : value);
    }

    private Row row(String sql, ResultSet result) throws SQLException {
        Map<String, Integer> columns = columnsOf.computeIfAbsent(sql, same -> new HashMap<>());
        if (columns.isEmpty()) {
            ResultSetMetaData meta = result.getMetaData();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                columns.putIfAbsent(meta.getColumnLabel(i).toLowerCase(Locale.ROOT), i);
            }
        }
        return new Row(result, columns, dialect);
    }
}
