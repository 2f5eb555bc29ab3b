package dev.brain.jdbc;

import dev.brain.claim.ClaimOutcome;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource.Ownership;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The claim of one batch. If the database refuses it because of a row, the batch is divided until the bad row is alone
 * and the others are claimed without it.
 */
final class DividedClaim {
    /** After this many rows refused one by one and none accepted, the fault is unlikely to be in the rows. */
    private static final int REFUSED_AT_MOST = 8;

    private final Pieces pieces;
    private final Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
    /** Rows without an outcome, other than those that the claim did not find. */
    private final Set<ResourceId> undecided = new LinkedHashSet<>();
    /** Refused parts that can be divided further. */
    private final Deque<List<ResourceId>> refused = new ArrayDeque<>();

    private int refusedAlone;
    private boolean accepted;
    /** True once a part was refused, so that the rows no longer share one outcome. */
    private boolean divided;
    /** Rows that may have been claimed without an answer. */
    private List<ResourceId> open = List.of();

    DividedClaim(Pieces pieces) {
        this.pieces = pieces;
    }

    /** Claims a part of the batch and reads it back. */
    interface Pieces {
        /** Claims rows in one transaction; rows that are not found have no outcome. */
        Map<ResourceId, ClaimOutcome> claim(List<ResourceId> ids);

        /** Reads rows back and waits for uncommitted changes. The result has an entry for every id. */
        Map<ResourceId, Ownership> ownership(List<ResourceId> ids);
    }

    /**
     * Claims the batch. Returns the outcomes of all rows except those that the claim does not find. An error that occurs after
     * the batch was divided is the outcome of the rows that are left: the known outcomes are kept, because a read-back cannot
     * distinguish a row of this claim from a namesake's.
     */
    Map<ResourceId, ClaimOutcome> run(List<ResourceId> ids) {
        undecided.addAll(ids);
        try {
            take(ids);
            while (!refused.isEmpty()) {
                List<ResourceId> piece = refused.pop();
                int middle = piece.size() / 2;
                // both halves come before their parts, so that an accepted row is found early
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
                    id,
                    ClaimOutcome.notTried("the " + refusedAlone + " rows of its batch that were tried are refused")));
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

    /** A trigger may raise an error and keep the change, so the rows are read before they are claimed again. */
    private void refused(List<ResourceId> piece, RowRefusedException refusal) {
        List<ResourceId> free = new ArrayList<>();
        pieces.ownership(piece).forEach((id, owned) -> {
            switch (owned.state()) {
                case FREE -> free.add(id);
                // the claim was rolled back, so it did not make the row the claimant's
                case OURS ->
                    decide(
                            id,
                            refusal.isRolledBack()
                                    ? ClaimOutcome.alreadyOurs()
                                    : ClaimOutcome.unknown(refusal.reason()));
                case OTHERS, GONE -> decide(id, ClaimOutcome.lost(owned.owner()));
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
