/** The embedded default: task queue and sites in SQLite files. */
module dev.brain.sqlite {
    requires transitive dev.brain.core;
    requires static org.jspecify;
    requires org.xerial.sqlitejdbc;
}
