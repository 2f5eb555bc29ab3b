package dev.brain.sqlite;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Dialect;
import dev.brain.plugin.ProviderContext;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Serves {@code BRAIN_SOURCE_URL=jdbc:sqlite:FILE}. */
@SuppressWarnings("exports") // for ServiceLoader; an application does not call it
public final class SqliteDatabaseProvider implements Database.Provider {
    static final String PREFIX = "jdbc:sqlite:";

    /** For {@link java.util.ServiceLoader}. */
    public SqliteDatabaseProvider() {}

    @Override
    public String name() {
        return "sqlite";
    }

    @Override
    public Optional<Dialect> dialect(String url, Environment environment) {
        return isSqlite(url) ? Optional.of(new SqliteDialect()) : Optional.empty();
    }

    @Override
    public Optional<Database> open(ProviderContext context) {
        return context.environment()
                .get("BRAIN_SOURCE_URL")
                .filter(SqliteDatabaseProvider::isSqlite)
                .map(url -> database(file("BRAIN_SOURCE_URL", url)));
    }

    private static boolean isSqlite(String url) {
        return url.toLowerCase(Locale.ROOT).startsWith(PREFIX);
    }

    /**
     * Returns the file of a URL.
     *
     * @param what names the URL in an error
     */
    static Path file(String what, String url) {
        String file = url.substring(PREFIX.length());
        if (file.isBlank() || file.startsWith(":") || file.startsWith("file:") || file.contains("?")) {
            throw new ConfigurationException(
                    what + " must be " + PREFIX + " and the path of a file, without options, not " + url);
        }
        return Path.of(file);
    }

    /** Returns the system of record in a file, which must exist when it is first read. */
    public static Database database(Path file) {
        Path path = file.toAbsolutePath().normalize();
        return new Database(new SqliteDataSource(path), new SqliteDialect(), "SQLite file " + path);
    }
}
