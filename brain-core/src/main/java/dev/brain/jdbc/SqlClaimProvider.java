package dev.brain.jdbc;

import dev.brain.claim.ClaimStrategy;
import dev.brain.config.SettingDefinition;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import java.util.List;

/** Provides {@link SqlUpdateClaimStrategy} on the database that the environment names. */
public final class SqlClaimProvider implements ClaimStrategy.Provider {
    /** For {@link java.util.ServiceLoader}. */
    public SqlClaimProvider() {}

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
    public ClaimStrategy create(ProviderContext context) {
        return new SqlUpdateClaimStrategy(Database.shared(context), Profiles.shared(context), context.environment());
    }
}
