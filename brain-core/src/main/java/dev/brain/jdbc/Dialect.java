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
import org.jspecify.annotations.Nullable;

/** How one kind of database differs from the others; thread-safe. */
public interface Dialect {
    /** The database's name, for messages. */
    String name();

    /** A column's or table's name, quoted so that it means that name whatever characters it holds, and nothing else. */
    String quote(String identifier);

    /** A table's name, quoted, from its parts: database, schema, table, of which only the last is sure to be there. */
    String table(List<String> parts);

    /** A query for the first {@code :limit} rows. */
    String page(String columns, String fromAndWhere, String orderBy);

    /** Whether {@link #page} leaves it to the driver to limit the rows. */
    default boolean isLimitedByDriver() {
        return false;
    }

    /** A quoted table as it is read to list rows: those that somebody is changing just now may be left out. */
    default String listed(String table) {
        return table;
    }

    /** A quoted table as it is read to learn what is so: waits for changes under way and sees what came of them. */
    default String settled(String table) {
        return table;
    }

    /** How rows are picked by a key column; may ask the database what the column is. */
    KeyCondition isOneOf(Session session, KeyColumn key) throws SQLException;

    /** Whether {@link #claim} is a single call that is a transaction by itself. */
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
     * A column of the row that a result stands at: in a {@code java.time} type or one of {@code java.sql}, for time; never
     * in a type of the driver's own.
     */
    default @Nullable Object value(ResultSet row, int column) throws SQLException {
        return row.getObject(column);
    }

    /** How long a statement may take. */
    default Duration queryTimeout() {
        return Duration.ofSeconds(30);
    }

    /** What an error means. */
    Fault classify(SQLException error);

    /**
     * Whether an error of a claim that is one call says for certain that nothing of the call took effect. An error after
     * which the statement went on is a {@link ContinuedStatementException}.
     */
    default boolean isRolledBack(SQLException error) {
        return false;
    }

    /** What an error says, in one line and without any secret. */
    default String describe(SQLException error) {
        return String.valueOf(error.getMessage());
    }

    /** What to do about an error; empty if there is nothing better to say than what its fault means. */
    default Optional<String> advice(SQLException error) {
        return Optional.empty();
    }

    /** Looks at what a site needs of the server and of a table, and says what is wrong and what to do; writes nothing. */
    default List<Finding> check(Session session, TableUse use) throws SQLException {
        return List.of();
    }

    /** What an error of the database means for the work that met it. */
    enum Fault {
        /** The work was rolled back for certain and may succeed if it is run again: a deadlock, a busy row. */
        TRANSIENT,
        /** The database can't be reached, or the connection broke: what was sent may have taken effect. */
        CONNECTION,
        /** A name, a permission or a login is wrong: nothing took effect. */
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
     * A column that rows are picked by.
     *
     * @param table its table's parts
     * @param name its name
     * @param type what the profile says that it is
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
     * @param atOnce how many ids it takes
     * @param ids what to bind as {@code :ids}
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
     * @param undo the condition on a row as it is after the change and its triggers that takes everything back; whoever
     *     commits by itself must heed it, and still give the rows as they were before that
     * @param readBack {@code expression AS "label", …}, quoted
     */
    record KeyedUpdate(String table, KeyColumn key, String assignments, String guard, String undo, String readBack) {}

    /**
     * What is done with a table.
     *
     * @param key its id column
     * @param read the columns whose values are read
     * @param written the columns that claims and releases set; empty if it is only read
     * @param listing the query for its candidates; null if it isn't listed
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
