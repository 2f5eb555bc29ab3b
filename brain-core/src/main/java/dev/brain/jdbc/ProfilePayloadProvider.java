package dev.brain.jdbc;

import dev.brain.payload.PayloadBuilder;
import dev.brain.plugin.ProviderContext;

/** Provides {@link ProfilePayloadBuilder}. */
public final class ProfilePayloadProvider implements PayloadBuilder.Provider, ProfileProvider<PayloadBuilder> {
    /** For {@link java.util.ServiceLoader}. */
    public ProfilePayloadProvider() {}

    @Override
    public String name() {
        return "mapping";
    }

    @Override
    public PayloadBuilder create(ProviderContext context) {
        return new ProfilePayloadBuilder(Profiles.shared(context));
    }
}
