package dev.brain.claim;

import dev.brain.check.Finding;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes resources in the system of record for a claimant, and gives them back. Thread-safe. */
public interface ClaimStrategy {
    /**
     * Whom this strategy claims for.
     *
     * @throws dev.brain.error.ConfigurationException if nobody is named
     * @throws LoginException if it takes a login and that can't be had now
     */
    Claimant claimant(Site site);

    /**
     * Claims the resources; has an outcome for every one of them. Losing is an outcome, not an exception. A resource
     * that somebody else holds is never taken from them.
     * <p>Several queues may claim under one name. An outcome is WON only if this very call took the resource. If the resource
     * is the claimant's and this call did not change it, the outcome is ALREADY_OURS.
     *
     * <p>An exception means that every outcome is unknown, except a {@link dev.brain.error.ConfigurationException},
     * which promises that nothing was claimed.
     */
    Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch);

    /**
     * Gives resources back that the claimant holds; has an entry for every one: true if it was given back by this call.
     *
     * @param resources as they were read before they were claimed
     * @throws dev.brain.error.ConfigurationException if this strategy, or the site's configuration, can't give back
     */
    Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources);

    /**
     * Whether only the system of record can tell what a claim or a release of this strategy came to, which may show
     * there late. If so, resources are looked at before they are handed to {@link #claim}, so that none is claimed that
     * isn't free, and a resource that shows free is believed to be only when the whole back-off has gone by since.
     */
    default boolean isReadBack() {
        return false;
    }

    /**
     * Keeps what can be shown of a claim that was sent, and that the system of record doesn't know of.
     *
     * @return the path of what was kept; empty if there is nothing to keep
     */
    default Optional<String> evidence(Site site, Resource resource, String reason) {
        return Optional.empty();
    }

    /** Returns the names of the site's settings that it reads, so that a check can report unused ones. */
    default Set<String> settingNames(Site site) {
        return Set.of();
    }

    /** Looks at everything that claiming for this site needs, and says what is wrong and what to do; writes nothing. */
    default List<Finding> check(Site site) {
        return List.of();
    }

    /** Creates strategies; found with {@link java.util.ServiceLoader}. */
    interface Provider extends dev.brain.plugin.Provider<ClaimStrategy> {}
}
