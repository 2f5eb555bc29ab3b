package dev.brain.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What differs between the SQL engines of a store. Thread-safe. */
public interface StoreDialect {
    /** Returns the condition that a column is in a list. It has one parameter, a {@link Collection}. */
    String in(String column);

    /** Returns the value that is bound for the list of {@link #in}. */
    Object list(Connection connection, Collection<?> values) throws SQLException;

    /**
     * Returns a table expression for rows, which are bound as one {@link Sql.RowSet}. Texts and whole numbers keep their
     * types.
     *
     * @param columns names for the values of each row, in their order; {@code name:number} if it is a whole number,
     *     {@code name:time} if it is a time
     */
    String rows(String alias, String... columns);

    /** Returns the values that are bound in turn for the rows of {@link #rows}. */
    List<Object> rowSet(Connection connection, Sql.RowSet rows) throws SQLException;

    /** Returns the value that is bound for a time in a column of Brain's own. */
    Object time(Instant time);

    @Nullable
    Instant time(ResultSet result, int column) throws SQLException;

    /** Returns the value that is bound for a time in a column that other programs read. */
    Object sharedTime(Instant time);

    /** Returns a time of a column that other programs write; null if the value is not a time. */
    @Nullable
    Instant sharedTime(ResultSet result, int column) throws SQLException;

    /** Returns the join that reads its left side first and looks up the right side for each of its rows. */
    default String lookUpJoin() {
        return "JOIN";
    }

    /**
     * Returns the rows of the queue that a query finds for each row of a table expression, as the table {@code t}.
     *
     * @param rows the table expression of {@link #rows}
     * @param query the end of a query on the queue as {@code q}, from its WHERE clause; it may name columns of the rows
     */
    String queueRowsOfEach(String rows, String query);

    /**
     * Returns the end of a query that keeps two workers from taking the same rows; empty if only one writer runs at a
     * time.
     */
    default String lockForTaking() {
        return "";
    }

    /**
     * Makes other transactions that lock one of these sites for the same purpose wait until the current one ends. Returns
     * whether others may have changed what the current one has read before.
     */
    default boolean lockSites(Sql sql, SiteLock purpose, Collection<String> siteIds) throws SQLException {
        return false;
    }

    /**
     * Returns whether statements that are separated by semicolons are sent at once, and run one after the other. For an
     * engine on another machine, this saves time.
     */
    default boolean joinsStatements() {
        return false;
    }

    /** Returns whether programs that know only the first columns of the queue write to it. */
    default boolean hasOtherWriters() {
        return true;
    }

    /**
     * Returns the query for the {@code name} and the last sign ({@code seen_at}) of the runs that the database knows to be
     * alive; empty if it lists none.
     */
    default Optional<String> livingRuns() {
        return Optional.empty();
    }

    /**
     * Returns the query that makes later ids of a table higher than those that were inserted; empty if the engine sees to it.
     */
    default Optional<String> skipIds(String table) {
        return Optional.empty();
    }

    /** Makes all later ids of a table higher by that number than they would have been. */
    void raiseIds(Sql sql, String table, long by) throws SQLException;

    /** What sites are locked for. */
    enum SiteLock {
        /** Taking no more tasks than a site's limits allow. */
        TAKE,
        /** Giving later tasks of a resource higher numbers. */
        RESERVE
    }

    /** Returns the engine's name of a type, for the declaration of a column. */
    String type(Schema.Type type);

    /** Returns the definition of a table or view; empty if no table or view has that name. */
    Optional<TableDefinition> table(Sql sql, String name) throws SQLException;

    /** Returns the names of all indexes in lower case. */
    Set<String> indexes(Sql sql) throws SQLException;

    /**
     * Returns the statements for indexes that this engine defines in its own way, by name. The text is empty for an index
     * that it does not need.
     */
    default Map<String, String> indexStatements() {
        return Map.of();
    }

    /**
     * Returns whether an update costs only what lies between the first and the last column that it changes. The columns of
     * the queue that change are then the last.
     */
    default boolean logsFromFirstChange() {
        return false;
    }

    /** Returns the version of the schema in the database; 0 if there is none. */
    int version(Sql sql) throws SQLException;

    /** Returns the statements that create what only this engine needs; they change nothing that is there. */
    default List<String> additions() {
        return List.of();
    }

    /** Returns the statement that records the version of the schema. */
    String setVersion(int version);
}
