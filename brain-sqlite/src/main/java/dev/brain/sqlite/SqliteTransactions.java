package dev.brain.sqlite;

import dev.brain.store.StoreDialect;
import dev.brain.store.Transactions;
import java.sql.SQLException;

/** Transactions on a file: writes share commits, and reads never wait for them. Thread-safe. */
final class SqliteTransactions implements Transactions {
    private final StoreFile file;
    private final GroupCommitWriter writer;
    private final ReadPool readers;

    SqliteTransactions(StoreFile file) {
        this.file = file;
        try {
            this.writer = new GroupCommitWriter(file, file.openWriter());
        } catch (SQLException e) {
            throw file.translate("open the queue", e);
        }
        this.readers = new ReadPool(file);
    }

    @Override
    public StoreDialect dialect() {
        return SqliteStoreDialect.INSTANCE;
    }

    @Override
    public <T> T read(String what, Work<T> work) {
        return readers.run(what, work);
    }

    @Override
    public <T> T write(String what, Work<T> work) {
        return writer.run(what, work);
    }

    @Override
    public void close() {
        try {
            writer.close();
            readers.close();
        } catch (SQLException e) {
            throw file.translate("close the queue", e);
        }
    }

    /** For tests: the one that writes. */
    GroupCommitWriter writer() {
        return writer;
    }
}
