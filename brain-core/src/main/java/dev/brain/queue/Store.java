package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import dev.brain.check.Finding;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.history.History;
import dev.brain.incident.IncidentLog;
import dev.brain.internal.ConnectionUrl;
import dev.brain.internal.notification.Notifier;
import dev.brain.site.SiteStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database with the queue, its incidents and the sites. Thread-safe, and safe beside other processes that use the same
 * database.
 *
 * <p>A {@link dev.brain.Brain} and its workers claim and work through {@link #queue}; people look after the tasks through
 * {@link #operations}. Brain's own modules store them in SQL databases. Any other class may implement a store, and the
 * contract tests in the test jar of {@code brain-core} say what it must do.
 *
 * <p>The effects of a method that has returned normally survive a crash. Every method throws {@link
 * dev.brain.error.UnavailableException} if the store is unavailable. It has then changed nothing, unless a connection
 * broke during a commit: then the change may have been made, and the call can be repeated.
 *
 * @stability stable
 */
public interface Store extends AutoCloseable {
    /** Returns the queue of tasks as claiming and working need it; usable while the store is open. */
    TaskQueue queue();

    /** Returns what people do with the tasks. */
    TaskOperations operations();

    IncidentLog incidents();

    /** Returns what happened to tasks, sites and incidents. */
    History history();

    SiteStore sites();

    /** Returns what an operator should know about the database itself. Changes nothing. Defaults to nothing. */
    default List<Finding> check() {
        return List.of();
    }

    /**
     * Writes a consistent copy of the store to a file that does not exist, or is empty, while others use the store.
     *
     * @throws ConfigurationException if the engine has its own means for that
     */
    default void backUp(Path file) {
        throw new ConfigurationException("this store can't be backed up by Brain; use the means of its database");
    }

    /**
     * Replaces the content of the store with that of a backup, in one transaction.
     *
     * @throws ConfigurationException if the engine has its own means for that
     */
    default void restore(Path file) {
        throw new ConfigurationException(
                "this store can't be restored by Brain; restore it by the means of its database,"
                        + " and then run 'brain queue restored mark'");
    }

    @Override
    void close();

    /** Opens a store as {@link #open(Options, List)} does, with the providers that this library's class loader finds. */
    static Store open(Options options) {
        return open(options, List.of(Store.class.getClassLoader()));
    }

    /**
     * Opens a store with the provider that knows its URL. If the environment names a webhook ({@code BRAIN_NOTIFY_URL}), the
     * store keeps the changes of its incidents for it.
     *
     * @param loaders where providers are looked for
     * @throws ConfigurationException if no provider knows the URL, the store can't be used, or there is none and none may
     *     be created
     * @throws dev.brain.error.UnavailableException if the store is unavailable
     */
    static Store open(Options options, List<ClassLoader> loaders) {
        Store store = provider(options.url(), loaders).open(options);
        Notifier.keep(store.incidents(), options.environment());
        return store;
    }

    /**
     * Returns the statements that create the tables of a store or bring them to this version, without running them; empty
     * if nothing is missing, or if the engine needs none.
     *
     * @param loaders where providers are looked for
     * @throws ConfigurationException if no provider knows the URL, or the store can't be used
     * @throws dev.brain.error.UnavailableException if the store is unavailable
     */
    static List<String> missingStatements(Options options, List<ClassLoader> loaders) {
        return provider(options.url(), loaders).missingStatements(options);
    }

    /**
     * Returns the URL of the store that an environment names: {@code BRAIN_QUEUE_URL}, else what a provider finds.
     *
     * @throws ConfigurationException if it names none
     */
    static String url(Environment environment, List<ClassLoader> loaders) {
        return environment
                .get("BRAIN_QUEUE_URL")
                .or(() -> providers(loaders).values().stream()
                        .flatMap(provider -> provider.url(environment).stream())
                        .findFirst())
                .orElseThrow(() -> new ConfigurationException("no queue is named; set BRAIN_QUEUE_URL to its URL"));
    }

    private static Provider provider(String url, List<ClassLoader> loaders) {
        Map<String, Provider> providers = providers(loaders);
        return providers.values().stream()
                .filter(provider -> url.regionMatches(
                        true, 0, provider.urlPrefix(), 0, provider.urlPrefix().length()))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("no store knows the URL " + url
                        + "; this installation has " + String.join(", ", providers.keySet())));
    }

    private static Map<String, Provider> providers(List<ClassLoader> loaders) {
        Map<String, Provider> providers = new LinkedHashMap<>();
        for (ClassLoader loader : loaders) {
            ServiceLoader.load(Provider.class, loader)
                    .forEach(provider -> providers.putIfAbsent(provider.name(), provider));
        }
        return providers;
    }

    /** Opens the stores of one engine; found with {@link ServiceLoader}, stateless. */
    interface Provider {
        /** Returns the name of the engine. */
        String name();

        /** Returns what the URLs of this engine begin with, in upper or lower case: {@code jdbc:postgresql:}. */
        String urlPrefix();

        /**
         * Returns the URL of the store that this engine's own variables name, or of its default store. Defaults to none.
         */
        default Optional<String> url(Environment environment) {
            return Optional.empty();
        }

        /** Opens a store as {@link Store#open} does. Its URL is one of this engine. */
        Store open(Options options);

        /** Returns what {@link Store#missingStatements} does. The URL is one of this engine. Defaults to none. */
        default List<String> missingStatements(Options options) {
            return List.of();
        }
    }

    /**
     * How a store is opened. Immutable.
     *
     * @param url which store; without secrets
     * @param dataSource the application's connections to that store, which stay open when the store is closed; null if the
     *     provider opens its own. A SQLite store always opens its own, to the file of the URL
     * @param access what is done if there is none, and whether it is changed
     * @param environment where its engine finds user, password and other settings
     */
    record Options(String url, @Nullable DataSource dataSource, Access access, Environment environment, Clock clock) {
        /** What a store is opened for. */
        public enum Access {
            /** It is created if there is none, and brought to this version. */
            CREATE,
            /** It is brought to this version; it must be there. */
            EXISTING,
            /** It must be there and of this version; its tables are not changed. */
            CURRENT,
            /** Its tables are neither changed nor checked. In a SQLite file they are checked as by {@link #CURRENT}. */
            UNCHECKED,
            /** It is only looked at, and stays as it is to the byte; it must be there. */
            READ_ONLY
        }

        public Options {
            requireNonNull(url, "url");
            requireNonNull(access, "access");
            requireNonNull(environment, "environment");
            requireNonNull(clock, "clock");
        }

        /** Creates options of a store whose provider opens its own connections. */
        public Options(String url, Access access, Environment environment, Clock clock) {
            this(url, null, access, environment, clock);
        }

        /** Returns options with {@link Access#CREATE}, the process's environment and the system's clock. */
        public static Options of(String url) {
            return new Options(url, Access.CREATE, Environment.of(System.getenv()), Clock.systemUTC());
        }

        /**
         * Returns options as {@link #of(String)} does, for an application's connections. Asks a connection for the URL.
         *
         * @throws ConfigurationException if the driver does not tell the URL
         * @throws dev.brain.error.UnavailableException if there is no connection
         */
        public static Options of(DataSource dataSource) {
            return of(ConnectionUrl.of(dataSource).replaceFirst("[?;].*", "")).withDataSource(dataSource);
        }

        public Options withDataSource(DataSource connections) {
            return new Options(url, connections, access, environment, clock);
        }

        public Options withAccess(Access access) {
            return new Options(url, dataSource, access, environment, clock);
        }

        public Options withEnvironment(Environment environment) {
            return new Options(url, dataSource, access, environment, clock);
        }

        public Options withClock(Clock clock) {
            return new Options(url, dataSource, access, environment, clock);
        }
    }
}
