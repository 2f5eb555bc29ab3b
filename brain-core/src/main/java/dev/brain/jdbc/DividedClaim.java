package dev.brain.jdbc;

import dev.brain.claim.ClaimOutcome;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.resource.Holding;
import dev.brain.resource.ResourceId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The claim of one batch. If the database refuses it because of a row, the batch is divided until the bad row is alone
 * and the others are claimed without it.
 */
final class DividedClaim {
    /** After this many rows refused one by one and none accepted, the fault is unlikely to be in the rows. */
    private static final int REFUSED_AT_MOST = 8;

    private final Pieces pieces;
    private final Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
    /** Refused parts that can be divided further. */
    private final Deque<List<ResourceId>> refused = new ArrayDeque<>();

    private int refusedAlone;
    private boolean accepted;
    /** True if an update may have taken effect. */
    private boolean sent;

    DividedClaim(Pieces pieces) {
        this.pieces = pieces;
    }

    /** Claims a part of the batch and reads it back. */
    interface Pieces {
        /** Claims rows in one transaction; rows that are not found have no outcome. */
        Map<ResourceId, ClaimOutcome> claim(List<ResourceId> ids);

        /** Reads rows back and waits for uncommitted changes. The result has an entry for every id. */
        Map<ResourceId, Holding> holdings(List<ResourceId> ids);
    }

    /** Claims the batch. Returns the outcomes of all rows except those that the claim does not find. */
    Map<ResourceId, ClaimOutcome> run(List<ResourceId> ids) {
        try {
            take(ids);
            while (!refused.isEmpty()) {
                List<ResourceId> piece = refused.pop();
                int middle = piece.size() / 2;
                // both halves come before their parts, so that an accepted row is found early
                take(piece.subList(0, middle));
                take(piece.subList(middle, piece.size()));
            }
            return outcomes;
        } catch (ConfigurationException e) {
            if (sent) {
                // that exception would promise that nothing of the batch was claimed
                throw new UnavailableException(String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    private void take(List<ResourceId> piece) {
        if (piece.isEmpty()) {
            return;
        }
        if (!accepted && refusedAlone >= REFUSED_AT_MOST) {
            piece.forEach(id -> outcomes.put(
                    id, ClaimOutcome.failed("the " + refusedAlone + " rows of its batch that were tried are refused")));
            return;
        }
        try {
            outcomes.putAll(pieces.claim(piece));
            accepted = true;
            sent = true;
        } catch (RowRefusedException e) {
            sent = true;
            refused(piece, e);
        }
    }

    /** A trigger may raise an error and keep the change, so the rows are read before they are claimed again. */
    private void refused(List<ResourceId> piece, RowRefusedException refusal) {
        List<ResourceId> free = new ArrayList<>();
        pieces.holdings(piece).forEach((id, holding) -> {
            switch (holding.state()) {
                case FREE -> free.add(id);
                // the claim was rolled back, so it did not make the row the claimant's
                case OURS ->
                    outcomes.put(
                            id,
                            refusal.isRolledBack()
                                    ? ClaimOutcome.alreadyOurs()
                                    : ClaimOutcome.unknown(refusal.reason()));
                case OTHERS, GONE -> outcomes.put(id, ClaimOutcome.lost(holding.owner()));
            }
        });
        if (piece.size() == 1) {
            refusedAlone += free.size();
            free.forEach(id -> outcomes.put(id, ClaimOutcome.failed(refusal.reason())));
        } else if (!free.isEmpty()) {
            refused.push(free);
        }
    }
}
