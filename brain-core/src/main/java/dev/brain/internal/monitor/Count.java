package dev.brain.internal.monitor;

/**
 * A number that was counted up to a limit, because counting further would cost too much.
 *
 * @param counted the number, or the limit
 * @param isMore whether there are more than the limit
 */
public record Count(int counted, boolean isMore) {
    /** How far a store counts. */
    public static final int LIMIT = 10_000;

    public static final Count NONE = new Count(0, false);

    public Count {
        if (counted < 0) {
            throw new IllegalArgumentException("counted must not be negative, was " + counted);
        }
    }

    /** Returns the count of what a query found that reads one more than the limit at most. */
    public static Count ofFound(int found) {
        return new Count(Math.min(found, LIMIT), found > LIMIT);
    }

    /** Returns the sum, which is more than its number if one of them is. */
    public Count plus(Count other) {
        return new Count(Math.addExact(counted, other.counted), isMore || other.isMore);
    }
}
