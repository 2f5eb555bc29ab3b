package dev.brain.payload;

import dev.brain.check.Finding;
import dev.brain.resource.Resource;
import dev.brain.site.Site;
import java.util.List;
import java.util.Set;

/**
 * Builds the payload of a task before its resource is claimed. Thread-safe.
 *
 * @stability stable
 */
public interface PayloadBuilder {
    /**
     * Returns the payload of a resource.
     *
     * @throws PayloadException if it can't be built; the resource is then not claimed
     */
    Payload build(Site site, Resource resource, PayloadContext context);

    /**
     * Checks the builder's configuration for a site, without a resource.
     *
     * @param columns the columns of the site's resources
     */
    default List<Finding> check(Site site, Set<String> columns) {
        return List.of();
    }

    /** Creates builders; found with {@link java.util.ServiceLoader}. */
    interface Provider extends dev.brain.plugin.Provider<PayloadBuilder> {}
}
