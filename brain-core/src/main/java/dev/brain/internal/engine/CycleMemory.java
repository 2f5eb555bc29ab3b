package dev.brain.internal.engine;

import dev.brain.incident.Incident.Report;
import dev.brain.resource.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a Brain remembers from one cycle to the next.
 *
 * @param orphansSoughtAt when claims without a task were last searched for, by site and claimant
 * @param unrecorded incidents of a shared claimant that could not be recorded yet
 * @param continueAfter the resource after which the next cycle of a site begins, because too many
 *     batches before it were refused or the claim of it stopped the site; by site
 */
record CycleMemory(Map<String, Instant> orphansSoughtAt, List<Report> unrecorded, Map<String, Resource> continueAfter) {
    CycleMemory() {
        this(new HashMap<>(), new ArrayList<>(), new HashMap<>());
    }

    /** Returns the memory of a dry run, which is discarded. */
    CycleMemory copy() {
        return new CycleMemory(
                new HashMap<>(orphansSoughtAt), new ArrayList<>(unrecorded), new HashMap<>(continueAfter));
    }
}
