package dev.brain.jdbc;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the statements of one unit of work on its connection. Not thread-safe. */
public final class Session {
    /** A broken connection answers every further call with an error. */
    private static final int ERRORS_AT_MOST = 10;

    private final Connection connection;
    private final Dialect dialect;

    Session(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    /** Returns the connection, for what only JDBC itself can do. The runner closes it. */
    public Connection connection() {
        return connection;
    }

    /**
     * Returns the rows of a query by column label. Values have the types that {@link dev.brain.resource.Resource} names.
     *
     * <p>The last result counts: a statement that gives several results is drained first, because an error may come
     * after the rows.
     *
     * @throws ContinuedStatementException if the statement of a dialect whose claim is one call gave rows after an error
     */
    public List<Map<String, @Nullable Object>> query(BoundSql sql) throws SQLException {
        return query(sql, 0);
    }

    /** Returns the rows of a page's query, of which there are {@code limit} at most. */
    List<Map<String, @Nullable Object>> page(BoundSql sql, int limit) throws SQLException {
        return query(sql, dialect.isLimitedByDriver() ? limit : 0);
    }

    private List<Map<String, @Nullable Object>> query(BoundSql sql, int limit) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            if (limit > 0) {
                statement.setMaxRows(limit);
            }
            List<Map<String, @Nullable Object>> rows = List.of();
            boolean isRows;
            try {
                isRows = statement.execute();
            } catch (SQLException e) {
                throw dialect.claimIsOneCall() && hasRowsAfter(e, statement) ? new ContinuedStatementException(e) : e;
            }
            while (isRows || statement.getUpdateCount() != -1) {
                if (isRows) {
                    try (ResultSet result = statement.getResultSet()) {
                        rows = rows(result);
                    }
                }
                isRows = statement.getMoreResults();
            }
            return rows;
        }
    }

    /** Reads what a statement gives after its first error. Further errors are chained to the first one. */
    private static boolean hasRowsAfter(SQLException error, PreparedStatement statement) {
        for (int errors = 1; errors <= ERRORS_AT_MOST; ) {
            try {
                if (statement.getMoreResults()) {
                    return true;
                }
                if (statement.getUpdateCount() == -1) {
                    return false;
                }
            } catch (SQLException e) {
                error.setNextException(e);
                errors++;
            }
        }
        return false;
    }

    /** Returns the number of rows that a statement changed; -1 if the driver does not report it. */
    public int update(BoundSql sql) throws SQLException {
        try (PreparedStatement statement = prepare(sql)) {
            return statement.executeUpdate();
        }
    }

    /**
     * Runs updates of the same SQL as one batch and returns how many rows each of them changed, or {@link
     * java.sql.Statement#SUCCESS_NO_INFO} if the driver can't say.
     */
    int[] updateAll(List<BoundSql> updates) throws SQLException {
        if (updates.isEmpty()) {
            return new int[0];
        }
        try (PreparedStatement statement = prepare(updates.get(0))) {
            statement.addBatch();
            for (BoundSql update : updates.subList(1, updates.size())) {
                bind(statement, update);
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    private PreparedStatement prepare(BoundSql sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql.sql());
        try {
            statement.setQueryTimeout(Math.toIntExact(dialect.queryTimeout().toSeconds()));
            bind(statement, sql);
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static void bind(PreparedStatement statement, BoundSql sql) throws SQLException {
        int index = 1;
        for (Object value : sql.values()) {
            statement.setObject(index++, value);
        }
    }

    private List<Map<String, @Nullable Object>> rows(ResultSet result) throws SQLException {
        if (!result.next()) {
            return new ArrayList<>();
        }
        ResultSetMetaData meta = result.getMetaData();
        String[] labels = new String[meta.getColumnCount()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = meta.getColumnLabel(i + 1);
        }
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        do {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            for (int i = 0; i < labels.length; i++) {
                row.put(labels[i], plain(dialect.value(result, i + 1)));
            }
            rows.add(row);
        } while (result.next());
        return rows;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof BigDecimal || value instanceof Double || value instanceof Float) {
            return number(value);
        }
        if (value instanceof Timestamp timestamp) {
            return timestamp.toLocalDateTime();
        }
        if (value instanceof java.sql.Date date) {
            return date.toLocalDate();
        }
        if (value instanceof Time time) {
            return time.toLocalTime();
        }
        return value;
    }

    private static boolean isLarge(Object value) {
        return !(value instanceof BigDecimal)
                && Math.abs(((Number) value).doubleValue()) >= (value instanceof Float ? 1 << 24 : 1L << 53);
    }

    /** A Decimal that is a whole number is one: {@code 89157.00} is {@code 89157}. */
    private static Object number(Object value) {
        BigDecimal decimal;
        try {
            // the shortest spelling of a large floating-point number may be the exact spelling of another number
            decimal =
                    isLarge(value) ? new BigDecimal(((Number) value).doubleValue()) : new BigDecimal(value.toString());
        } catch (NumberFormatException infinite) {
            return value.toString();
        }
        BigDecimal plain = decimal.stripTrailingZeros();
        return plain.scale() <= 0 && plain.precision() - plain.scale() <= 18 ? (Object) plain.longValue() : decimal;
    }
}
