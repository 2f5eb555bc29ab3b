package dev.brain.playwright;

import dev.brain.claim.ClaimOutcome;
import dev.brain.error.BrainException;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The resources of a batch, and the outcomes of those that workers have finished. Thread-safe. */
final class BatchProgress {
    /** After this many resources in a row for which nothing could be pressed, the fault is the page's rather than theirs. */
    private static final int ROWS_IN_A_ROW = 3;

    private final List<Resource> batch;
    private final Queue<Resource> waiting;
    private final Map<ResourceId, ClaimOutcome> outcomes = new LinkedHashMap<>();
    private final List<ResourceId> failedInARow = new ArrayList<>();
    private @Nullable BrainException failure;

    BatchProgress(List<Resource> batch) {
        this.batch = List.copyOf(batch);
        this.waiting = new ArrayDeque<>(batch);
    }

    /** Returns the next resource; null if there is none, or if the batch can't go on. */
    synchronized @Nullable Resource next() {
        return failure == null ? waiting.poll() : null;
    }

    /**
     * Records an outcome.
     *
     * @param rowFailure why nothing could be pressed, if the reason may be the resource's own; null otherwise
     */
    synchronized void done(Resource resource, ClaimOutcome outcome, @Nullable RowException rowFailure) {
        outcomes.put(resource.id(), outcome);
        if (outcome.failure() != null) {
            stop(outcome.failure());
        } else if (rowFailure == null) {
            failedInARow.clear();
        } else {
            failedInARow.add(resource.id());
            if (failedInARow.size() == ROWS_IN_A_ROW) {
                stopAtPage(rowFailure.siteFailure());
            }
        }
    }

    private void stopAtPage(BrainException siteFailure) {
        stop(siteFailure);
        failedInARow.forEach(id -> outcomes.computeIfPresent(
                id,
                (key, outcome) -> new ClaimOutcome(
                        ClaimOutcome.Result.NOT_SENT, outcome.detail(), outcome.evidence(), siteFailure)));
    }

    /** Keeps workers from beginning with another resource. */
    synchronized void stop(BrainException reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    /** Returns the outcomes of the whole batch, and hands out no more resources. */
    synchronized Map<ResourceId, ClaimOutcome> end() {
        Set<ResourceId> left = new HashSet<>();
        waiting.forEach(resource -> left.add(resource.id()));
        waiting.clear();
        boolean isReported = outcomes.values().stream().anyMatch(outcome -> outcome.failure() != null);
        Map<ResourceId, ClaimOutcome> complete = new LinkedHashMap<>();
        for (Resource resource : batch) {
            ClaimOutcome outcome = outcomes.get(resource.id());
            complete.put(resource.id(), outcome != null ? outcome : missing(left.contains(resource.id()), isReported));
        }
        return complete;
    }

    private ClaimOutcome missing(boolean isLeft, boolean isReported) {
        if (!isLeft || failure == null) {
            return ClaimOutcome.unknown("nobody knows how far it got");
        }
        return isReported ? ClaimOutcome.notTried(failure.problem()) : ClaimOutcome.notSent(failure);
    }
}
