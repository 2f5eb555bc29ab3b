package dev.brain.jdbc;

import dev.brain.claim.ClaimOutcome;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.NotAppliedException;
import dev.brain.resource.Holding;
import dev.brain.resource.ResourceId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One claim of a batch, which is divided where the database refuses it because of a row: until the bad row is alone, and
 * the others are claimed without it.
 */
final class DividedClaim {
    /** So many rows refused one by one, and none accepted: the fault is hardly the rows'. */
    private static final int REFUSED_AT_MOST = 8;

    private final Pieces pieces;
    private final Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
    /** What has no outcome, and not because the claim didn't find it. */
    private final Set<ResourceId> undecided = new LinkedHashSet<>();
    /** What was refused and can be divided further. */
    private final Deque<List<ResourceId>> refused = new ArrayDeque<>();

    private int refusedAlone;
    private boolean accepted;
    /** Whether a part was refused, so that the rows don't share one outcome any more. */
    private boolean divided;
    /** What may have been claimed although nobody has said so. */
    private List<ResourceId> open = List.of();

    DividedClaim(Pieces pieces) {
        this.pieces = pieces;
    }

    /** How a part of the batch is claimed and looked at. */
    interface Pieces {
        /** Claims rows in one transaction; those that aren't found have no outcome. */
        Map<ResourceId, ClaimOutcome> claim(List<ResourceId> ids);

        /** Reads rows back, waiting for changes under way; has an entry for every id. */
        Map<ResourceId, Holding> holdings(List<ResourceId> ids);
    }

    /**
     * Claims the batch; returns the outcomes of all but the rows that the claim doesn't find. An error that comes once the
     * batch was divided is told with the rows that it leaves: what is known of the others stays known, because a read-back
     * can't tell a row of this claim's from a namesake's.
     */
    Map<ResourceId, ClaimOutcome> run(List<ResourceId> ids) {
        undecided.addAll(ids);
        try {
            take(ids);
            while (!refused.isEmpty()) {
                List<ResourceId> piece = refused.pop();
                int middle = piece.size() / 2;
                // both halves before either is divided: whether any row is accepted is known soon
                take(piece.subList(0, middle));
                take(piece.subList(middle, piece.size()));
            }
        } catch (BrainException e) {
            if (!divided) {
                throw e;
            }
            leave(e);
        }
        return outcomes;
    }

    private void leave(BrainException failure) {
        String reason = String.valueOf(failure.getMessage());
        BrainException told =
                failure instanceof ConfigurationException ? failure : new NotAppliedException(reason, failure);
        for (ResourceId id : undecided) {
            outcomes.put(id, open.contains(id) ? ClaimOutcome.unknown(reason) : ClaimOutcome.notSent(told));
        }
    }

    private void decide(ResourceId id, ClaimOutcome outcome) {
        outcomes.put(id, outcome);
        undecided.remove(id);
    }

    private void take(List<ResourceId> piece) {
        if (piece.isEmpty()) {
            return;
        }
        if (!accepted && refusedAlone >= REFUSED_AT_MOST) {
            piece.forEach(id -> decide(
                    id, ClaimOutcome.failed("the " + refusedAlone + " rows of its batch that were tried are refused")));
            return;
        }
        open = piece;
        try {
            pieces.claim(piece).forEach(this::decide);
            // those that weren't found have none
            piece.forEach(undecided::remove);
            accepted = true;
        } catch (RowRefusedException e) {
            divided = true;
            open = e.isRolledBack() ? List.of() : piece;
            refused(piece, e);
        } catch (ConfigurationException e) {
            // promises that nothing of the piece was claimed
            open = List.of();
            throw e;
        }
    }

    /** A trigger may raise an error and let the change stand, so the rows are read before anything is done again. */
    private void refused(List<ResourceId> piece, RowRefusedException refusal) {
        List<ResourceId> free = new ArrayList<>();
        pieces.holdings(piece).forEach((id, holding) -> {
            switch (holding.state()) {
                case FREE -> free.add(id);
                // rolled back, it wasn't this claim that made it the claimant's
                case OURS ->
                    decide(
                            id,
                            refusal.isRolledBack()
                                    ? ClaimOutcome.alreadyOurs()
                                    : ClaimOutcome.unknown(refusal.reason()));
                case OTHERS, GONE -> decide(id, ClaimOutcome.lost(holding.owner()));
            }
        });
        if (piece.size() == 1) {
            refusedAlone += free.size();
            free.forEach(id -> decide(id, ClaimOutcome.failed(refusal.reason())));
        } else if (!free.isEmpty()) {
            refused.push(free);
        }
    }
}
