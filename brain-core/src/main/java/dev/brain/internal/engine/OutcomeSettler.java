package dev.brain.internal.engine;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimOutcome.Result;
import dev.brain.claim.LoginException;
import dev.brain.cycle.SiteReport.Counter;
import dev.brain.error.BrainException;
import dev.brain.error.UnavailableException;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.SettledAndReserved;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.Settlement.Verdict;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the outcomes of a site's claims into settlements, counts and incidents. Nothing else does. */
final class OutcomeSettler {
    private static final Logger LOG = LoggerFactory.getLogger(OutcomeSettler.class);
    private static final Set<Result> DECIDED = Set.of(Result.WON, Result.LOST);
    private static final Set<Result> SENT = Set.of(Result.SENT, Result.ACCEPTED, Result.DECLINED);
    private static final Set<Result> UNKNOWN = Set.of(Result.UNKNOWN, Result.REFUSED);

    private final SiteContext context;
    private final SiteCounters counters;
    private final ReadBack readBack;
    private final ForeignClaims foreign;
    private final ClaimedTwice claimedTwice;
    private final RowIncidents rows;
    private final Contradictions contradictions;

    private final List<Resource> putAside = new ArrayList<>();
    private long taken;
    private boolean stuck;
    private boolean hasReadBack;

    OutcomeSettler(SiteContext context, ForeignClaims foreign, ClaimedTwice claimedTwice, RowIncidents rows) {
        this.context = context;
        this.counters = context.counters();
        this.readBack = new ReadBack(context.cycle());
        this.foreign = foreign;
        this.claimedTwice = claimedTwice;
        this.rows = rows;
        this.contradictions = new Contradictions(context, claimedTwice);
    }

    /** Returns the number of claims that were won so far, or may have been. */
    long taken() {
        return taken;
    }

    /** Returns whether claims can't be verified, or have no effect; the site is skipped for the rest of the cycle. */
    boolean isStuck() {
        return stuck || rows.isTableRefusing();
    }

    /** Returns whether the system of record has refused every claim so far. */
    boolean isTableRefusing() {
        return rows.isTableRefusing();
    }

    /** Returns whether a claim was read back, so that claims of the site are known to work. */
    boolean hasReadBack() {
        return hasReadBack;
    }

    /**
     * Returns resources to claim once more in this cycle, and forgets them: those that were refused together, or not
     * tried, before the system of record took another claim.
     */
    List<Resource> takePutAside() {
        if (!rows.isAnyAccepted()) {
            return List.of();
        }
        List<Resource> again = List.copyOf(putAside);
        putAside.clear();
        return again;
    }

    /** Drops reservations whose claims were not sent. */
    void drop(List<Reservation> reservations) {
        counters.add(Counter.NOT_CLAIMED, reservations.size());
        context.queue()
                .settle(reservations.stream()
                        .map(reservation -> new Settlement(reservation, Verdict.DROP))
                        .toList());
    }

    /**
     * Settles the claims of a batch: at once where the outcome is known, else by a read-back.
     *
     * @param isProbe whether this is a single claim before those of many, whose failure says nothing about the site
     * @throws BrainException if an outcome says that the site can't be served in this cycle
     */
    void settle(Map<Reservation, ClaimOutcome> outcomes, boolean isProbe) {
        settle(outcomes, isProbe, List.of());
    }

    /** Returns whether nothing is left to do about the claims of a batch but to settle them. */
    static boolean areDecided(Map<Reservation, ClaimOutcome> outcomes) {
        return outcomes.values().stream()
                .allMatch(outcome ->
                        DECIDED.contains(outcome.result()) && outcome.evidence() == null && outcome.failure() == null);
    }

    /**
     * Settles the claims of a batch, and reserves the next one with the same commit.
     *
     * @param outcomes claims that {@linkplain #areDecided are decided}
     */
    List<Reservation> settleAndReserve(Map<Reservation, ClaimOutcome> outcomes, List<TaskDraft> next) {
        return settle(outcomes, false, next);
    }

    private List<Reservation> settle(Map<Reservation, ClaimOutcome> outcomes, boolean isProbe, List<TaskDraft> next) {
        if (outcomes.isEmpty()) {
            return List.of();
        }
        Instant claimedAt = context.cycle().clock().instant();
        List<Settlement> settlements = new ArrayList<>();
        List<Reservation> alreadyOurs = new ArrayList<>();
        List<Report> evidence = new ArrayList<>();
        Map<Resource, Report> failed = new LinkedHashMap<>();
        outcomes.forEach((reservation, outcome) -> {
            if (outcome.evidence() != null) {
                evidence.add(report(IncidentCode.EVIDENCE, reservation, outcome));
            }
            switch (outcome.result()) {
                case ALREADY_OURS -> alreadyOurs.add(reservation);
                case FAILED ->
                    failed.put(
                            reservation.draft().resource(),
                            report(IncidentCode.CLAIM_FAILED, reservation, outcome.withEvidence(null)));
                case NOT_TRIED -> putAside.add(reservation.draft().resource());
                default -> {}
            }
            verdict(reservation, outcome).ifPresent(verdict -> settlements.add(new Settlement(reservation, verdict)));
        });
        foreign.report(alreadyOurs);
        SettledAndReserved done = context.queue().settleAndReserve(settlements, next);
        counters.add(Counter.ENQUEUED, done.confirmed());
        context.events().report(evidence);
        settleUndecided(outcomes, claimedAt, isProbe);
        // a resource that the claimant holds through another task does not show that the table accepts claims
        boolean isAnyWon = outcomes.values().stream().anyMatch(outcome -> outcome.result() == Result.WON);
        if (!rows.reportRefused(List.copyOf(failed.values()), outcomes.size(), isAnyWon)) {
            putAside.addAll(failed.keySet());
        }
        outcomes.values().stream()
                .map(ClaimOutcome::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresent(OutcomeSettler::rethrow);
        return done.reserved();
    }

    private Report report(IncidentCode code, Reservation reservation, ClaimOutcome outcome) {
        return new Report(
                code, context.siteId(), reservation.resourceId(), String.valueOf(outcome.detail()), outcome.evidence());
    }

    private static void rethrow(BrainException failure) {
        throw failure instanceof UnavailableException && !(failure instanceof LoginException)
                ? new SourceFailure(failure)
                : failure;
    }

    /** Counts a claim and returns what becomes of its reservation; empty if only a read-back can tell. */
    private Optional<Verdict> verdict(Reservation reservation, ClaimOutcome outcome) {
        switch (outcome.result()) {
            case WON -> {
                counters.add(Counter.CLAIMED, 1);
                taken++;
                return Optional.of(Verdict.CONFIRM);
            }
            // ForeignClaims counts it, because it knows who took the resource
            case ALREADY_OURS -> {}
            case LOST -> {
                counters.add(Counter.LOST, 1);
                LOG.debug(
                        "site {}: resource {} was lost to {}",
                        context.siteId(),
                        reservation.resourceId(),
                        outcome.detail());
            }
            case NOT_SENT -> {
                counters.add(Counter.NOT_CLAIMED, 1);
                if (outcome.failure() == null) {
                    counters.error("resource " + reservation.resourceId() + " was not claimed: " + outcome.detail());
                }
            }
            case FAILED, NOT_TRIED -> counters.add(Counter.NOT_CLAIMED, 1);
            case SENT, ACCEPTED, DECLINED, REFUSED, UNKNOWN -> {
                return Optional.empty();
            }
        }
        return Optional.of(Verdict.DROP);
    }

    /**
     * Reads back the claims that were sent together with those whose outcome is unknown. An unknown outcome that is not
     * found ours is an error, and so is a claim that stays reserved.
     */
    private void settleUndecided(Map<Reservation, ClaimOutcome> outcomes, Instant claimedAt, boolean isProbe) {
        List<Reservation> sent = with(outcomes, SENT);
        List<Reservation> unknown = with(outcomes, UNKNOWN);
        List<Reservation> all = new ArrayList<>(sent);
        all.addAll(unknown);
        if (all.isEmpty()) {
            return;
        }
        String reason = unknown.isEmpty()
                ? ""
                : String.valueOf(outcomes.getOrDefault(unknown.get(unknown.size() - 1), ClaimOutcome.unknown(""))
                        .detail());
        AfterClaim policy = new AfterClaim(outcomes);
        ReadBack.Result result = readBack.settle(context.site(), context.source(), all, claimedAt, policy);
        hasReadBack = true;
        if (!result.with(Conclusion.OURS).isEmpty()) {
            rows.accept();
        }
        int contradicted = policy.contradicted;
        List<Reservation> ours = result.with(Conclusion.OURS);
        List<Reservation> free = result.with(Conclusion.FREE);
        List<Reservation> left = result.left();
        int duplicates = result.with(Conclusion.DUPLICATE).size();
        counters.add(Counter.CLAIMED, ours.size());
        counters.add(Counter.RECOVERED, ours.stream().filter(unknown::contains).count());
        counters.add(Counter.DUPLICATES, duplicates);
        counters.add(Counter.ENQUEUED, result.confirmed());
        taken += ours.size() + left.size();
        long lost =
                result.with(Conclusion.OTHERS).stream().filter(sent::contains).count() - contradicted;
        long undecided = all.size()
                - ours.size()
                - duplicates
                - result.with(Conclusion.NOT_TAKEN).size()
                - lost;
        counters.add(Counter.LOST, lost);
        counters.add(Counter.UNKNOWN, undecided);
        long unknownUndecided = undecided
                - left.stream().filter(sent::contains).count()
                - free.stream().filter(sent::contains).count()
                - contradicted;
        if (unknownUndecided > 0) {
            counters.error(unknownUndecided + " claims of " + unknown.size()
                    + " with an unknown outcome were not found ours (" + reason + "); " + left.size()
                    + " stay reserved until they can be read back");
        } else if (!left.isEmpty()) {
            counters.error(left.size() + " claims of " + all.size() + " stay reserved until they can be read back: "
                    + result.reason());
        }
        boolean isMistaken = contradictions.reportWithoutEffect(free, result.with(Conclusion.OTHERS), outcomes);
        boolean isNothingClaimed = free.size() == all.size() && !isProbe;
        if (sent.isEmpty() && isNothingClaimed) {
            String message = "nothing can be claimed in the system of record: " + reason;
            context.events()
                    .report(List.of(new Report(IncidentCode.SOURCE_UNREACHABLE, context.siteId(), null, message)));
        }
        stuck |= !left.isEmpty() || isNothingClaimed || isMistaken || contradicted > 0;
    }

    private static List<Reservation> with(Map<Reservation, ClaimOutcome> outcomes, Set<Result> results) {
        return outcomes.entrySet().stream()
                .filter(entry -> results.contains(entry.getValue().result()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Decides about claims of this run that are read back. */
    private final class AfterClaim implements ReadBack.Policy {
        private final Map<Reservation, ClaimOutcome> outcomes;
        private int contradicted;

        AfterClaim(Map<Reservation, ClaimOutcome> outcomes) {
            this.outcomes = outcomes;
        }

        @Override
        public Map<Reservation, Conclusion> ours(List<Reservation> ours) {
            // not REFUSED: a session that ends after a successful claim looks like a refusal
            List<Reservation> declined = with(outcomes, Set.of(Result.DECLINED)).stream()
                    .filter(ours::contains)
                    .toList();
            List<Reservation> others = ours.stream()
                    .filter(reservation -> !declined.contains(reservation))
                    .toList();
            foreign.report(declined);
            Map<Reservation, Conclusion> conclusions = Conclusion.of(declined, Conclusion.NOT_TAKEN);
            conclusions.putAll(
                    foreign.isShared()
                            ? claimedTwice.leaveToPerson(others)
                            : context.resolved().procedure().concludeOurs(claimedTwice, others));
            return conclusions;
        }

        @Override
        public void others(List<Reservation> others, boolean isAnyOurs) {
            contradicted += contradictions.reportAccepted(others, isAnyOurs, outcomes);
        }
    }
}
