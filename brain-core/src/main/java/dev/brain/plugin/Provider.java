package dev.brain.plugin;

import dev.brain.config.SettingDefinition;
import dev.brain.site.Site;
import java.util.List;

/**
 * Creates instances of an SPI. Found by {@link java.util.ServiceLoader}. Must be stateless.
 *
 * @param <T> the SPI
 * @stability stable
 */
public interface Provider<T> {
    /** Returns the name by which sites choose it. */
    String name();

    /** Returns the settings that a site may have if it names this provider. Defaults to none. */
    default List<SettingDefinition<?>> settings() {
        return List.of();
    }

    /**
     * Returns the settings that one site may have: those of {@link #settings()}, and those that a data file which the
     * site names uses. Connects to nothing.
     *
     * @throws dev.brain.error.ConfigurationException if that file is missing or broken
     */
    default List<SettingDefinition<?>> settings(Site site, ProviderContext context) {
        return settings();
    }

    /**
     * Creates an instance, which serves every site that names it. If it is {@link AutoCloseable}, it is closed with the
     * {@link dev.brain.Brain} that uses it.
     *
     * @throws dev.brain.error.ConfigurationException if the environment lacks what it needs
     */
    T create(ProviderContext context);
}
