package dev.brain.sqlite;

import dev.brain.store.Sql;
import java.sql.SQLException;

/**
 * A connection to a file.
 *
 * @param identity which file it is, whatever stands under its name by now
 */
record FileConnection(Sql sql, Object identity) implements AutoCloseable {
    @Override
    public void close() throws SQLException {
        sql.close();
    }
}
