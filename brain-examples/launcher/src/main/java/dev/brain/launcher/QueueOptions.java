package dev.brain.launcher;

import dev.brain.config.Environment;
import dev.brain.config.FileAccess;
import dev.brain.error.ConfigurationException;
import dev.brain.sqlite.SqliteStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which queue a command opens. */
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

    /** The queue; a new one where there is none. */
    SqliteStore openOrCreate(Environment environment) {
        return open(path(environment), environment);
    }

    /**
     * The queue that is there.
     *
     * @throws ConfigurationException if there is none
     */
    SqliteStore open(Environment environment) {
        return open(existing(environment), environment);
    }

    /**
     * A private copy of the queue that is there, of which not a byte changes.
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
                    + "; make it with 'brain sites import FILE', or name another with --sqlite-db or " + VARIABLE);
        }
        return path;
    }
}
