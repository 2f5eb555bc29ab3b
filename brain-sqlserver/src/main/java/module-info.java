/** SQL Server as the system of record. */
// Microsoft's driver names its module in its manifest only; the name is fixed, so requiring it is safe.
@SuppressWarnings("requires-automatic")
module dev.brain.sqlserver {
    requires com.microsoft.sqlserver.jdbc;
    requires com.zaxxer.hikari;
    requires java.naming;
    requires transitive dev.brain.core;
    requires static org.jspecify;
    requires org.slf4j;

    // the driver creates a trust manager by its class name
    exports dev.brain.sqlserver.internal to
            com.microsoft.sqlserver.jdbc;

    provides dev.brain.jdbc.Database.Provider with
            dev.brain.sqlserver.SqlServerDatabaseProvider;
}
