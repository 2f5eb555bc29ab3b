package dev.brain.claim;

import dev.brain.check.Finding;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Claims resources in the system of record for a claimant, and releases them. Thread-safe.
 *
 * @stability evolving
 */
public interface ClaimStrategy {
    /**
     * Returns the claimant of this strategy.
     *
     * @throws dev.brain.error.ConfigurationException if no claimant is configured
     * @throws LoginException if a login is needed and fails
     */
    Claimant claimant(Site site);

    /**
     * Claims the resources. The result has an outcome for each of them. Losing is an outcome, not an exception. A
     * resource that somebody else holds is never taken away.
     *
     * <p>Several queues may claim under one name. An outcome is WON only if this very call took the resource. If the
     * resource is the claimant's and this call did not change it, the outcome is ALREADY_OURS.
     *
     * <p>An exception means that every outcome is unknown, except a {@link dev.brain.error.ConfigurationException},
     * which promises that nothing was claimed.
     */
    Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch);

    /**
     * Releases resources that the claimant holds. The result has an entry for each: true if this call released it.
     *
     * @param resources the resources as they were read before they were claimed; empty to find out whether releasing is
     *     supported
     * @throws dev.brain.error.ConfigurationException if this strategy, or the site's configuration, does not support
     *     releasing
     */
    Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources);

    /**
     * Returns whether only a read-back can decide the result of a claim or a release, possibly after a delay. If so,
     * resources are read again just before {@link #claim}, so that only free ones are claimed. A resource that is read
     * as free counts as free only after the whole back-off has passed.
     */
    default boolean isReadBack() {
        return false;
    }

    /**
     * Stores evidence of a claim that was sent but is not visible in the system of record.
     *
     * @return the path of the evidence; empty if there is none
     */
    default Optional<String> evidence(Site site, Resource resource, String reason) {
        return Optional.empty();
    }

    /** Checks everything that claiming for this site needs. The findings say what to do. Writes nothing. */
    default List<Finding> check(Site site) {
        return List.of();
    }

    /** Creates strategies; found with {@link java.util.ServiceLoader}. */
    interface Provider extends dev.brain.plugin.Provider<ClaimStrategy> {}
}
