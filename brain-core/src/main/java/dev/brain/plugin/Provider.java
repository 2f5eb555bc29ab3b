package dev.brain.plugin;

/**
 * Creates an instance of an SPI; found with {@link java.util.ServiceLoader}, stateless.
 *
 * @param <T> the SPI
 */
public interface Provider<T> {
    /** What a site calls it by. */
    String name();

    /**
     * A new instance, to be used for every site that names it. If it is {@link AutoCloseable} it is closed with the
     * {@link dev.brain.Brain} that asked for it.
     *
     * @throws dev.brain.error.ConfigurationException if the environment lacks what it needs
     */
    T create(ProviderContext context);
}
