package dev.brain.bench.queue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.brain.queue.Store;
import dev.brain.sqlite.SqliteStore;
import dev.brain.sqlite.SqliteStore.Synchronous;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** A file of SQLite, which is made where it is missing. */
record SqliteFile(Path file, Synchronous synchronous) implements Target {
    private static final int BUSY_TIMEOUT_MILLIS = 30_000;

    @Override
    public Store store() {
        return SqliteStore.builder(file).synchronous(synchronous).open();
    }

    @Override
    public Connection connection() throws SQLException {
        store().close();
        Properties settings = new Properties();
        settings.setProperty(SQLiteConfig.Pragma.BUSY_TIMEOUT.pragmaName, String.valueOf(BUSY_TIMEOUT_MILLIS));
        settings.setProperty(SQLiteConfig.Pragma.JOURNAL_MODE.pragmaName, "WAL");
        settings.setProperty(SQLiteConfig.Pragma.SYNCHRONOUS.pragmaName, synchronous.name());
        return JDBC.createConnection("jdbc:sqlite:" + file, settings);
    }

    /**
     * Returns connections with a write-ahead log that take the write lock at the start of a transaction. Otherwise
     * transactions would fail as deadlocks.
     */
    @Override
    public HikariDataSource pool(int connections) {
        SQLiteConfig sqlite = new SQLiteConfig();
        sqlite.setJournalMode(SQLiteConfig.JournalMode.WAL);
        sqlite.setSynchronous(SQLiteConfig.SynchronousMode.valueOf(synchronous.name()));
        sqlite.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        sqlite.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        SQLiteDataSource source = new SQLiteDataSource(sqlite);
        source.setUrl("jdbc:sqlite:" + file);
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source);
        pool.setMaximumPoolSize(connections);
        return new HikariDataSource(pool);
    }
}
