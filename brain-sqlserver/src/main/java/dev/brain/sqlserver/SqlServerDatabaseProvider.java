package dev.brain.sqlserver;

import dev.brain.config.Environment;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Dialect;
import dev.brain.plugin.ProviderContext;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code SQLSERVER_CONNECTION_STRING}, the parts {@code SQLSERVER_SERVER}, {@code SQLSERVER_DATABASE} and so on, and
 * {@code BRAIN_SOURCE_URL=jdbc:sqlserver:…}.
 */
public final class SqlServerDatabaseProvider implements Database.Provider {
    private static final Logger LOG = LoggerFactory.getLogger(SqlServerDatabaseProvider.class);

    /** For {@link java.util.ServiceLoader}. */
    public SqlServerDatabaseProvider() {}

    @Override
    public String name() {
        return "sqlserver";
    }

    @Override
    public List<String> variables() {
        return List.of(ConnectionSettings.WHOLE);
    }

    @Override
    public Optional<Dialect> dialect(String url, Environment environment) {
        return url.toLowerCase(Locale.ROOT).startsWith("jdbc:sqlserver:")
                ? Optional.of(new SqlServerDialect(
                        Hints.from(environment),
                        Duration.ofSeconds(ConnectionSettings.QUERY_TIMEOUT),
                        ConnectionForm.DATA_SOURCE))
                : Optional.empty();
    }

    @Override
    public Optional<Database> open(ProviderContext context) {
        Environment environment = context.environment();
        return ConnectionSettings.from(environment).map(settings -> {
            settings.warnings().forEach(LOG::warn);
            return open(settings, Hints.from(environment));
        });
    }

    static Database open(ConnectionSettings settings, Hints hints) {
        return new Database(
                new PooledDataSource(settings),
                new SqlServerDialect(hints, settings.queryTimeout(), settings.form()),
                settings.location());
    }
}
