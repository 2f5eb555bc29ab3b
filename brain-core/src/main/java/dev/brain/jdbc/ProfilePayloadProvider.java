package dev.brain.jdbc;

import dev.brain.config.SettingDefinition;
import dev.brain.payload.PayloadBuilder;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import java.util.List;

/** Provides {@link ProfilePayloadBuilder}. */
public final class ProfilePayloadProvider implements PayloadBuilder.Provider {
    /** For {@link java.util.ServiceLoader}. */
    public ProfilePayloadProvider() {}

    @Override
    public String name() {
        return "mapping";
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
    public PayloadBuilder create(ProviderContext context) {
        return new ProfilePayloadBuilder(Profiles.shared(context));
    }
}
