package dev.brain.launcher;

import dev.brain.config.Environment;
import dev.brain.config.FileAccess;
import dev.brain.error.ConfigurationException;
import dev.brain.sqlite.SqliteStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the queue. */
final class QueueOptions {
    private static final String VARIABLE = "SQLITE_DB_PATH";
    private static final String DEFAULT_FILE = "db/xaloc_database.db";

    @Option(
            names = "--sqlite-db",
            paramLabel = "FILE",
            description = "The file with queue and sites (default: " + VARIABLE + ", else " + DEFAULT_FILE + ").")
    private @Nullable Path file;

    Path path(Environment environment) {
        return file != null ? file : Path.of(environment.get(VARIABLE).orElse(DEFAULT_FILE));
    }

    /** Opens the queue, or creates it if there is none. */
    SqliteStore openOrCreate(Environment environment) {
        return open(path(environment), environment);
    }

    /**
     * Opens the existing queue.
     *
     * @throws ConfigurationException if there is none
     */
    SqliteStore open(Environment environment) {
        return open(existing(environment), environment);
    }

    /**
     * Opens a private copy of the existing queue, of which not a byte changes.
     *
     * @throws ConfigurationException if there is none
     */
    SqliteStore snapshot(Environment environment) {
        return SqliteStore.snapshot(existing(environment));
    }

    boolean isThere(Environment environment) {
        return Files.exists(path(environment));
    }

    private static SqliteStore open(Path path, Environment environment) {
        return SqliteStore.builder(path).fileAccess(FileAccess.of(environment)).open();
    }

    private Path existing(Environment environment) {
        Path path = path(environment);
        if (!isThere(environment)) {
            throw new ConfigurationException("there is no queue at " + path
                    + "; create it with 'brain sites import FILE', or name another with --sqlite-db or " + VARIABLE);
        }
        return path;
    }
}
