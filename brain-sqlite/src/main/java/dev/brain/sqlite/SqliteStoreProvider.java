package dev.brain.sqlite;

import dev.brain.config.Environment;
import dev.brain.internal.NoStoreException;
import dev.brain.internal.ReachableFiles;
import dev.brain.internal.file.FileAccess;
import dev.brain.queue.Store;
import java.nio.file.Path;
import java.util.Optional;

/** Opens {@code jdbc:sqlite:FILE} with connections of its own. Defaults to the file that {@code SQLITE_DB_PATH} names. */
@SuppressWarnings("exports") // for ServiceLoader; an application does not call it
public final class SqliteStoreProvider implements Store.Provider {
    /** The file if none is named. */
    private static final String DEFAULT_PATH = "db/xaloc_database.db";

    /** For {@link java.util.ServiceLoader}. */
    public SqliteStoreProvider() {}

    @Override
    public String name() {
        return "sqlite";
    }

    @Override
    public String urlPrefix() {
        return SqliteDatabaseProvider.PREFIX;
    }

    @Override
    public Optional<String> url(Environment environment) {
        return Optional.of(urlPrefix() + environment.get("SQLITE_DB_PATH").orElse(DEFAULT_PATH));
    }

    @Override
    public Store open(Store.Options options) {
        Path path = SqliteDatabaseProvider.file("a SQLite queue's URL", options.url());
        if (options.access() != Store.Options.Access.CREATE && !ReachableFiles.exists(path)) {
            throw new NoStoreException(path.toString());
        }
        SqliteStore.Builder builder =
                SqliteStore.builder(path).clock(options.clock()).fileAccess(FileAccess.of(options.environment()));
        return switch (options.access()) {
            case CREATE -> builder.open();
            case EXISTING -> builder.openExisting();
            case CURRENT, UNCHECKED -> builder.openCurrent();
            case READ_ONLY -> builder.snapshotOfExisting();
        };
    }
}
