package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.Closing;
import dev.brain.internal.plugin.Providers;
import dev.brain.plugin.ProviderContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * A SQL database as the system of record.
 *
 * @param dataSource where connections come from; closed with this if it is closeable
 * @param dialect its dialect
 * @param location where it is, for messages; without any secret
 */
public record Database(DataSource dataSource, Dialect dialect, String location) implements AutoCloseable {
    /** The variable with a JDBC URL, which a provider recognizes by its beginning. Others are opened by any JDBC driver. */
    public static final String URL = "BRAIN_SOURCE_URL";

    public Database {
        requireNonNull(dataSource, "dataSource");
        requireNonNull(dialect, "dialect");
        requireNonNull(location, "location");
    }

    /**
     * Returns the database that the environment names.
     *
     * @throws ConfigurationException if it names none, or several
     */
    public static Database open(ProviderContext context) {
        List<String> broken = new ArrayList<>();
        Map<String, Provider> kinds = kinds(context, broken::add);
        List<String> own = kinds.values().stream()
                .flatMap(kind -> kind.variables().stream())
                .toList();
        List<Database> found = new ArrayList<>();
        try {
            kinds.values().forEach(kind -> kind.open(context).ifPresent(found::add));
            if (found.isEmpty()) {
                StandardDatabase.open(context, broken).ifPresent(found::add);
            }
            if (found.size() == 1) {
                return found.get(0);
            }
            throw new ConfigurationException(
                    found.isEmpty()
                            ? (context.environment().get(URL).isPresent()
                                            ? URL + " is not a JDBC URL; correct it"
                                            : "no system of record is configured: set " + URL + " to a JDBC URL")
                                    + own.stream()
                                            .map(name -> ", or set " + name)
                                            .collect(Collectors.joining())
                                    + " (known kinds: " + String.join(", ", kinds.keySet())
                                    + (broken.isEmpty() ? "" : "; broken: " + String.join(", ", broken)) + ")"
                            : "several systems of record are configured ("
                                    + String.join(
                                            ", ",
                                            found.stream()
                                                    .map(Database::location)
                                                    .toList())
                                    + "): set only one of "
                                    + Stream.concat(Stream.of(URL), own.stream())
                                            .collect(Collectors.joining(", ")));
        } catch (RuntimeException | Error e) {
            Closing.afterFailure(e, found.toArray(AutoCloseable[]::new));
            throw e;
        }
    }

    /**
     * Returns the database of an application's own connections. A kind of database that no provider knows is addressed in
     * standard SQL.
     *
     * @param url the JDBC URL of the connections
     */
    public static Database of(String url, DataSource dataSource, ProviderContext context) {
        Location location = Location.of(url, new Properties());
        Dialect dialect = kinds(context, broken -> {}).values().stream()
                .flatMap(kind -> kind.dialect(url, context.environment()).stream())
                .findFirst()
                .orElseGet(() -> new StandardDialect(dataSource, location));
        return new Database(dataSource, dialect, location.shown());
    }

    /**
     * Opens a URL with the JDBC driver that accepts it, and the account of {@code BRAIN_SOURCE_USER}. Does not connect yet.
     *
     * @throws ConfigurationException if no driver accepts the URL
     */
    public static Database open(String url, Dialect dialect, ProviderContext context) {
        return StandardDatabase.open(context, url, List.of(), (dataSource, location) -> dialect);
    }

    private static Map<String, Provider> kinds(ProviderContext context, Consumer<String> broken) {
        Map<String, Provider> kinds = new LinkedHashMap<>();
        for (ClassLoader loader : context.loaders()) {
            // a plug-in's loader also sees the providers of its parent
            Providers.loadable(ServiceLoader.load(Provider.class, loader).iterator(), broken)
                    .forEach(kind -> kinds.putIfAbsent(kind.name(), kind));
        }
        return kinds;
    }

    /** Returns the database that all providers of a context share. */
    static Database shared(ProviderContext context) {
        return context.shared(Database.class, () -> open(context));
    }

    @Override
    public void close() {
        Closing.all(List.of(dataSource));
    }

    /** Opens one kind of database; found with {@link ServiceLoader}, stateless. */
    public interface Provider {
        /** Returns the name of the kind of database, for messages. */
        String name();

        /** Returns the variables of its own that select this kind, besides {@link #URL}. Defaults to none. */
        default List<String> variables() {
            return List.of();
        }

        /** Returns the dialect of connections with this JDBC URL; empty if they are of another kind. Defaults to none. */
        default Optional<Dialect> dialect(String url, Environment environment) {
            return Optional.empty();
        }

        /** Returns the database that the environment names; empty if it names none of this kind. Does not connect yet. */
        Optional<Database> open(ProviderContext context);
    }
}
