/** SQL Server as the system of record. */
// Microsoft's driver names its module in its manifest only; the name is fixed, so requiring it is safe.
@SuppressWarnings("requires-automatic")
module dev.brain.sqlserver {
    requires com.microsoft.sqlserver.jdbc;
    requires com.zaxxer.hikari;
    requires transitive dev.brain.core;
    requires static org.jspecify;
    requires org.slf4j;

    exports dev.brain.sqlserver;

    provides dev.brain.jdbc.Database.Provider with
            dev.brain.sqlserver.SqlServerDatabaseProvider;
}
