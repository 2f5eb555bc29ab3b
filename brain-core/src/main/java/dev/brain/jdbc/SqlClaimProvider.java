package dev.brain.jdbc;

import dev.brain.claim.ClaimStrategy;
import dev.brain.plugin.ProviderContext;

/** Provides {@link SqlUpdateClaimStrategy} on the database that the environment names. */
public final class SqlClaimProvider implements ClaimStrategy.Provider, ProfileProvider<ClaimStrategy> {
    /** For {@link java.util.ServiceLoader}. */
    public SqlClaimProvider() {}

    @Override
    public String name() {
        return "sql";
    }

    @Override
    public ClaimStrategy create(ProviderContext context) {
        return new SqlUpdateClaimStrategy(Database.shared(context), Profiles.shared(context), context.environment());
    }
}
