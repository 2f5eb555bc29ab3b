package dev.brain.sqlite;

import dev.brain.internal.Closing;
import dev.brain.store.Transactions.Work;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Connections for reading. Each concurrent reader has its own, and a few are kept for reuse. Thread-safe. */
final class ReadPool implements AutoCloseable {
    private static final int KEPT = 4;

    private final StoreFile file;
    private final ArrayDeque<FileConnection> idle = new ArrayDeque<>();
    private boolean closed;

    ReadPool(StoreFile file) {
        this.file = file;
    }

    /** Runs a unit that only reads. It sees everything that was committed before. */
    <T> T run(String what, Work<T> work) {
        try {
            FileConnection open = take(what);
            T result = Closing.orClose(() -> work.run(open.sql()), open);
            giveBack(open);
            return result;
        } catch (SQLException e) {
            throw file.translate(what, e);
        }
    }

    @Override
    public void close() {
        List<FileConnection> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(idle);
            idle.clear();
        }
        Closing.all(open);
    }

    private FileConnection take(String what) throws SQLException {
        @Nullable FileConnection open;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("cannot " + what + ": the queue is closed");
            }
            open = idle.pollLast();
        }
        if (open != null && !open.identity().equals(file.identity())) {
            open.close();
            open = null;
        }
        return open == null ? file.openReader() : open;
    }

    private void giveBack(FileConnection open) throws SQLException {
        synchronized (this) {
            if (!closed && idle.size() < KEPT) {
                idle.addLast(open);
                return;
            }
        }
        open.close();
    }
}
