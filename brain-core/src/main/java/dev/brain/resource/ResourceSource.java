package dev.brain.resource;

import dev.brain.check.Finding;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds a site's resources in the system of record and reads them back; never writes there. Thread-safe.
 *
 * <p>Every method throws {@link dev.brain.error.UnavailableException} if the system of record can't be read, and
 * {@link dev.brain.error.ConfigurationException} if it isn't as the site says: neither ever looks like "no work".
 */
public interface ResourceSource {
    /**
     * Returns the next resources that are free, in the order of their ids; fewer than {@code limit} only at the end.
     *
     * <p>A row whose id can't be used comes with its {@link Resource#fault}, and may come again with the next page. A page
     * without any resource that can be used is the last one, or the site has too many that can't.
     *
     * @param after the id of the last resource without a fault of the page before; null starts from the beginning
     */
    List<Resource> candidates(Site site, @Nullable ResourceId after, int limit);

    /** One resource by its id, free or not; empty if there is none. */
    Optional<Resource> find(Site site, ResourceId id);

    /**
     * Returns whether a resource, free or not, is among those that the site selects. Defaults to true, for sources in
     * which a site selects all there is.
     */
    default boolean isInScope(Site site, ResourceId id) {
        return true;
    }

    /** Who holds each of these resources now; has an entry for every id. */
    Map<ResourceId, Holding> holdings(Site site, Claimant claimant, Collection<ResourceId> ids);

    /** Returns the next resources of the site that the claimant holds, in pages like those of {@link #candidates}. */
    List<Resource> held(Site site, Claimant claimant, @Nullable ResourceId after, int limit);

    /**
     * Returns the owners, each once and as they stand there, of the site's resources that are somebody's. Only a check asks
     * for them. Defaults to none.
     */
    default List<String> owners(Site site) {
        return List.of();
    }

    /** The names of the columns that its resources carry, for checking templates and mappings. */
    Set<String> columns(Site site);

    /** The names of the site's settings that it reads, so that a check can tell which ones nobody reads. */
    default Set<String> settingNames(Site site) {
        return Set.of();
    }

    /** Looks at everything that reading this site needs, and says what is wrong and what to do; writes nothing. */
    default List<Finding> check(Site site) {
        return List.of();
    }

    /** Creates sources; found with {@link java.util.ServiceLoader}. */
    interface Provider extends dev.brain.plugin.Provider<ResourceSource> {}
}
