package dev.brain.internal.engine;

import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.LoginException;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.SiteReport.Counter;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource.Ownership;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves one site in one cycle: pages of candidates pass the gate, tasks are drafted and reserved, and their resources
 * are claimed and settled.
 */
final class SiteCycle {
    private final SiteContext context;
    private final SiteCounters counters;
    private final ClaimProcedure procedure;
    private final ResourcePages pages;
    private final CandidateGate gate;
    private final DraftStage drafts;
    private final ClaimedTwice claimedTwice;
    private final ForeignClaims foreign;
    private final OutcomeSettler settler;
    private final RowIncidents rows;
    private final long limit;

    /** Candidates that have passed the gate. */
    private final Deque<Resource> passed = new ArrayDeque<>();

    private @Nullable Resource lastClaimed;
    private boolean isRefused;

    SiteCycle(SiteContext context) {
        CycleContext cycle = context.cycle();
        this.rows = new RowIncidents(context.siteId(), context.events(), context.counters());
        this.context = context;
        this.counters = context.counters();
        this.procedure = context.resolved().procedure();
        this.pages = new ResourcePages(
                context.siteId(),
                cycle.options().pageSize(),
                cycle.memory().continueAfter().remove(context.siteId()),
                rows,
                (after, size) -> context.source().candidates(context.site(), after, size));
        this.gate = new CandidateGate(context);
        this.drafts = new DraftStage(context, rows);
        this.claimedTwice = new ClaimedTwice(cycle.queue(), cycle.events(), cycle.shared());
        this.foreign = new ForeignClaims(context, claimedTwice, cycle.clock().instant());
        this.settler = new OutcomeSettler(context, foreign, claimedTwice, rows);
        this.limit = Objects.requireNonNullElse(
                context.site().maxClaims(), cycle.options().maxClaims());
    }

    /**
     * Performs one step: reads a page, or claims a batch. Returns false when the site is done for this cycle.
     *
     * @param mayGoOn is asked after each claim of a batch whether this step may claim another one, because no other site
     *     waits for its turn; this saves a commit
     */
    boolean step(BooleanSupplier mayGoOn) {
        if (!foreign.mayClaim()) {
            return false;
        }
        long wanted = Math.min(context.cycle().options().batchSize(), limit - settler.taken());
        if (passed.size() < wanted && !pages.isExhausted()) {
            List<Resource> page = unseen(pages.next());
            counters.add(Counter.CANDIDATES, page.size());
            passed.addAll(gate.withoutFailed(gate.pass(page)));
            if (passed.size() < wanted && !pages.isExhausted()) {
                return true;
            }
        }
        boolean isProbe = procedure.isFirstClaimedAlone() && !settler.hasReadBack() && passed.size() > 1 && wanted > 1;
        claim(drafts.build(passed, isProbe ? 1 : wanted), isProbe, mayGoOn);
        if (pages.isExhausted() && passed.isEmpty() && !pages.continueAtFirst()) {
            passed.addAll(settler.takePutAside());
        }
        return settler.taken() < limit
                && !settler.isStuck()
                && !foreign.areSeen()
                && !(pages.isExhausted() && passed.isEmpty());
    }

    /** Returns a page without the candidates that wait already: their deadline changed after they were read. */
    private List<Resource> unseen(List<Resource> page) {
        Set<ResourceId> waiting = new HashSet<>(SiteContext.ids(passed));
        return page.stream()
                .filter(resource -> !waiting.contains(resource.id()))
                .toList();
    }

    /** Takes one batch, and perhaps others, through reserve, claim and settle. */
    private void claim(List<TaskDraft> batch, boolean isProbe, BooleanSupplier mayGoOn) {
        if (batch.isEmpty()) {
            return;
        }
        lastClaimed = batch.get(batch.size() - 1).resource();
        List<Reservation> reserved = reserved(batch, context.queue().reserve(batch));
        while (!reserved.isEmpty()) {
            reserved = claimReserved(reserved, isProbe, mayGoOn);
            if (!reserved.isEmpty()) {
                context.events().publish(new BrainEvent.SiteProgressed(counters.report()));
                if (!mayGoOn.getAsBoolean() || !foreign.mayClaim()) {
                    settler.drop(reserved);
                    return;
                }
            }
        }
    }

    /** Claims what is reserved. Returns what was reserved next, with the commit that settled these claims. */
    private List<Reservation> claimReserved(List<Reservation> reserved, boolean isProbe, BooleanSupplier mayGoOn) {
        Map<Reservation, ClaimOutcome> unclaimable = check(reserved);
        settler.settle(unclaimable, isProbe);
        List<Reservation> free = reserved.stream()
                .filter(reservation -> !unclaimable.containsKey(reservation))
                .toList();
        if (foreign.areSeen()) {
            // it could not be decided who claimed first
            settler.drop(free);
            return List.of();
        }
        if (!free.isEmpty()) {
            Map<Reservation, ClaimOutcome> outcomes = procedure.claim(context, free);
            for (Reservation reservation : free) {
                if (isSiteStoppedBy(outcomes.get(reservation))) {
                    lastClaimed = reservation.draft().resource();
                    isRefused = true;
                }
            }
            if (!isProbe && OutcomeSettler.areDecided(outcomes) && mayGoOn.getAsBoolean()) {
                return settleAndReserve(outcomes);
            }
            try {
                settler.settle(outcomes, isProbe);
            } catch (ConfigurationException e) {
                // this may be due to the rows of this batch alone
                isRefused = true;
                throw e;
            }
        }
        return List.of();
    }

    /** Settles claims, and reserves another batch of the candidates that have passed. */
    private List<Reservation> settleAndReserve(Map<Reservation, ClaimOutcome> outcomes) {
        List<TaskDraft> next;
        try {
            long won = outcomes.values().stream()
                    .filter(outcome -> outcome.result() == ClaimOutcome.Result.WON)
                    .count();
            long wanted = Math.min(context.cycle().options().batchSize(), limit - settler.taken() - won);
            next = passed.size() < wanted ? List.of() : drafts.build(passed, wanted);
        } catch (RuntimeException | Error e) {
            settler.settle(outcomes, false);
            throw e;
        }
        List<Reservation> reserved = settler.settleAndReserve(outcomes, next);
        if (!next.isEmpty()) {
            lastClaimed = next.get(next.size() - 1).resource();
        }
        return reserved(next, reserved);
    }

    /** A login is needed for every row, so its failure says nothing about one. */
    private static boolean isSiteStoppedBy(@Nullable ClaimOutcome outcome) {
        return outcome != null && outcome.failure() != null && !(outcome.failure() instanceof LoginException);
    }

    /** Counts what was reserved of a batch. */
    private List<Reservation> reserved(List<TaskDraft> batch, List<Reservation> reserved) {
        counters.add(Counter.RESERVED, reserved.size());
        counters.add(Counter.DUPLICATES, batch.size() - reserved.size());
        return reserved;
    }

    private Map<Reservation, ClaimOutcome> check(List<Reservation> reserved) {
        try {
            return reserved.isEmpty() ? Map.of() : procedure.check(context, reserved);
        } catch (BrainException e) {
            settler.drop(reserved);
            throw e;
        }
    }

    /** Takes only this resource through gate and claim; queues it if it is already the claimant's. */
    void only(Resource resource) {
        counters.add(Counter.CANDIDATES, 1);
        Ownership owned = context.ownership(List.of(resource.id()))
                .getOrDefault(resource.id(), Ownership.of(Ownership.State.GONE));
        passed.addAll(gate.pass(List.of(resource)));
        List<TaskDraft> draft = drafts.build(passed, 1);
        if (owned.state() != Ownership.State.OURS) {
            claim(draft, false, () -> false);
            return;
        }
        for (TaskDraft held : draft) {
            if (claimedTwice.anotherTask(held).isPresent()) {
                counters.add(Counter.DUPLICATES, 1);
                continue;
            }
            if (claimedTwice.isUnknown(held)) {
                counters.warning("resource " + resource.id() + " was "
                        + context.claimant().name() + "'s before, and this queue had no"
                        + " task for it: if another queue claims under that name, it may also have a task; check that"
                        + " queue, and cancel one of the two");
            }
            queueHeld(List.of(held));
        }
    }

    /**
     * Queues resources that are already the claimant's, after they were read back.
     *
     * @param holdReason why their tasks must wait for a person; null if they need not
     */
    void adopt(List<Resource> held, @Nullable String holdReason) {
        passed.addAll(gate.pass(held));
        while (!passed.isEmpty()) {
            queueHeld(drafts.build(passed, context.cycle().options().batchSize()).stream()
                    .filter(draft -> claimedTwice.anotherTask(draft).isEmpty())
                    .map(draft -> holdReason == null ? draft : draft.held(holdReason))
                    .toList());
        }
    }

    private void queueHeld(List<TaskDraft> held) {
        List<Reservation> reserved = context.queue().reserve(held);
        counters.add(Counter.RESERVED, reserved.size());
        ReadBack.Result result = new ReadBack(context.cycle())
                .settle(
                        context.site(),
                        context.source(),
                        reserved,
                        Instant.MIN,
                        ours -> Conclusion.of(ours, Conclusion.OURS));
        counters.add(Counter.RECOVERED, result.confirmed());
        counters.add(Counter.ENQUEUED, result.confirmed());
        counters.add(Counter.NOT_CLAIMED, result.conclusions().size() - result.confirmed());
        counters.add(Counter.UNKNOWN, result.left().size());
    }

    /** Returns whether a payload could be built, so that the site's builder lacks nothing. */
    boolean hasPayload() {
        return drafts.hasPayload();
    }

    /** Reports what is reported once in each cycle. */
    void finish() {
        gate.reportRejected();
        rows.finish();
        if (lastClaimed != null && (isRefused || settler.isTableRefusing())) {
            // rows that are refused must not keep others from being tried
            context.cycle().memory().continueAfter().put(context.siteId(), lastClaimed);
        }
    }
}
