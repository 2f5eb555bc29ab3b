package dev.brain.sqlite;

import dev.brain.config.FileAccess;
import dev.brain.plugin.ProviderContext;
import dev.brain.queue.TaskQueue;
import java.nio.file.Path;

/** Opens the queue that {@code SQLITE_DB_PATH} names. */
public final class SqliteQueueProvider implements TaskQueue.Provider {
    /** The file where none is named. */
    public static final String DEFAULT_PATH = "db/xaloc_database.db";

    /** For {@link java.util.ServiceLoader}. */
    public SqliteQueueProvider() {}

    @Override
    public String name() {
        return "sqlite";
    }

    @Override
    public TaskQueue create(ProviderContext context) {
        String path = context.environment().get("SQLITE_DB_PATH").orElse(DEFAULT_PATH);
        return SqliteStore.builder(Path.of(path))
                .clock(context.clock())
                .fileAccess(FileAccess.of(context.environment()))
                .open();
    }
}
