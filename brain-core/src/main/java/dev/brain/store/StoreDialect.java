package dev.brain.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
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
     * Returns a table expression for rows that are bound as one parameter, a {@link Sql.RowSet}. Texts and whole numbers
     * keep their types.
     *
     * @param columns names for the values of each row, in their order; {@code name:number} if it is a whole number,
     *     {@code name:time} if it is a time
     */
    String rows(String alias, String... columns);

    /** Returns the value that is bound for the rows of {@link #rows}. */
    Object rowSet(Sql.RowSet rows);

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
     * Returns the end of a query that keeps two workers from taking the same rows; empty if only one writer runs at a
     * time.
     */
    default String lockForTaking() {
        return "";
    }

    /** Locks sites with limits, so that no other transaction takes their tasks until the current one ends. */
    default void lockSites(Sql sql, Collection<String> siteIds) throws SQLException {}

    /** Returns the engine's name of a type, for the declaration of a column. */
    String type(Schema.Type type);

    /** Returns the definition of a table or view; empty if there is none of that name. */
    Optional<TableDefinition> table(Sql sql, String name) throws SQLException;

    /** Returns the names of all indexes in lower case. */
    Set<String> indexes(Sql sql) throws SQLException;

    /** Returns the version of the schema in the database; 0 if there is none. */
    int version(Sql sql) throws SQLException;

    /** Returns the statement that records the version of the schema. */
    String setVersion(int version);
}
