package dev.brain.jdbc;

import dev.brain.resource.ResourceId;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How one kind of database differs from the others; stateless and thread-safe. */
public interface Dialect {
    /** The database's name, for messages. */
    String name();

    /** A column's or table's name, quoted; it has been checked to be a plain identifier. */
    String quote(String identifier);

    /** A table's name, quoted, from its parts: database, schema, table, of which only the last is sure to be there. */
    String table(List<String> parts);

    /** A query for the first {@code :limit} rows. */
    String page(String columns, String fromAndWhere, String orderBy);

    /** The condition that a column is one of {@code :ids}. */
    String isOneOf(String column, IdType type);

    /** The value to bind as {@code :ids}. */
    Object ids(List<ResourceId> ids, IdType type);

    /**
     * Runs a claim and reads every row of it back, as one unit.
     *
     * @param parameters the values of all parameters that the claim's parts name, {@code :ids} included
     * @return a row for each existing one of {@code :ids}: {@code id}, {@code won} (1 if this very statement changed the
     *     row, else 0), and the claim's read-back columns as they are after triggers
     */
    List<Map<String, @Nullable Object>> claim(
            Session session, KeyedUpdate claim, Map<String, @Nullable Object> parameters) throws SQLException;

    /** What an error means. */
    Fault classify(SQLException error);

    /** What an error of the database means for the work that met it. */
    enum Fault {
        /** The work was rolled back for certain and may succeed if it is run again: a deadlock, a busy row. */
        TRANSIENT,
        /** The database can't be reached, or the connection broke: what was sent may have taken effect. */
        CONNECTION,
        /** A name, a permission or a login is wrong: nothing took effect. */
        CONFIGURATION,
        /** Anything else: what was sent may have taken effect. */
        OTHER
    }

    /**
     * An update of rows by id, and how to read them back.
     *
     * @param table quoted
     * @param idColumn quoted
     * @param idType the id's type
     * @param assignments {@code "column" = :parameter, …}, quoted
     * @param guard the condition under which a row is changed
     * @param readBack {@code expression AS "label", …}, quoted
     */
    record KeyedUpdate(
            String table, String idColumn, IdType idType, String assignments, String guard, String readBack) {}
}
