package dev.brain.internal.monitor;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks to list, a page at a time.
 *
 * @param view the tasks to choose from, and their order
 * @param siteIds only of these sites; empty means all
 * @param find only of the resource with this id or reference; null means all
 * @param text only tasks that contain this text, as {@link dev.brain.queue.TaskFilter#text} says; null means all. A page
 *     searches some thousand tasks
 * @param dueBefore only tasks whose deadline is before this time; null means all
 * @param after where the page begins; null means at the beginning
 * @param limit how many at the most
 */
public record TaskSearch(
        View view,
        Set<String> siteIds,
        @Nullable String find,
        @Nullable String text,
        @Nullable Instant dueBefore,
        @Nullable Cursor after,
        int limit) {
    /** A choice of tasks. All are sorted by their numbers, the newest first, unless they say otherwise. */
    public enum View {
        /** All tasks that have not ended. */
        ACTIVE,
        /** The tasks that have not ended and have a deadline, the earliest first. */
        DEADLINE,
        CLAIMING,
        HELD,
        PENDING,
        SCHEDULED,
        PROCESSING,
        /** The failed tasks that block their resource. */
        FAILED,
        /** All tasks that ended, the last one first. */
        ENDED,
        COMPLETED,
        CANCELLED,
        /** All tasks. */
        ALL
    }

    public TaskSearch {
        requireNonNull(view, "view");
        siteIds = Set.copyOf(siteIds);
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, was " + limit);
        }
    }

    /** Returns the search for the next page. */
    public TaskSearch withAfter(@Nullable Cursor last) {
        return new TaskSearch(view, siteIds, find, text, dueBefore, last, limit);
    }
}
