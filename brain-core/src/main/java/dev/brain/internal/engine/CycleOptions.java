package dev.brain.internal.engine;

import java.time.Duration;
import java.util.List;

/**
 * The options of a cycle.
 *
 * @param maxClaims the maximum number of claims per cycle for a site that sets none
 * @param batchSize the number of claims in a batch
 * @param pageSize the number of candidates in a page
 * @param readBackDelays the pauses before each further read of an unknown outcome
 * @param unknownAfter the age at which an unknown outcome becomes an incident
 */
public record CycleOptions(
        int maxClaims, int batchSize, int pageSize, List<Duration> readBackDelays, Duration unknownAfter) {
    public CycleOptions {
        readBackDelays = List.copyOf(readBackDelays);
    }

    /** Returns how long a claim may take to show. A resource that is read as free before that is read again. */
    Duration settlingTime() {
        return readBackDelays.stream().reduce(Duration.ZERO, Duration::plus);
    }
}
