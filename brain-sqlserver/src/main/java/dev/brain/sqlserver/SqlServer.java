package dev.brain.sqlserver;

import dev.brain.jdbc.Database;
import java.time.Duration;
import javax.sql.DataSource;

/** SQL Server as a system of record, for applications that have a {@link DataSource} of their own. */
public final class SqlServer {
    private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(30);

    private SqlServer() {}

    /** Like {@link #database(DataSource, Hints)} with the standard hints. */
    public static Database database(DataSource dataSource) {
        return database(dataSource, Hints.standard());
    }

    /**
     * The system of record behind an application's own connections.
     *
     * @param dataSource gives connections of Microsoft's driver in READ COMMITTED; they should have {@code socketTimeout},
     *     {@code lockTimeout} and {@code cancelQueryTimeout}, since nothing else bounds every call. It is closed with the
     *     database if that is closed and it can be
     */
    public static Database database(DataSource dataSource, Hints hints) {
        return new Database(
                dataSource, new SqlServerDialect(hints, QUERY_TIMEOUT, ConnectionForm.DATA_SOURCE), "SQL Server");
    }
}
