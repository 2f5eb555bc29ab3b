/** The queue of several machines: tasks and sites in PostgreSQL. */
// The drivers name their modules in their manifests only; the names are fixed, so requiring them is safe.
@SuppressWarnings("requires-automatic")
module dev.brain.postgresql {
    requires com.zaxxer.hikari;
    requires transitive dev.brain.core;
    requires java.naming;
    requires java.sql;
    requires static org.checkerframework.checker.qual;
    requires static org.jspecify;
    requires org.postgresql.jdbc;
    requires org.slf4j;

    exports dev.brain.postgresql;

    provides dev.brain.jdbc.Database.Provider with
            dev.brain.postgresql.PostgresDatabaseProvider;
    provides dev.brain.queue.Store.Provider with
            dev.brain.postgresql.PostgresStoreProvider;
}
