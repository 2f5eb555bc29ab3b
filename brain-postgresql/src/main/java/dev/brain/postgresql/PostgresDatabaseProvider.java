package dev.brain.postgresql;

import dev.brain.config.Environment;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Dialect;
import dev.brain.plugin.ProviderContext;
import java.util.Locale;
import java.util.Optional;

/** Serves {@code BRAIN_SOURCE_URL=jdbc:postgresql:…}. */
@SuppressWarnings("exports") // for ServiceLoader; an application does not call it
public final class PostgresDatabaseProvider implements Database.Provider {
    private static final String PREFIX = "jdbc:postgresql:";

    /** For {@link java.util.ServiceLoader}. */
    public PostgresDatabaseProvider() {}

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public Optional<Dialect> dialect(String url, Environment environment) {
        return isPostgres(url) ? Optional.of(new PostgresDialect()) : Optional.empty();
    }

    @Override
    public Optional<Database> open(ProviderContext context) {
        return context.environment()
                .get(Database.URL)
                .filter(PostgresDatabaseProvider::isPostgres)
                .map(url -> Database.open(url, new PostgresDialect(), context));
    }

    private static boolean isPostgres(String url) {
        return url.toLowerCase(Locale.ROOT).startsWith(PREFIX);
    }
}
