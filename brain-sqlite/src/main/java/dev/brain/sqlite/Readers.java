package dev.brain.sqlite;

import dev.brain.sqlite.Connected.Operation;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Connections that read, as many as there are readers at once, a few of them kept; thread-safe. */
final class Readers {
    private static final int KEPT = 4;

    private final StoreFile file;
    private final ArrayDeque<Connected> idle = new ArrayDeque<>();
    private boolean closed;

    Readers(StoreFile file) {
        this.file = file;
    }

    /** Runs an operation that only reads; it sees what was committed before. */
    <T> T run(String what, Operation<T> operation) {
        @Nullable Connected connected = null;
        boolean reusable = false;
        try {
            connected = take(what);
            T result = operation.run(connected);
            reusable = true;
            return result;
        } catch (SQLException e) {
            throw file.translate(what, e);
        } finally {
            if (connected != null) {
                giveBack(connected, reusable);
            }
        }
    }

    void close() throws SQLException {
        List<Connected> open;
        synchronized (this) {
            closed = true;
            open = new ArrayList<>(idle);
            idle.clear();
        }
        for (Connected connected : open) {
            connected.close();
        }
    }

    private Connected take(String what) throws SQLException {
        @Nullable Connected connected;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("cannot " + what + ": the queue is closed");
            }
            connected = idle.pollLast();
        }
        if (connected == null) {
            return file.openReader();
        }
        if (!connected.identity().equals(file.identity())) {
            connected.close();
            return file.openReader();
        }
        return connected;
    }

    private void giveBack(Connected connected, boolean reusable) {
        synchronized (this) {
            if (reusable && !closed && idle.size() < KEPT) {
                idle.addLast(connected);
                return;
            }
        }
        try {
            connected.close();
        } catch (SQLException e) {
            throw file.translate("close a connection", e);
        }
    }
}
