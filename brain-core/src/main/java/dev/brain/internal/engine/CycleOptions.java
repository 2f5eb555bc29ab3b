package dev.brain.internal.engine;

import java.time.Duration;
import java.util.List;

/**
 * How a cycle works.
 *
 * @param maxClaims claims per site and cycle at the most, where the site doesn't say
 * @param batchSize claims in one batch
 * @param pageSize candidates in one read
 * @param readBackDelays the pauses before each further look at an unknown outcome
 * @param unknownAfter how old an unknown outcome gets before it is an incident
 */
public record CycleOptions(
        int maxClaims, int batchSize, int pageSize, List<Duration> readBackDelays, Duration unknownAfter) {
    public CycleOptions {
        readBackDelays = List.copyOf(readBackDelays);
    }

    /** How long a claim may take to show: an earlier look that finds a resource free isn't believed. */
    Duration settlingTime() {
        return readBackDelays.stream().reduce(Duration.ZERO, Duration::plus);
    }
}
