package dev.brain.launcher;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.NoStoreException;
import dev.brain.queue.Store;
import dev.brain.queue.Store.Options.Access;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the queue. */
final class QueueOptions {
    private static final String FILE_URL = "jdbc:sqlite:";
    private static final List<ClassLoader> LOADERS = List.of(QueueOptions.class.getClassLoader());

    @Option(
            names = "--sqlite-db",
            paramLabel = "FILE",
            description = "The file with queue and sites (default: SQLITE_DB_PATH, else db/xaloc_database.db).")
    private @Nullable Path file;

    @Option(
            names = "--queue",
            paramLabel = "URL",
            description = "The URL of the store with queue and sites (default: BRAIN_QUEUE_URL, else the file).")
    private @Nullable String url;

    /** Returns the store for a message: its file, or its URL. */
    String location(Environment environment) {
        return file(environment).map(Path::toString).orElseGet(() -> url(environment));
    }

    /** Returns the store's file; empty if it is not a file. */
    Optional<Path> file(Environment environment) {
        String named = url(environment);
        return named.startsWith(FILE_URL) ? Optional.of(Path.of(named.substring(FILE_URL.length()))) : Optional.empty();
    }

    /** Opens the store, or creates it if there is none. */
    Store openOrCreate(Environment environment) {
        return open(environment, Access.CREATE);
    }

    /**
     * Opens the existing store.
     *
     * @throws ConfigurationException if there is none
     */
    Store open(Environment environment) {
        return existing(environment, Access.EXISTING);
    }

    /**
     * Opens the existing store in such a way that not a byte of it changes.
     *
     * @throws ConfigurationException if there is none
     */
    Store lookAt(Environment environment) {
        return existing(environment, Access.READ_ONLY);
    }

    /** Opens the store; empty if there is none. */
    Optional<Store> openIfThere(Environment environment) {
        try {
            return Optional.of(open(environment, Access.EXISTING));
        } catch (NoStoreException e) {
            return Optional.empty();
        }
    }

    /** Returns the statements that opening or creating the store would run to prepare its tables. */
    List<String> missingStatements(Environment environment) {
        return Store.missingStatements(options(url(environment), Access.CREATE, environment), LOADERS);
    }

    private Store existing(Environment environment, Access access) {
        try {
            return open(environment, access);
        } catch (NoStoreException e) {
            throw new ConfigurationException(
                    e.getMessage() + "; create it with 'brain sites import FILE', or name another with --sqlite-db,"
                            + " SQLITE_DB_PATH, --queue or BRAIN_QUEUE_URL",
                    e);
        }
    }

    private Store open(Environment environment, Access access) {
        return open(url(environment), access, environment);
    }

    /** Opens the store of a URL. */
    static Store open(String url, Access access, Environment environment) {
        return Store.open(options(url, access, environment), LOADERS);
    }

    private static Store.Options options(String url, Access access, Environment environment) {
        return new Store.Options(url, access, environment, Clock.systemUTC());
    }

    private String url(Environment environment) {
        if (url != null && file != null) {
            throw new ConfigurationException("--queue and --sqlite-db name two queues; give one of them");
        }
        if (url != null) {
            return url;
        }
        return file != null ? FILE_URL + file : Store.url(environment, LOADERS);
    }
}
