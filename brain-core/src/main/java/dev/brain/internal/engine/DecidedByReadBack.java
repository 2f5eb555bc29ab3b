package dev.brain.internal.engine;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimOutcome.Result;
import dev.brain.error.BrainException;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource.Ownership;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims that only a read-back can decide, such as a press on a web page. */
final class DecidedByReadBack implements ClaimProcedure {
    private static final Logger LOG = LoggerFactory.getLogger(DecidedByReadBack.class);

    /** Reads the resources just before they are claimed, so that nothing is sent for one that is not free. */
    @Override
    public Map<Reservation, ClaimOutcome> check(SiteContext context, List<Reservation> reservations) {
        Map<ResourceId, Ownership> ownership = context.ownershipOf(reservations);
        Map<Reservation, ClaimOutcome> taken = new LinkedHashMap<>();
        for (Reservation reservation : reservations) {
            Ownership found = ownership.getOrDefault(reservation.resourceId(), Ownership.of(Ownership.State.GONE));
            switch (found.state()) {
                case FREE -> {}
                case OURS -> taken.put(reservation, ClaimOutcome.alreadyOurs());
                case OTHERS, GONE -> taken.put(reservation, ClaimOutcome.lost(found.owner()));
            }
        }
        return taken;
    }

    @Override
    public Map<Reservation, ClaimOutcome> claim(SiteContext context, List<Reservation> reservations) {
        Map<Reservation, ClaimOutcome> outcomes = ClaimSender.send(context, reservations);
        sendAgain(context, outcomes);
        explain(context, outcomes);
        return outcomes;
    }

    /**
     * Sends refused claims once more: the refusal says that nothing was done, and the system of record shows the resources
     * free for as long as a claim may take to show.
     */
    private static void sendAgain(SiteContext context, Map<Reservation, ClaimOutcome> outcomes) {
        List<Reservation> refused = with(outcomes, Result.REFUSED);
        if (refused.isEmpty()) {
            return;
        }
        List<Reservation> free = stillFree(context, refused);
        if (!free.isEmpty()) {
            ClaimSender.send(context, free).forEach((reservation, second) -> outcomes.put(reservation, ofBoth(second)));
        }
    }

    /** Returns those that are free whenever they are read back; none if that can't be said. */
    private static List<Reservation> stillFree(SiteContext context, List<Reservation> refused) {
        List<Reservation> free = refused;
        List<Duration> delays = context.cycle().options().readBackDelays();
        try {
            for (int look = 0; ; look++) {
                Map<ResourceId, Ownership> ownership = context.ownershipOf(free);
                free = free.stream()
                        .filter(reservation -> isFree(ownership, reservation))
                        .toList();
                if (free.isEmpty() || look == delays.size()) {
                    return free;
                }
                if (context.cycle().stop().await(delays.get(look))) {
                    return List.of();
                }
            }
        } catch (BrainException e) {
            LOG.debug("site {}: refused claims can't be read back yet", context.siteId(), e);
            return List.of();
        }
    }

    /** Returns the outcome of two attempts. What the second one finds does not decide the first one. */
    private static ClaimOutcome ofBoth(ClaimOutcome second) {
        return switch (second.result()) {
            // the first attempt may be what took it
            case LOST, DECLINED, ALREADY_OURS ->
                new ClaimOutcome(Result.SENT, second.detail(), second.evidence(), second.failure());
            case NOT_SENT, FAILED, NOT_TRIED ->
                new ClaimOutcome(Result.UNKNOWN, second.detail(), second.evidence(), second.failure());
            case WON, SENT, ACCEPTED, REFUSED, UNKNOWN -> second;
        };
    }

    private static boolean isFree(Map<ResourceId, Ownership> ownership, Reservation reservation) {
        Ownership found = ownership.get(reservation.resourceId());
        return found != null && found.state() == Ownership.State.FREE;
    }

    private static List<Reservation> with(Map<Reservation, ClaimOutcome> outcomes, Result result) {
        return outcomes.entrySet().stream()
                .filter(entry -> entry.getValue().result() == result)
                .map(Map.Entry::getKey)
                .toList();
    }

    /**
     * Completes the outcomes of claims that took nothing from the system of record. A resource that somebody else holds
     * by now is not a failure, but may explain the outcome.
     */
    private static void explain(SiteContext context, Map<Reservation, ClaimOutcome> outcomes) {
        List<Reservation> passedOver = outcomes.entrySet().stream()
                .filter(entry -> isPassedOver(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (passedOver.isEmpty()) {
            return;
        }
        try {
            Map<ResourceId, Ownership> ownership = context.ownershipOf(passedOver);
            for (Reservation reservation : passedOver) {
                Ownership found = ownership.get(reservation.resourceId());
                if (found != null) {
                    outcomes.computeIfPresent(reservation, (key, outcome) -> explained(outcome, found));
                }
            }
        } catch (BrainException e) {
            LOG.debug("site {}: the resources of claims that were not sent can't be read", context.siteId(), e);
        }
    }

    private static ClaimOutcome explained(ClaimOutcome outcome, Ownership found) {
        return switch (found.state()) {
            case FREE -> whenFree(outcome);
            // nothing was sent, so this claim did not make it ours
            case OURS -> ClaimOutcome.alreadyOurs();
            case OTHERS, GONE -> ClaimOutcome.lost(found.owner());
        };
    }

    /** Reports a lost claim whose resource is free: it would be lost again in every cycle, and nobody would know. */
    private static ClaimOutcome whenFree(ClaimOutcome outcome) {
        return outcome.result() == Result.LOST
                ? ClaimOutcome.notSent("the claim finds that somebody has it, but the system of record shows it free")
                        .withEvidence(outcome.evidence())
                : outcome;
    }

    private static boolean isPassedOver(ClaimOutcome outcome) {
        return outcome.result() == Result.LOST
                || outcome.result() == Result.FAILED
                || (outcome.result() == Result.NOT_SENT && outcome.failure() == null);
    }

    @Override
    public boolean isFirstClaimedAlone() {
        return true;
    }

    /** They were free just before they were claimed. */
    @Override
    public Map<Reservation, Conclusion> concludeOurs(ClaimedTwice claimedTwice, List<Reservation> ours) {
        return Conclusion.of(ours, Conclusion.OURS);
    }

    @Override
    public boolean mayTakeAnother() {
        return true;
    }

    /** A claim of the earlier run may be as young as this one. */
    @Override
    public Instant latestClaimOfEarlierRun(Instant now) {
        return now;
    }

    @Override
    public boolean isReleased(boolean answer, BooleanSupplier readBack) {
        return answer && readBack.getAsBoolean();
    }

    @Override
    public String doubtsWhenShared() {
        return "It may also have a task for what this queue claimed in the last minutes: compare the two. ";
    }
}
