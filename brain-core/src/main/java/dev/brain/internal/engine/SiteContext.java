package dev.brain.internal.engine;

import dev.brain.claim.ClaimStrategy;
import dev.brain.error.BrainException;
import dev.brain.incident.IncidentLog;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource;
import dev.brain.resource.ResourceSource.Ownership;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all parts that serve one site in one cycle share. Failures of the system of record are {@link SourceFailure}s.
 *
 * @param cycle the cycle
 * @param resolved the site with its parts
 * @param claimant the site's claimant
 * @param counters what was done for the site
 */
record SiteContext(CycleContext cycle, ResolvedSite resolved, Claimant claimant, SiteCounters counters) {
    Site site() {
        return resolved.site();
    }

    String siteId() {
        return resolved.site().id();
    }

    ResourceSource source() {
        return resolved.source();
    }

    ClaimStrategy strategy() {
        return resolved.strategy();
    }

    ClaimQueue queue() {
        return cycle.queue();
    }

    Events events() {
        return cycle.events();
    }

    IncidentLog incidents() {
        return cycle.queue().incidents();
    }

    Map<ResourceId, Ownership> ownership(Collection<ResourceId> ids) {
        return fromSource(() -> source().ownership(site(), claimant, ids));
    }

    Map<ResourceId, Ownership> ownershipOf(List<Reservation> reservations) {
        return ownership(reservations.stream().map(Reservation::resourceId).toList());
    }

    List<Resource> held(@Nullable Resource after, int limit) {
        ResourceId from = after == null ? null : after.id();
        return fromSource(() -> source().held(site(), claimant, from, limit));
    }

    /** Returns the path of evidence of a claim; empty if there is none or it can't be stored. */
    Optional<String> evidence(Reservation reservation, String message) {
        return strategy().evidence(site(), reservation.draft().resource(), message);
    }

    /** A missing file, or a table that does not match its profile, can't be read, just like a server that is down. */
    static <T> T fromSource(Supplier<T> read) {
        try {
            return read.get();
        } catch (SourceFailure e) {
            throw e;
        } catch (BrainException e) {
            throw new SourceFailure(e);
        }
    }

    static List<ResourceId> ids(Collection<Resource> resources) {
        return resources.stream().map(Resource::id).toList();
    }
}
