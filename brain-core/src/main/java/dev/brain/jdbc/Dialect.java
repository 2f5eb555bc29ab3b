package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import dev.brain.check.Finding;
import dev.brain.resource.ResourceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What differs between the databases of a system of record. Thread-safe. */
public interface Dialect {
    /** Returns the database's name, for messages. */
    String name();

    /** Returns the name of a column or table in quotes. The name may contain any character. */
    String quote(String identifier);

    /** Returns the quoted name of a table. Its parts are database, schema and table; the first two may be absent. */
    default String table(List<String> parts) {
        return parts.stream().map(this::quote).collect(Collectors.joining("."));
    }

    /** Returns a query for the first {@code :limit} rows. Defaults to {@code LIMIT}. */
    default String page(String columns, String fromAndWhere, String orderBy) {
        return "SELECT " + columns + " " + fromAndWhere + " ORDER BY " + orderBy + " LIMIT :limit";
    }

    /**
     * Returns the value that is bound so that a column of times compares with a value that was read from it. Defaults to
     * that value.
     */
    default Object comparable(Object time) {
        return time;
    }

    /** Returns whether the driver must limit the rows of {@link #page}. Defaults to false. */
    default boolean isLimitedByDriver() {
        return false;
    }

    /** Returns a quoted table as queries that list rows name it. Such a query may omit rows that are being changed. */
    default String listed(String table) {
        return table;
    }

    /**
     * Returns a quoted table as read-backs name it. Such a query waits for changes that are under way and sees their
     * result.
     */
    default String settled(String table) {
        return table;
    }

    /** Returns the condition that selects rows by a key column. May ask the database for the type of the column. */
    KeyCondition isOneOf(Session session, KeyColumn key) throws SQLException;

    /** Returns whether {@link #claim} is a single call that is a transaction of its own. Defaults to false. */
    default boolean claimIsOneCall() {
        return false;
    }

    /**
     * Runs a claim and reads every row of it back, as one unit.
     *
     * @param parameters the values of all parameters that the claim's parts name
     * @return a row for each existing one of the ids, unless somebody else is changing it: {@code id}, {@code won} (1 if
     *     this very statement changed the row, else 0), and the claim's read-back columns as they are after triggers
     */
    List<Map<String, @Nullable Object>> claim(
            Session session, KeyedUpdate claim, List<ResourceId> ids, Map<String, @Nullable Object> parameters)
            throws SQLException;

    /**
     * Returns a column of the current row of a result. Times are of a type in {@code java.time} or {@code java.sql},
     * never of a type of the driver.
     */
    default @Nullable Object value(ResultSet row, int column) throws SQLException {
        return row.getObject(column);
    }

    /** Returns how long a statement may take. Defaults to 30 seconds. */
    default Duration queryTimeout() {
        return Duration.ofSeconds(30);
    }

    /** Returns what an error means. */
    Fault classify(SQLException error);

    /**
     * Returns whether an error proves that a claim in one call had no effect. An error after which the statement went
     * on is a {@link ContinuedStatementException}. Defaults to false.
     */
    default boolean isRolledBack(SQLException error) {
        return false;
    }

    /** Returns the message of an error in one line, without secrets. */
    default String describe(SQLException error) {
        return String.valueOf(error.getMessage());
    }

    /** Returns advice on an error; empty if there is none beyond what its {@link Fault} implies. */
    default Optional<String> advice(SQLException error) {
        return Optional.empty();
    }

    /** Checks what a site needs of the server and of a table. The findings say what to do. Writes nothing. */
    default List<Finding> check(Session session, TableUse use) throws SQLException {
        return List.of();
    }

    /** What an error of the database means for the work that met it. */
    enum Fault {
        /** The work was rolled back and may succeed if it runs again, as after a deadlock or a busy row. */
        TRANSIENT,
        /** The database can't be reached, or the connection broke. What was sent may have taken effect. */
        CONNECTION,
        /** A name, a permission or a login is wrong. Nothing took effect. */
        CONFIGURATION,
        /**
         * A row's values are refused: by a constraint, a trigger, a column's length or a conversion. A transaction that
         * is not committed has no effect.
         */
        ROW,
        /** Anything else: what was sent may have taken effect. */
        OTHER
    }

    /**
     * A column by which rows are selected.
     *
     * @param table the parts of its table's name
     * @param name its name
     * @param type its type according to the profile
     */
    record KeyColumn(List<String> table, String name, IdType type) {
        public KeyColumn {
            table = List.copyOf(table);
            requireNonNull(name, "name");
            requireNonNull(type, "type");
        }
    }

    /**
     * The condition that a key column is one of {@code :ids}.
     *
     * @param sql the condition
     * @param atOnce the maximum number of ids
     * @param ids returns the value that is bound as {@code :ids}
     */
    record KeyCondition(String sql, int atOnce, Function<List<ResourceId>, Object> ids) {
        public KeyCondition {
            requireNonNull(sql, "sql");
            requireNonNull(ids, "ids");
            if (atOnce < 1) {
                throw new IllegalArgumentException("atOnce is " + atOnce);
            }
        }
    }

    /**
     * An update of rows by id, and how to read them back.
     *
     * @param table quoted
     * @param key the id column
     * @param assignments {@code "column" = :parameter, …}, quoted
     * @param guard the condition under which a row is changed
     * @param undo the condition on a row after the change and its triggers under which everything is rolled back. A
     *     dialect that commits by itself must check it, and must still return the rows as they were before the rollback
     * @param readBack {@code expression AS "label", …}, quoted
     */
    record KeyedUpdate(String table, KeyColumn key, String assignments, String guard, String undo, String readBack) {}

    /**
     * The use of a table.
     *
     * @param key its id column
     * @param read the columns whose values are read
     * @param written the columns that claims and releases set; empty if it is only read
     * @param listing the query for its candidates; null if it has none
     */
    record TableUse(
            KeyColumn key,
            Set<String> read,
            Set<String> written,
            @Nullable BoundSql listing) {
        public TableUse {
            requireNonNull(key, "key");
            read = Set.copyOf(read);
            written = Set.copyOf(written);
        }
    }
}
