package dev.brain.resource;

import static java.util.Objects.requireNonNull;

import dev.brain.check.Finding;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds a site's resources in the system of record and reads them back; never writes there. Thread-safe.
 *
 * <p>Every method throws {@link dev.brain.error.UnavailableException} if the system of record can't be read, and {@link
 * dev.brain.error.ConfigurationException} if it does not match the site's configuration. Neither ever looks like "no
 * work".
 *
 * @stability evolving
 */
public interface ResourceSource {
    /**
     * Returns the next free resources; fewer than {@code limit} only at the end. They are in the order of their deadlines
     * and then of their ids; those without a deadline come last. Without deadlines they are in id order.
     *
     * <p>A row whose id is unusable has a {@link Resource#fault}, and may appear again on the next page. A page without
     * any usable resource is the last one, or the site has too many unusable ones.
     *
     * <p>The position of {@code after} is the one that it had when it was read. If deadlines change between two pages, a
     * resource may therefore be missing or appear twice.
     *
     * @param after the previous page's last resource without a fault, as it was read; null starts from the beginning
     */
    List<Resource> candidates(Site site, @Nullable Resource after, int limit);

    /** Returns whether resources of the site may have a deadline. Defaults to false. */
    default boolean hasDeadlines(Site site) {
        return false;
    }

    /**
     * Returns the time by which a resource must be dealt with; empty if it has none. Defaults to none.
     *
     * @throws dev.brain.error.BrainException if its value in the system of record is not a time; such a resource is not
     *     claimed
     */
    default Optional<Instant> deadline(Site site, Resource resource) {
        return Optional.empty();
    }

    /** Returns one resource by its id, free or not; empty if there is none. */
    Optional<Resource> find(Site site, ResourceId id);

    /**
     * Returns whether the site selects a resource, free or not. Defaults to true, for sources in which a site selects
     * all resources.
     */
    default boolean isInScope(Site site, ResourceId id) {
        return true;
    }

    /** Returns who holds each of these resources now. Has an entry for every id. */
    Map<ResourceId, Ownership> ownership(Site site, Claimant claimant, Collection<ResourceId> ids);

    /**
     * Returns the next resources of the site that the claimant holds in id order, in pages like those of {@link #candidates}.
     */
    List<Resource> held(Site site, Claimant claimant, @Nullable ResourceId after, int limit);

    /** Returns the distinct owners of the site's resources, unchanged. Used only by checks. Defaults to none. */
    default List<String> owners(Site site) {
        return List.of();
    }

    /** Returns the names of its resources' columns, to check templates and mappings. */
    Set<String> columns(Site site);

    /** Checks everything that reading this site needs. The findings say what to do. Writes nothing. */
    default List<Finding> check(Site site) {
        return List.of();
    }

    /** Creates sources; found with {@link java.util.ServiceLoader}. */
    interface Provider extends dev.brain.plugin.Provider<ResourceSource> {}

    /**
     * Who holds a resource, as read back from the system of record.
     *
     * @param state what was read
     * @param owner the owner's name in the system of record; null if there is none
     * @stability evolving
     */
    record Ownership(State state, @Nullable String owner) {
        /** The possible results of a read-back. */
        public enum State {
            /** The resource is free: a claim would take it. */
            FREE,
            /** The resource is the claimant's, and no claim would take it. */
            OURS,
            /** The resource is neither free nor the claimant's: somebody else holds it, or no claim can take it. */
            OTHERS,
            /** No such resource. */
            GONE
        }

        public Ownership {
            requireNonNull(state, "state");
        }

        public static Ownership of(State state) {
            return new Ownership(state, null);
        }
    }
}
