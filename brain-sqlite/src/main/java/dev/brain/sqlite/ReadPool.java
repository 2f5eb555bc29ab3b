package dev.brain.sqlite;

import dev.brain.store.Transactions.Work;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Connections that read, as many as there are readers at once, a few of them kept; thread-safe. */
final class ReadPool implements AutoCloseable {
    private static final int KEPT = 4;

    private final StoreFile file;
    private final ArrayDeque<FileConnection> idle = new ArrayDeque<>();
    private boolean closed;

    ReadPool(StoreFile file) {
        this.file = file;
    }

    /** Runs a unit that only reads; it sees what was committed before. */
    <T> T run(String what, Work<T> work) {
        @Nullable FileConnection open = null;
        boolean reusable = false;
        try {
            open = take(what);
            T result = work.run(open.sql());
            reusable = true;
            return result;
        } catch (SQLException e) {
            throw file.translate(what, e);
        } finally {
            if (open != null) {
                giveBack(open, reusable);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        List<FileConnection> open;
        synchronized (this) {
            closed = true;
            open = new ArrayList<>(idle);
            idle.clear();
        }
        for (FileConnection each : open) {
            each.close();
        }
    }

    private FileConnection take(String what) throws SQLException {
        @Nullable FileConnection open;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("cannot " + what + ": the queue is closed");
            }
            open = idle.pollLast();
        }
        if (open == null) {
            return file.openReader();
        }
        if (!open.identity().equals(file.identity())) {
            open.close();
            return file.openReader();
        }
        return open;
    }

    private void giveBack(FileConnection open, boolean reusable) {
        synchronized (this) {
            if (reusable && !closed && idle.size() < KEPT) {
                idle.addLast(open);
                return;
            }
        }
        try {
            open.close();
        } catch (SQLException e) {
            throw file.translate("close a connection", e);
        }
    }
}
