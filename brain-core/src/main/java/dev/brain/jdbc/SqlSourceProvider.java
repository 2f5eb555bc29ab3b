package dev.brain.jdbc;

import dev.brain.plugin.ProviderContext;
import dev.brain.resource.ResourceSource;

/** Provides {@link SqlResourceSource} on the database that the environment names. */
public final class SqlSourceProvider implements ResourceSource.Provider, ProfileProvider<ResourceSource> {
    /** For {@link java.util.ServiceLoader}. */
    public SqlSourceProvider() {}

    @Override
    public String name() {
        return "sql";
    }

    @Override
    public ResourceSource create(ProviderContext context) {
        return new SqlResourceSource(Database.shared(context), Profiles.shared(context));
    }
}
