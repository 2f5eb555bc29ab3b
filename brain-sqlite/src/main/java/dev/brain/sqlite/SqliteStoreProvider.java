package dev.brain.sqlite;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.NoStoreException;
import dev.brain.internal.ReachableFiles;
import dev.brain.internal.file.FileAccess;
import dev.brain.queue.Store;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Opens {@code jdbc:sqlite:FILE}. Defaults to the file that {@code SQLITE_DB_PATH} names. */
@SuppressWarnings("exports") // for ServiceLoader; an application does not call it
public final class SqliteStoreProvider implements Store.Provider {
    private static final String PREFIX = "jdbc:sqlite:";

    /** The file if none is named. */
    private static final String DEFAULT_PATH = "db/xaloc_database.db";

    /** For {@link java.util.ServiceLoader}. */
    public SqliteStoreProvider() {}

    @Override
    public String name() {
        return "sqlite";
    }

    @Override
    public Optional<String> url(Environment environment) {
        return Optional.of(PREFIX + environment.get("SQLITE_DB_PATH").orElse(DEFAULT_PATH));
    }

    /** Returns no statements: a file is prepared whenever it is opened. */
    @Override
    public Optional<List<String>> missingStatements(Store.Options options) {
        return isFile(options) ? Optional.of(List.of()) : Optional.empty();
    }

    private static boolean isFile(Store.Options options) {
        return options.url().toLowerCase(Locale.ROOT).startsWith(PREFIX);
    }

    @Override
    public Optional<Store> open(Store.Options options) {
        String url = options.url();
        if (!isFile(options)) {
            return Optional.empty();
        }
        String file = url.substring(PREFIX.length());
        if (file.isBlank() || file.startsWith(":") || file.startsWith("file:") || file.contains("?")) {
            throw new ConfigurationException(
                    "a SQLite queue's URL must be " + PREFIX + " and the path of a file, without options, not " + url);
        }
        Path path = Path.of(file);
        if (options.access() != Store.Options.Access.CREATE && !ReachableFiles.exists(path)) {
            throw new NoStoreException(file);
        }
        SqliteStore.Builder builder =
                SqliteStore.builder(path).clock(options.clock()).fileAccess(FileAccess.of(options.environment()));
        return Optional.of(
                switch (options.access()) {
                    case CREATE -> builder.open();
                    case EXISTING -> builder.openExisting();
                    case READ_ONLY -> builder.snapshotOfExisting();
                });
    }
}
