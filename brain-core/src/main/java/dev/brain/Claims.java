package dev.brain;

import dev.brain.ReadBack.End;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.LoginException;
import dev.brain.cycle.SiteCounter;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.Reservation;
import dev.brain.queue.Settlement;
import dev.brain.queue.Settlement.Verdict;
import dev.brain.queue.TaskDraft;
import dev.brain.queue.TaskQueue;
import dev.brain.resource.Ownership;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims a site's resources in batches: reserves a task for each, claims them, and settles the outcomes. */
final class Claims {
    private static final Logger LOG = LoggerFactory.getLogger(Brain.class);

    private final ServedSite served;
    private final Claimant claimant;
    private final TaskQueue queue;
    private final ReadBack readBack;
    private final Namesakes namesakes;
    private final Clock clock;
    private final Events events;
    private final Tally tally;
    private final RowFaults faults;
    private final Contradictions contradictions;

    private long taken;
    private boolean stuck;
    private boolean probed;
    private boolean probing;

    Claims(
            ServedSite served,
            Claimant claimant,
            TaskQueue queue,
            ReadBack readBack,
            Namesakes namesakes,
            Clock clock,
            Events events,
            Tally tally) {
        this.served = served;
        this.claimant = claimant;
        this.queue = queue;
        this.readBack = readBack;
        this.namesakes = namesakes;
        this.clock = clock;
        this.events = events;
        this.tally = tally;
        this.faults = new RowFaults(served.site().id(), events, tally);
        this.contradictions = new Contradictions(served, claimant, queue, readBack, events, tally);
    }

    /** The number of claims that were won so far, or may have been. */
    long taken() {
        return taken;
    }

    /** Returns false if another site of the claimant has seen another queue. */
    boolean mayClaim() {
        return namesakes.mayClaim();
    }

    /** True if claims cannot be verified, or have no effect; the site is skipped for the rest of the cycle. */
    boolean isStuck() {
        return stuck || namesakes.areSeen();
    }

    /**
     * True if the first resource should be claimed alone. If only a read-back can decide claims, a fault that affects
     * every claim then affects only one resource.
     */
    boolean isProbeDue() {
        return served.strategy().isReadBack() && !probed;
    }

    /** Takes one of several resources through reserve, claim and settle. Its failure does not affect the others. */
    void probe(List<TaskDraft> drafts) {
        probing = true;
        try {
            claim(drafts);
        } finally {
            probing = false;
        }
    }

    /** Takes one batch through reserve, claim and settle. */
    void claim(List<TaskDraft> drafts) {
        if (drafts.isEmpty()) {
            return;
        }
        List<Reservation> reservations = queue.reserve(drafts);
        tally.add(SiteCounter.RESERVED, reservations.size());
        tally.add(SiteCounter.DUPLICATES, drafts.size() - reservations.size());
        if (reservations.isEmpty()) {
            return;
        }
        if (served.strategy().isReadBack()) {
            reservations = free(reservations);
        }
        if (!reservations.isEmpty()) {
            Map<ResourceId, ClaimOutcome> outcomes = again(reservations, outcomes(reservations));
            settle(
                    reservations,
                    served.strategy().isReadBack() ? readBack.explained(served, claimant, outcomes) : outcomes);
        }
    }

    /** Returns the resources that are still free; the others are settled before anything is sent for them. */
    private List<Reservation> free(List<Reservation> reservations) {
        Map<ResourceId, Ownership> ownership;
        try {
            ownership = ownership(reservations);
        } catch (BrainException e) {
            drop(reservations);
            throw e;
        }
        Map<ResourceId, ClaimOutcome> found = new LinkedHashMap<>();
        ownership.forEach((id, owned) -> {
            switch (owned.state()) {
                case FREE -> {}
                case OURS -> found.put(id, ClaimOutcome.alreadyOurs());
                case OTHERS, GONE -> found.put(id, ClaimOutcome.lost(owned.owner()));
            }
        });
        settle(
                reservations.stream()
                        .filter(reservation -> found.containsKey(reservation.resourceId()))
                        .toList(),
                found);
        List<Reservation> free = reservations.stream()
                .filter(reservation -> !found.containsKey(reservation.resourceId()))
                .toList();
        if (namesakes.areSeen()) {
            // it could not be decided who pressed first
            drop(free);
            return List.of();
        }
        return free;
    }

    /**
     * Sends refused claims once more after a read-back: the refusal says that nothing was done, and the system of
     * record shows that the resources are still free.
     */
    private Map<ResourceId, ClaimOutcome> again(
            List<Reservation> reservations, Map<ResourceId, ClaimOutcome> outcomes) {
        List<Reservation> refused = reservations.stream()
                .filter(reservation -> isRefused(outcomes.get(reservation.resourceId())))
                .toList();
        if (refused.isEmpty()) {
            return outcomes;
        }
        Map<ResourceId, Ownership> ownership;
        try {
            ownership = ownership(refused);
        } catch (BrainException e) {
            // refused and not to be read: as unknown as any other
            return outcomes;
        }
        List<Reservation> free = refused.stream()
                .filter(reservation -> isFree(ownership.get(reservation.resourceId())))
                .toList();
        if (free.isEmpty()) {
            return outcomes;
        }
        Map<ResourceId, ClaimOutcome> both = new LinkedHashMap<>(outcomes);
        outcomes(free).forEach((id, second) -> {
            // the second attempt was not sent, which does not decide the first one
            both.put(
                    id,
                    second.result() == ClaimOutcome.Result.NOT_SENT
                            ? new ClaimOutcome(
                                    ClaimOutcome.Result.UNKNOWN, second.detail(), second.evidence(), second.failure())
                            : second);
        });
        return both;
    }

    private static boolean isFree(@Nullable Ownership owned) {
        return owned != null && owned.state() == Ownership.State.FREE;
    }

    private static boolean isRefused(@Nullable ClaimOutcome outcome) {
        return outcome != null && outcome.result() == ClaimOutcome.Result.REFUSED;
    }

    private void settle(List<Reservation> reservations, Map<ResourceId, ClaimOutcome> outcomes) {
        Instant claimedAt = clock.instant();
        List<Settlement> settlements = new ArrayList<>();
        List<Reservation> alreadyOurs = new ArrayList<>();
        List<Reservation> sent = new ArrayList<>();
        List<Reservation> unknown = new ArrayList<>();
        List<Report> evidence = new ArrayList<>();
        List<Report> failed = new ArrayList<>();
        String reason = "";
        @Nullable BrainException failure = null;
        for (Reservation reservation : reservations) {
            ResourceId id = reservation.resourceId();
            ClaimOutcome outcome = outcomes.getOrDefault(id, ClaimOutcome.unknown("the claim says nothing of it"));
            if (outcome.evidence() != null) {
                evidence.add(evidence(id, String.valueOf(outcome.detail()), outcome.evidence()));
            }
            if (outcome.failure() != null && failure == null) {
                failure = outcome.failure();
            }
            switch (outcome.result()) {
                case WON -> {
                    tally.add(SiteCounter.CLAIMED, 1);
                    taken++;
                    settlements.add(new Settlement(reservation, Verdict.CONFIRM));
                }
                case ALREADY_OURS -> {
                    alreadyOurs.add(reservation);
                    settlements.add(new Settlement(reservation, Verdict.DROP));
                }
                case LOST -> {
                    tally.add(SiteCounter.LOST, 1);
                    settlements.add(new Settlement(reservation, Verdict.DROP));
                    LOG.debug(
                            "site {}: resource {} was lost to {}", served.site().id(), id, outcome.detail());
                }
                case NOT_SENT -> {
                    tally.add(SiteCounter.NOT_CLAIMED, 1);
                    if (outcome.failure() == null) {
                        tally.error("resource " + id + " was not claimed: " + outcome.detail());
                    }
                    settlements.add(new Settlement(reservation, Verdict.DROP));
                }
                case FAILED -> {
                    tally.add(SiteCounter.NOT_CLAIMED, 1);
                    String why = String.valueOf(outcome.detail());
                    failed.add(
                            new Report(IncidentCode.CLAIM_FAILED, served.site().id(), id, why));
                    settlements.add(new Settlement(reservation, Verdict.DROP));
                }
                case SENT, ACCEPTED, DECLINED -> sent.add(reservation);
                case REFUSED, UNKNOWN -> {
                    unknown.add(reservation);
                    reason = String.valueOf(outcome.detail());
                }
            }
        }
        namesakes.tell(alreadyOurs);
        tally.add(SiteCounter.ENQUEUED, queue.settle(settlements));
        events.report(evidence);
        // what is the claimant's through somebody else doesn't show that the table takes any claim of ours
        stuck = faults.tellRefused(
                failed, outcomes.values().stream().anyMatch(outcome -> outcome.result() == ClaimOutcome.Result.WON));
        settleSent(sent, unknown, claimedAt, outcomes, reason);
        if (failure != null) {
            throw failure instanceof UnavailableException && !(failure instanceof LoginException)
                    ? new SitePass.SourceFailure(failure)
                    : failure;
        }
    }

    private Map<ResourceId, ClaimOutcome> outcomes(List<Reservation> reservations) {
        List<Resource> batch = reservations.stream()
                .map(reservation -> reservation.draft().resource())
                .toList();
        try {
            return served.strategy().claim(served.site(), claimant, batch);
        } catch (ConfigurationException e) {
            // promises that nothing was claimed
            drop(reservations);
            throw new SitePass.SourceFailure(e);
        } catch (RuntimeException e) {
            LOG.debug("site {}: a claim failed", served.site().id(), e);
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            return reservations.stream()
                    .collect(Collectors.toMap(Reservation::resourceId, r -> ClaimOutcome.unknown(reason)));
        }
    }

    private void drop(List<Reservation> reservations) {
        tally.add(SiteCounter.NOT_CLAIMED, reservations.size());
        queue.settle(reservations.stream()
                .map(reservation -> new Settlement(reservation, Verdict.DROP))
                .toList());
    }

    private Map<ResourceId, Ownership> ownership(List<Reservation> reservations) {
        return SitePass.fromSource(() -> served.source()
                .ownership(
                        served.site(),
                        claimant,
                        reservations.stream().map(Reservation::resourceId).toList()));
    }

    /**
     * Reads back in one go what was sent and what nobody knows of; only of the latter, or of what is free, is it an
     * error.
     */
    private void settleSent(
            List<Reservation> sent,
            List<Reservation> unknown,
            Instant claimedAt,
            Map<ResourceId, ClaimOutcome> outcomes,
            String reason) {
        List<Reservation> all = new ArrayList<>(sent);
        all.addAll(unknown);
        if (all.isEmpty()) {
            return;
        }
        WhenFound whenFound = new WhenFound(namesakes.whenOurs(outcomes), outcomes);
        ReadBack.Result result = readBack.settle(served.site(), served.source(), all, claimedAt, whenFound);
        probed = true;
        int ours = result.ended(End.OURS).size();
        int duplicates = result.ended(End.DUPLICATE).size();
        int notTaken = result.ended(End.NOT_TAKEN).size();
        List<Reservation> free = result.ended(End.FREE);
        tally.add(SiteCounter.CLAIMED, ours);
        tally.add(
                SiteCounter.RECOVERED,
                result.ended(End.OURS).stream().filter(unknown::contains).count());
        tally.add(SiteCounter.DUPLICATES, duplicates);
        tally.add(SiteCounter.ENQUEUED, result.confirmed());
        taken += ours;
        taken += result.left().size();
        int contradicted = whenFound.contradicted;
        long lost = result.ended(End.OTHERS).stream().filter(sent::contains).count() - contradicted;
        long untold = all.size() - ours - duplicates - notTaken - lost;
        tally.add(SiteCounter.LOST, lost);
        tally.add(SiteCounter.UNKNOWN, untold);
        long unknownUntold = untold
                - result.left().stream().filter(sent::contains).count()
                - free.stream().filter(sent::contains).count()
                - contradicted;
        if (unknownUntold > 0) {
            tally.error(
                    unknownUntold + " claims of " + unknown.size() + " with an unknown outcome were not found ours ("
                            + reason + "); " + result.left().size() + " stay reserved until they can be read back");
        } else if (!result.left().isEmpty()) {
            tally.error(result.left().size() + " claims of " + all.size()
                    + " stay reserved until they can be read back: " + result.reason());
        }
        boolean isMistaken = contradictions.tellNothing(free, result.ended(End.OTHERS), outcomes);
        if (sent.isEmpty() && free.size() == all.size() && !probing) {
            String message = "nothing can be claimed in the system of record: " + reason;
            events.report(List.of(
                    new Report(IncidentCode.SOURCE_UNREACHABLE, served.site().id(), null, message)));
        }
        if (!result.left().isEmpty() || (free.size() == all.size() && !probing) || isMistaken || contradicted > 0) {
            // a system whose claims cannot be verified, or have no effect, is skipped until the next cycle
            stuck = true;
        }
    }

    private Report evidence(ResourceId id, String message, String path) {
        return new Report(IncidentCode.EVIDENCE, served.site().id(), id, message, path);
    }

    /** Settles resources that are the claimant's, and reports those that another owner holds though answered as won. */
    private final class WhenFound implements ReadBack.WhenOurs {
        private final ReadBack.WhenOurs whenOurs;
        private final Map<ResourceId, ClaimOutcome> outcomes;
        private int contradicted;

        WhenFound(ReadBack.WhenOurs whenOurs, Map<ResourceId, ClaimOutcome> outcomes) {
            this.whenOurs = whenOurs;
            this.outcomes = outcomes;
        }

        @Override
        public Map<Reservation, End> ends(List<Reservation> ours) {
            return whenOurs.ends(ours);
        }

        @Override
        public void others(List<Reservation> others, boolean isAnyOurs) {
            contradicted += contradictions.tellAccepted(others, isAnyOurs, outcomes);
        }
    }
}
