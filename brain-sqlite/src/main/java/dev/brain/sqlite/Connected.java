package dev.brain.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A connection with its statements, each prepared once; for one thread at a time. */
final class Connected implements AutoCloseable {
    private final Connection connection;
    private final Names names;
    private final Object identity;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private List<IncidentTable.Recorded> recorded = new ArrayList<>();

    Connected(Connection connection, Names names, Object identity) {
        this.connection = connection;
        this.names = names;
        this.identity = identity;
    }

    /** Which file this is connected to, whatever stands under its name by now. */
    Object identity() {
        return identity;
    }

    /** The incidents that the current operation has recorded; listeners get them after its commit. */
    List<IncidentTable.Recorded> recorded() {
        return recorded;
    }

    /** Begins another operation without recorded incidents. */
    List<IncidentTable.Recorded> beginRecording() {
        recorded = new ArrayList<>();
        return recorded;
    }

    /** What is done on a connection. */
    @FunctionalInterface
    interface Operation<T extends @Nullable Object> {
        T run(Connected connected) throws SQLException;
    }

    /** Makes a value of the row that the result stands on. */
    @FunctionalInterface
    interface RowReader<T extends @Nullable Object> {
        T read(ResultSet row) throws SQLException;
    }

    /** How many rows a statement changed. */
    int update(String sql, @Nullable Object... values) throws SQLException {
        return run(sql, values, PreparedStatement::executeUpdate);
    }

    <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... values) throws SQLException {
        return run(sql, values, statement -> {
            try (ResultSet result = statement.executeQuery()) {
                List<T> rows = new ArrayList<>();
                while (result.next()) {
                    rows.add(reader.read(result));
                }
                return rows;
            }
        });
    }

    <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... values) throws SQLException {
        return run(sql, values, statement -> {
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? Optional.of(reader.read(result)) : Optional.empty();
            }
        });
    }

    /** Runs a statement that isn't kept: what changes the schema, or is said once a connection. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(names.in(sql));
        }
    }

    /** The first column of a pragma's first row; empty if it says nothing. */
    String pragma(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(names.in(sql))) {
            String value = result.next() ? result.getString(1) : null;
            return value == null ? "" : value;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    @FunctionalInterface
    private interface Execution<T> {
        T run(PreparedStatement statement) throws SQLException;
    }

    private <T> T run(String sql, @Nullable Object[] values, Execution<T> execution) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(names.in(sql));
            prepared.put(sql, statement);
        }
        try {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return execution.run(statement);
        } catch (SQLException e) {
            // The driver has ended the statement after some errors, and says so only when it is used again.
            prepared.remove(sql);
            statement.close();
            throw e;
        }
    }
}
