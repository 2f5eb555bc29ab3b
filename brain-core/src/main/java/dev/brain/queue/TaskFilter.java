package dev.brain.queue;

import static java.util.Objects.requireNonNull;

import dev.brain.resource.ResourceId;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks to list.
 *
 * @param siteIds only of these sites; empty means all
 * @param statuses only of these statuses; empty means all
 * @param resourceId only of this resource; null means all
 * @param order which tasks come first
 * @param limit how many at the most
 * @stability stable
 */
public record TaskFilter(
        Set<String> siteIds,
        Set<TaskStatus> statuses,
        @Nullable ResourceId resourceId,
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
    public TaskFilter(Set<String> siteIds, Set<TaskStatus> statuses, @Nullable ResourceId resourceId, int limit) {
        this(siteIds, statuses, resourceId, Order.NEWEST, limit);
    }

    /** Returns a filter for all tasks, up to a limit. */
    public static TaskFilter newest(int limit) {
        return new TaskFilter(Set.of(), Set.of(), null, limit);
    }
}
