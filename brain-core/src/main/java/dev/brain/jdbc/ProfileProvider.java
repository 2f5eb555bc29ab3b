package dev.brain.jdbc;

import dev.brain.config.SettingDefinition;
import dev.brain.plugin.Provider;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import java.util.List;

/** Provides a part of a site that reads the site's profile. Its settings are those that the profile uses. */
interface ProfileProvider<T> extends Provider<T> {
    @Override
    default List<SettingDefinition<?>> settings() {
        return List.of(Profiles.DEFINITION);
    }

    @Override
    default List<SettingDefinition<?>> settings(Site site, ProviderContext context) {
        return Profiles.shared(context).settings(site);
    }
}
