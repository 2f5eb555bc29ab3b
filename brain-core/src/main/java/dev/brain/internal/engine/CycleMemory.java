package dev.brain.internal.engine;

import dev.brain.incident.Incident.Report;
import dev.brain.queue.TaskQueue.DueTask;
import dev.brain.resource.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a Brain remembers from one cycle to the next.
 *
 * @param orphansSoughtAt when claims without a task were last searched for, by site and claimant
 * @param unrecorded incidents of a shared claimant that could not be recorded yet
 * @param continueAfter the resource after which the next cycle of a site begins, because too many
 *     batches before it were refused or the claim of it stopped the site; by site
 * @param deadlinesSeen where the next cycle goes on to look at deadlines
 */
record CycleMemory(
        Map<String, Instant> orphansSoughtAt,
        List<Report> unrecorded,
        Map<String, Resource> continueAfter,
        DeadlinesSeen deadlinesSeen) {
    CycleMemory() {
        this(new HashMap<>(), new ArrayList<>(), new HashMap<>(), new DeadlinesSeen());
    }

    /** Where the next cycle goes on to look at deadlines, because there are more than one cycle looks at. */
    static final class DeadlinesSeen {
        private final Map<String, Resource> free = new HashMap<>();
        private @Nullable DueTask task;

        /** Returns the last free resource that was looked at, by site. */
        Map<String, Resource> free() {
            return free;
        }

        /** Returns the last task that was looked at; null to begin with the most urgent. */
        @Nullable
        DueTask task() {
            return task;
        }

        void task(@Nullable DueTask last) {
            this.task = last;
        }
    }

    /** Returns the memory of a dry run, which is discarded. */
    CycleMemory copy() {
        return new CycleMemory(
                new HashMap<>(orphansSoughtAt),
                new ArrayList<>(unrecorded),
                new HashMap<>(continueAfter),
                new DeadlinesSeen());
    }
}
