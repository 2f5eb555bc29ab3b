package dev.brain.internal.engine;

import static java.util.Objects.requireNonNull;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimOutcome.Result;
import dev.brain.error.BrainException;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource.Ownership;
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
    private static final Logger LOG = LoggerFactory.getLogger(Contradictions.class);
    private static final int PAGE = 500;

    private final SiteContext context;
    private final ClaimedTwice claimedTwice;

    Contradictions(SiteContext context, ClaimedTwice claimedTwice) {
        this.context = context;
        this.claimedTwice = claimedTwice;
    }

    /** @throws BrainException if an earlier contradiction is not resolved */
    static void requireNone(Site site, CycleContext context) {
        if (!context.open().has(site.id(), IncidentCode.CLAIM_CONTRADICTED)) {
            return;
        }
        context.queue().incidents().open(site.id(), IncidentCode.CLAIM_CONTRADICTED, null, 1).stream()
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
    int reportAccepted(List<Reservation> others, boolean isAnyOurs, Map<Reservation, ClaimOutcome> outcomes) {
        List<Reservation> accepted = others.stream()
                .filter(reservation -> said(outcomes, reservation, Set.of(Result.ACCEPTED)))
                .toList();
        if (accepted.isEmpty() || isAnyOurs || isClaimantShown()) {
            return 0;
        }
        List<ResourceId> ids = accepted.stream().map(Reservation::resourceId).toList();
        Map<ResourceId, Ownership> ownership = ownership(ids);
        report(accepted.stream()
                .map(reservation -> report(
                        reservation,
                        "the claim of resource " + reservation.resourceId() + " was answered as won by "
                                + context.claimant().name() + ", but the system of record "
                                + shown(ownership.get(reservation.resourceId())) + " and has no resource of "
                                + context.claimant().name()
                                + ": no task was created. The owner column must hold the name "
                                + context.claimant().name()
                                + "; if it holds a number or a key, let the profile read a view that"
                                + " has the name. Then correct the resource, and resolve the incident"))
                .toList());
        accepted.forEach(reservation -> context.counters()
                .error("the claim of resource " + reservation.resourceId()
                        + " was accepted, but the system of record shows another owner: see the incident "
                        + IncidentCode.CLAIM_CONTRADICTED));
        return accepted.size();
    }

    private boolean isClaimantShown() {
        try {
            return !context.held(null, 1).isEmpty();
        } catch (BrainException e) {
            LOG.debug(
                    "site {}: the resources of {} can't be read",
                    context.siteId(),
                    context.claimant().name(),
                    e);
            // the contradiction must be reported even so
            return false;
        }
    }

    private Map<ResourceId, Ownership> ownership(List<ResourceId> ids) {
        try {
            return context.ownership(ids);
        } catch (BrainException e) {
            LOG.debug("site {}: the owners of {} can't be read", context.siteId(), ids, e);
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
    boolean reportWithoutEffect(
            List<Reservation> free, List<Reservation> others, Map<Reservation, ClaimOutcome> outcomes) {
        Optional<Reservation> first = Stream.concat(free.stream(), others.stream())
                .filter(reservation ->
                        said(outcomes, reservation, Set.of(Result.SENT, Result.ACCEPTED, Result.UNKNOWN)))
                .findFirst();
        Optional<ResourceId> other =
                first.isEmpty() || !context.resolved().procedure().mayTakeAnother() ? Optional.empty() : unknown();
        other.ifPresent(id -> {
            ResourceId sent = first.orElseThrow().resourceId();
            report(List.of(report(
                    first.orElseThrow(),
                    "the claim of resource " + sent + " had no effect, and resource " + id + " has become "
                            + context.claimant().name()
                            + "'s without a task: one may have been claimed instead of the other,"
                            + " or somebody else uses the name "
                            + context.claimant().name() + ". Check both in the system of"
                            + " record, release what was claimed by mistake, correct the way rows are found, and resolve the"
                            + " incident")));
            context.counters()
                    .error("the claim of resource " + sent + " had no effect, and another resource has become "
                            + context.claimant().name() + "'s: see the incident " + IncidentCode.CLAIM_CONTRADICTED);
        });
        reportFree(
                free.stream()
                        .filter(reservation ->
                                said(outcomes, reservation, Set.of(Result.SENT, Result.ACCEPTED, Result.DECLINED)))
                        .toList(),
                outcomes);
        return other.isPresent();
    }

    private void reportFree(List<Reservation> free, Map<Reservation, ClaimOutcome> outcomes) {
        List<Report> reports = new ArrayList<>();
        for (Reservation reservation : free) {
            ResourceId id = reservation.resourceId();
            ClaimOutcome outcome = requireNonNull(outcomes.get(reservation));
            String message = "the claim of resource " + id + " had no effect: the answer was '" + outcome.detail()
                    + "', but the system of record shows it free";
            context.counters().error(message);
            context.evidence(reservation, message)
                    .ifPresent(path ->
                            reports.add(new Report(IncidentCode.EVIDENCE, context.siteId(), id, message, path)));
        }
        context.events().report(reports);
    }

    private static boolean said(Map<Reservation, ClaimOutcome> outcomes, Reservation reservation, Set<Result> results) {
        ClaimOutcome outcome = outcomes.get(reservation);
        return outcome != null && results.contains(outcome.result());
    }

    /** Returns a resource that the claimant holds, that has no task, and that was not reported before. */
    private Optional<ResourceId> unknown() {
        String siteId = context.siteId();
        ResourcePages pages = new ResourcePages(
                siteId, PAGE, null, new RowIncidents(siteId, context.events(), context.counters()), context::held);
        while (!pages.isExhausted()) {
            List<Resource> page = pages.next();
            List<ResourceId> held = new ArrayList<>(SiteContext.ids(page));
            held.removeAll(context.queue().standings(siteId, held).keySet());
            held.removeAll(context.incidents().openOn(siteId, IncidentCode.ORPHAN_CLAIM, held));
            Set<ResourceId> unknown = Set.copyOf(held);
            Optional<ResourceId> first = page.stream()
                    .filter(resource -> unknown.contains(resource.id()))
                    .filter(resource -> !claimedTwice.hasTaskOfAnotherSite(siteId, context.claimant(), resource))
                    .map(Resource::id)
                    .findFirst();
            if (first.isPresent()) {
                return first;
            }
        }
        return Optional.empty();
    }

    private Report report(Reservation reservation, String message) {
        String evidence = null;
        try {
            evidence = context.evidence(reservation, message).orElse(null);
        } catch (BrainException e) {
            // the incident matters more than its evidence
            message += "; the answer could not be kept: " + e.problem();
        }
        return new Report(
                IncidentCode.CLAIM_CONTRADICTED, context.siteId(), reservation.resourceId(), message, evidence);
    }

    private void report(List<Report> reports) {
        if (!context.events().report(reports)) {
            throw new BrainException(reports.get(0).message());
        }
    }
}
