package dev.brain.bench.queue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.brain.sqlite.SqliteStore.Synchronous;
import java.nio.file.Path;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** The data source of queues that have none of their own. */
final class Peers {
    private static final int BUSY_TIMEOUT_MILLIS = 30_000;

    private Peers() {}

    /**
     * Returns connections with a write-ahead log that take the write lock at the start of a transaction. Otherwise
     * transactions would fail as deadlocks.
     */
    static HikariDataSource pool(Path file, Synchronous synchronous, int connections) {
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
