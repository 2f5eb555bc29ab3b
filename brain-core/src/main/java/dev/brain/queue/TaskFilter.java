package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import dev.brain.resource.ResourceId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks to list.
 *
 * @param siteIds only of these sites; empty means all
 * @param statuses only of these statuses; empty means all
 * @param resourceId only of this resource; null means all
 * @param reference only of resources with this human number; null means all
 * @param text only tasks that contain this text in their resource, reference, payload, progress, result or failure,
 *     without regard to the case of ASCII letters; null means all. No index serves it: it reads task by task
 * @param since only tasks that were queued at this time or later; null means all
 * @param until only tasks that were queued before this time; null means all
 * @param after only tasks that come after this one in the list, to continue it; null begins it
 * @param order which tasks come first
 * @param limit how many at the most
 * @stability stable
 */
public record TaskFilter(
        Set<String> siteIds,
        Set<TaskStatus> statuses,
        @Nullable ResourceId resourceId,
        @Nullable String reference,
        @Nullable String text,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable Long after,
        Order order,
        int limit) {
    /** Which tasks come first. */
    public enum Order {
        /** The newest. */
        NEWEST,
        /** Those with the earliest deadline, then the oldest; those without a deadline come last. */
        DEADLINE
    }

    public TaskFilter {
        siteIds = Set.copyOf(siteIds);
        statuses = Set.copyOf(statuses);
        requireNonNull(order, "order");
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, not " + limit);
        }
    }

    /** Creates a filter that lists the newest tasks first. */
    public TaskFilter(
            Set<String> siteIds,
            Set<TaskStatus> statuses,
            @Nullable ResourceId resourceId,
            @Nullable String reference,
            @Nullable String text,
            @Nullable Instant since,
            @Nullable Instant until,
            @Nullable Long after,
            int limit) {
        this(siteIds, statuses, resourceId, reference, text, since, until, after, Order.NEWEST, limit);
    }

    public TaskFilter(Set<String> siteIds, Set<TaskStatus> statuses, @Nullable ResourceId resourceId, int limit) {
        this(siteIds, statuses, resourceId, null, null, null, null, null, limit);
    }

    /** Returns the filter with another order. */
    public TaskFilter withOrder(Order another) {
        return new TaskFilter(siteIds, statuses, resourceId, reference, text, since, until, after, another, limit);
    }

    /** Returns the filter for the tasks that come after this one in the list. */
    public TaskFilter withAfter(@Nullable Long task) {
        return new TaskFilter(siteIds, statuses, resourceId, reference, text, since, until, task, order, limit);
    }

    /** Returns a filter for all tasks, up to a limit. */
    public static TaskFilter newest(int limit) {
        return new TaskFilter(Set.of(), Set.of(), null, limit);
    }

    /** Returns a filter for the tasks of resources with this human number, up to a limit. */
    public static TaskFilter ofReference(String reference, int limit) {
        return new TaskFilter(Set.of(), Set.of(), null, reference, null, null, null, null, limit);
    }
}
