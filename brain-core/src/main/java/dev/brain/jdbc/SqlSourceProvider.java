package dev.brain.jdbc;

import dev.brain.config.SettingDefinition;
import dev.brain.plugin.ProviderContext;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Site;
import java.util.List;

/** Provides {@link SqlResourceSource} on the database that the environment names. */
public final class SqlSourceProvider implements ResourceSource.Provider {
    /** For {@link java.util.ServiceLoader}. */
    public SqlSourceProvider() {}

    @Override
    public String name() {
        return "sql";
    }

    @Override
    public List<SettingDefinition<?>> settings() {
        return List.of(Profiles.DEFINITION);
    }

    @Override
    public List<SettingDefinition<?>> settings(Site site, ProviderContext context) {
        return Profiles.shared(context).settings(site);
    }

    @Override
    public ResourceSource create(ProviderContext context) {
        return new SqlResourceSource(Database.shared(context), Profiles.shared(context));
    }
}
