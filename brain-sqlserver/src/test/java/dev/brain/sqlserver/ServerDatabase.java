package dev.brain.sqlserver;

import dev.brain.config.Environment;
import dev.brain.jdbc.Database;
import java.util.Map;
import javax.sql.DataSource;

/** SQL Server behind connections of a test's own. */
final class ServerDatabase {
    private ServerDatabase() {}

    static Database of(DataSource dataSource) {
        return new Database(
                dataSource,
                new SqlServerDatabaseProvider()
                        .dialect("jdbc:sqlserver://test", Environment.of(Map.of()))
                        .orElseThrow(),
                "SQL Server");
    }
}
