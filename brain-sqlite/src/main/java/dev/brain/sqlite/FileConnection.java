package dev.brain.sqlite;

import dev.brain.store.Sql;
import java.sql.SQLException;

/**
 * A connection to a file.
 *
 * @param identity identifies the file, even if another one now has its name
 */
record FileConnection(Sql sql, Object identity) implements AutoCloseable {
    @Override
    public void close() throws SQLException {
        sql.close();
    }
}
