package dev.brain;

import static java.util.Objects.requireNonNull;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimOutcome.Result;
import dev.brain.error.BrainException;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Reservation;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.Ownership;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds claims whose answer contradicts the system of record. Further claims of the site may fail in the same way, so
 * the site claims nothing until a person resolves the incident.
 */
final class Contradictions {
    private static final Logger LOG = LoggerFactory.getLogger(Brain.class);
    private static final int PAGE = 500;

    private final ServedSite served;
    private final Claimant claimant;
    private final TaskQueue queue;
    private final ReadBack readBack;
    private final Events events;
    private final Tally tally;

    Contradictions(
            ServedSite served, Claimant claimant, TaskQueue queue, ReadBack readBack, Events events, Tally tally) {
        this.served = served;
        this.claimant = claimant;
        this.queue = queue;
        this.readBack = readBack;
        this.events = events;
        this.tally = tally;
    }

    /** @throws BrainException if an earlier contradiction is not resolved */
    static void requireNone(Site site, Events events) {
        events.incidents().open(site.id(), IncidentCode.CLAIM_CONTRADICTED, null, 1).stream()
                .findFirst()
                .ifPresent(incident -> {
                    throw new BrainException("nothing is claimed while incident " + incident.id() + " ("
                            + IncidentCode.CLAIM_CONTRADICTED + ") is open: "
                            + incident.report().message());
                });
    }

    /**
     * Reports claims that were accepted although the resource shows another owner. If the system of record shows the
     * claimant's name on other resources, nothing is reported: somebody else was faster, and the answer does not show
     * it. Must be called before the reservations are dropped, so that no crash in between leaves a case that is claimed
     * and forgotten.
     *
     * @param others reservations whose resource belongs to somebody else or is gone
     * @return the number of reported claims
     * @throws BrainException if they could not be recorded
     */
    int tellAccepted(List<Reservation> others, boolean isAnyOurs, Map<ResourceId, ClaimOutcome> outcomes) {
        List<Reservation> accepted = others.stream()
                .filter(reservation -> said(outcomes, reservation, Set.of(Result.ACCEPTED)))
                .toList();
        if (accepted.isEmpty() || isAnyOurs || isClaimantShown()) {
            return 0;
        }
        Site site = served.site();
        List<ResourceId> ids = accepted.stream().map(Reservation::resourceId).toList();
        Map<ResourceId, Ownership> ownership = ownership(site, ids);
        report(accepted.stream()
                .map(reservation -> report(
                        reservation,
                        "the claim of resource " + reservation.resourceId() + " was answered as won by "
                                + claimant.name() + ", but the system of record "
                                + shown(ownership.get(reservation.resourceId())) + " and has no resource of "
                                + claimant.name() + ": no task was created. The owner column must hold the name "
                                + claimant.name() + "; if it holds a number or a key, let the profile read a view that"
                                + " has the name. Then correct the resource, and resolve the incident"))
                .toList());
        accepted.forEach(reservation -> tally.error("the claim of resource " + reservation.resourceId()
                + " was accepted, but the system of record shows another owner: see the incident "
                + IncidentCode.CLAIM_CONTRADICTED));
        return accepted.size();
    }

    private boolean isClaimantShown() {
        try {
            return !held(null, 1).isEmpty();
        } catch (BrainException e) {
            LOG.debug(
                    "site {}: the resources of {} can't be read", served.site().id(), claimant.name(), e);
            // the contradiction must be reported even so
            return false;
        }
    }

    private Map<ResourceId, Ownership> ownership(Site site, List<ResourceId> ids) {
        try {
            return served.source().ownership(site, claimant, ids);
        } catch (BrainException e) {
            LOG.debug("site {}: the owners of {} can't be read", site.id(), ids, e);
            return Map.of();
        }
    }

    private static String shown(@Nullable Ownership owned) {
        return owned == null || owned.owner() == null
                ? "doesn't show its owner"
                : "shows '" + owned.owner() + "' as its owner";
    }

    /**
     * Reports claims that had no effect in spite of their answer, together with a resource that has become the
     * claimant's meanwhile and is unknown to the queue.
     *
     * @param free reservations whose resource is still free
     * @param others reservations whose resource belongs to somebody else or is gone
     * @return whether there is such a resource
     */
    boolean tellNothing(List<Reservation> free, List<Reservation> others, Map<ResourceId, ClaimOutcome> outcomes) {
        Optional<Reservation> first = Stream.concat(free.stream(), others.stream())
                .filter(reservation ->
                        said(outcomes, reservation, Set.of(Result.SENT, Result.ACCEPTED, Result.UNKNOWN)))
                .findFirst();
        Optional<ResourceId> other = first.isEmpty() || !served.strategy().isReadBack() ? Optional.empty() : unknown();
        other.ifPresent(id -> {
            ResourceId sent = first.orElseThrow().resourceId();
            report(List.of(report(
                    first.orElseThrow(),
                    "the claim of resource " + sent + " had no effect, and resource " + id + " has become "
                            + claimant.name()
                            + "'s without a task: one may have been claimed instead of the other,"
                            + " or somebody else uses the name " + claimant.name() + ". Check both in the system of"
                            + " record, release what was claimed by mistake, correct the way rows are found, and resolve the"
                            + " incident")));
            tally.error("the claim of resource " + sent + " had no effect, and another resource has become "
                    + claimant.name() + "'s: see the incident " + IncidentCode.CLAIM_CONTRADICTED);
        });
        tellFree(
                free.stream()
                        .filter(reservation ->
                                said(outcomes, reservation, Set.of(Result.SENT, Result.ACCEPTED, Result.DECLINED)))
                        .toList(),
                outcomes);
        return other.isPresent();
    }

    private void tellFree(List<Reservation> free, Map<ResourceId, ClaimOutcome> outcomes) {
        List<Report> reports = new ArrayList<>();
        for (Reservation reservation : free) {
            ResourceId id = reservation.resourceId();
            ClaimOutcome outcome = requireNonNull(outcomes.get(id));
            String message = "the claim of resource " + id + " had no effect: the answer was '" + outcome.detail()
                    + "', but the system of record shows it free";
            tally.error(message);
            served.strategy()
                    .evidence(served.site(), reservation.draft().resource(), message)
                    .ifPresent(path -> reports.add(
                            new Report(IncidentCode.EVIDENCE, served.site().id(), id, message, path)));
        }
        events.report(reports);
    }

    private static boolean said(Map<ResourceId, ClaimOutcome> outcomes, Reservation reservation, Set<Result> results) {
        ClaimOutcome outcome = outcomes.get(reservation.resourceId());
        return outcome != null && results.contains(outcome.result());
    }

    /** Returns a resource that the claimant holds, that has no task, and that was not reported before. */
    private Optional<ResourceId> unknown() {
        String siteId = served.site().id();
        Pages pages = new Pages(siteId, PAGE, new RowFaults(siteId, events, tally), this::held);
        while (!pages.isExhausted()) {
            List<Resource> page = pages.next();
            List<ResourceId> held = new ArrayList<>(SitePass.ids(page));
            held.removeAll(queue.standings(siteId, held).keySet());
            held.removeAll(events.incidents().openOn(siteId, IncidentCode.ORPHAN_CLAIM, held));
            Set<ResourceId> unknown = Set.copyOf(held);
            Optional<ResourceId> first = page.stream()
                    .filter(resource -> unknown.contains(resource.id()))
                    .filter(resource -> !readBack.hasTaskOfAnotherSite(served.site(), claimant, resource))
                    .map(Resource::id)
                    .findFirst();
            if (first.isPresent()) {
                return first;
            }
        }
        return Optional.empty();
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
            // the incident matters more than its evidence
            message += "; the answer could not be kept: " + e.getMessage();
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
