package dev.brain.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The current row of a result, read by column name. */
public final class Row {
    private final ResultSet result;
    private final Map<String, Integer> columns;
    private final StoreDialect dialect;

    Row(ResultSet result, Map<String, Integer> columns, StoreDialect dialect) {
        this.result = result;
        this.columns = columns;
        this.dialect = dialect;
    }

    public @Nullable String text(String column) throws SQLException {
        return result.getString(position(column));
    }

    /** Returns a text that can't be null. */
    public String required(String column) throws SQLException {
        String text = text(column);
        if (text == null) {
            throw new SQLException("the column " + column + " is null");
        }
        return text;
    }

    /** Returns a text by the column's position. */
    String text(int position) throws SQLException {
        return result.getString(position);
    }

    /** Returns a whole number; 0 if it is null. */
    public int integer(String column) throws SQLException {
        return result.getInt(position(column));
    }

    /** Returns a whole number; null if it is null. */
    public @Nullable Integer optionalInteger(String column) throws SQLException {
        int value = result.getInt(position(column));
        return result.wasNull() ? null : Integer.valueOf(value);
    }

    /** Returns a whole number; null if it is null. */
    @Nullable
    Long optionalNumber(String column) throws SQLException {
        long value = result.getLong(position(column));
        return result.wasNull() ? null : Long.valueOf(value);
    }

    /** Returns a whole number; 0 if it is null. */
    public long number(String column) throws SQLException {
        return result.getLong(position(column));
    }

    /** Returns whether a column is true, or a number other than 0. */
    public boolean flag(String column) throws SQLException {
        return result.getBoolean(position(column));
    }

    /** Returns a time of a column that is Brain's own. */
    public @Nullable Instant time(String column) throws SQLException {
        return dialect.time(result, position(column));
    }

    /** Returns a time of a column that is Brain's own and can't be null. */
    public Instant requiredTime(String column) throws SQLException {
        Instant time = time(column);
        if (time == null) {
            throw new SQLException("the column " + column + " is null");
        }
        return time;
    }

    /** Returns a time of a column that other programs write too; null if it is no time. */
    public @Nullable Instant sharedTime(String column) throws SQLException {
        return dialect.sharedTime(result, position(column));
    }

    private int position(String column) throws SQLException {
        Integer position = columns.get(column);
        if (position == null) {
            throw new SQLException("the result has no column " + column);
        }
        return position;
    }
}
