package dev.brain.bench.queue;

import com.zaxxer.hikari.HikariDataSource;
import dev.brain.queue.Store;
import java.sql.Connection;
import java.sql.SQLException;

/** An empty place for a queue: a file or a schema of a server. */
interface Target {
    /** Opens Brain's store, which makes its tables. */
    Store store();

    /** Opens a connection to Brain's tables. */
    Connection connection() throws SQLException;

    /** Opens connections for a queue with tables of its own. */
    HikariDataSource pool(int connections);
}
