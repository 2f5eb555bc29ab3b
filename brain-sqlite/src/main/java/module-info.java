/** The embedded default: task queue and sites in SQLite files. */
module dev.brain.sqlite {
    requires transitive dev.brain.core;
    requires static org.jspecify;
    requires org.slf4j;
    requires org.xerial.sqlitejdbc;

    exports dev.brain.sqlite;

    provides dev.brain.jdbc.Database.Provider with
            dev.brain.sqlite.SqliteDatabaseProvider;
    provides dev.brain.queue.Store.Provider with
            dev.brain.sqlite.SqliteStoreProvider;
}
