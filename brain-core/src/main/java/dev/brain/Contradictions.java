package dev.brain;

import dev.brain.claim.ClaimOutcome;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Reservation;
import dev.brain.queue.Standing;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.Holding;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds claims of which the claim strategy says one thing and the system of record shows another. What else the site
 * claims may go wrong in the same way, so it claims nothing until a person resolves the incident.
 */
final class Contradictions {
    private static final int PAGE = 500;

    private final ServedSite served;
    private final Claimant claimant;
    private final TaskQueue queue;
    private final Events events;

    Contradictions(ServedSite served, Claimant claimant, TaskQueue queue, Events events) {
        this.served = served;
        this.claimant = claimant;
        this.queue = queue;
        this.events = events;
    }

    /** @throws ConfigurationException if one that was found earlier is not resolved */
    static void requireNone(Site site, Events events) {
        events.incidents().open(site.id(), IncidentCode.CLAIM_CONTRADICTED, null, 1).stream()
                .findFirst()
                .ifPresent(incident -> {
                    throw new ConfigurationException("nothing is claimed while incident " + incident.id() + " ("
                            + IncidentCode.CLAIM_CONTRADICTED + ") is open: "
                            + incident.report().message());
                });
    }

    /**
     * Reports claims that were accepted and whose resource shows another owner, unless the system of record shows that it
     * does know the claimant: then somebody else was faster, and the answer doesn't tell.
     *
     * @return those that were reported
     */
    List<Reservation> ofAccepted(List<Reservation> accepted) {
        if (accepted.isEmpty() || !held(null, 1).isEmpty()) {
            return List.of();
        }
        Site site = served.site();
        List<ResourceId> ids = accepted.stream().map(Reservation::resourceId).toList();
        Map<ResourceId, Holding> holdings =
                SitePass.fromSource(() -> served.source().holdings(site, claimant, ids));
        report(accepted.stream()
                .map(reservation -> report(
                        reservation,
                        "the answer to the claim of resource " + reservation.resourceId() + " was that it is "
                                + claimant.name() + "'s by now, but the system of record "
                                + shown(holdings.get(reservation.resourceId())) + " and has nothing at all that is "
                                + claimant.name() + "'s: it has no task. The owner must stand there as the name "
                                + claimant.name() + "; where it is a number or a key, let the profile read a view that"
                                + " has the name. Then see to the resource, and resolve the incident"))
                .toList());
        return accepted;
    }

    private static String shown(@Nullable Holding holding) {
        return holding == null || holding.owner() == null
                ? "doesn't show who has it"
                : "shows '" + holding.owner() + "' as its owner";
    }

    /**
     * Reports claims that came to nothing, if meanwhile another resource has become the claimant's, which the queue knows
     * nothing of.
     *
     * @return whether there was one
     */
    boolean ofNothing(List<Reservation> cameToNothing, Map<ResourceId, ClaimOutcome> outcomes) {
        List<Reservation> sent = cameToNothing.stream()
                .filter(reservation -> isSent(outcomes.get(reservation.resourceId())))
                .toList();
        Optional<ResourceId> other = sent.isEmpty() ? Optional.empty() : unknown();
        other.ifPresent(id -> report(List.of(report(
                sent.get(0),
                "the claim of resource " + sent.get(0).resourceId() + " came to nothing, and resource " + id
                        + " has become " + claimant.name() + "'s, for which there is no task: the one may have been taken"
                        + " for the other, or somebody else uses the name " + claimant.name() + ". Look at both in the"
                        + " system of record, give back what was taken by mistake, correct what finds the rows, and resolve"
                        + " the incident"))));
        return other.isPresent();
    }

    private static boolean isSent(@Nullable ClaimOutcome outcome) {
        return outcome != null
                && switch (outcome.result()) {
                    case SENT, ACCEPTED, UNKNOWN -> true;
                    default -> false;
                };
    }

    /** What the claimant holds, has no task, and was not told of before. */
    private Optional<ResourceId> unknown() {
        @Nullable ResourceId after = null;
        for (; ; ) {
            List<Resource> held = held(after, PAGE);
            Map<ResourceId, Standing> standings = queue.standings(served.site().id(), SitePass.ids(held));
            for (Resource resource : held) {
                if (!standings.containsKey(resource.id()) && !isOrphan(resource.id())) {
                    return Optional.of(resource.id());
                }
            }
            if (held.size() < PAGE) {
                return Optional.empty();
            }
            after = held.get(held.size() - 1).id();
        }
    }

    private boolean isOrphan(ResourceId id) {
        @Nullable ResourceId after = null;
        for (; ; ) {
            List<Incident> open =
                    events.incidents().open(served.site().id(), IncidentCode.ORPHAN_CLAIM, after, PAGE);
            List<ResourceId> ids = new ArrayList<>();
            open.forEach(incident -> Optional.ofNullable(incident.report().resourceId()).ifPresent(ids::add));
            if (ids.contains(id)) {
                return true;
            }
            if (open.size() < PAGE) {
                return false;
            }
            after = ids.get(ids.size() - 1);
        }
    }

    private List<Resource> held(@Nullable ResourceId after, int limit) {
        return SitePass.fromSource(() -> served.source().held(served.site(), claimant, after, limit));
    }

    private Report report(Reservation reservation, String message) {
        String evidence = null;
        try {
            evidence = served.strategy()
                    .evidence(served.site(), reservation.draft().resource(), message)
                    .orElse(null);
        } catch (BrainException e) {
            // the incident matters more than what can be shown of it
            message += "; nothing could be kept of the answer: " + e.getMessage();
        }
        return new Report(
                IncidentCode.CLAIM_CONTRADICTED, served.site().id(), reservation.resourceId(), message, evidence);
    }

    private void report(List<Report> reports) {
        if (!events.report(reports)) {
            throw new BrainException(reports.get(0).message());
        }
    }
}
