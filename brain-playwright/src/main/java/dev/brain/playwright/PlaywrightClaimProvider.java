package dev.brain.playwright;

import dev.brain.claim.ClaimStrategy;
import dev.brain.plugin.ProviderContext;

/** Provides {@link PlaywrightClaimStrategy}. */
public final class PlaywrightClaimProvider implements ClaimStrategy.Provider {
    /** For {@link java.util.ServiceLoader}. */
    public PlaywrightClaimProvider() {}

    @Override
    public String name() {
        return "web";
    }

    @Override
    public ClaimStrategy create(ProviderContext context) {
        return new PlaywrightClaimStrategy(context);
    }
}
