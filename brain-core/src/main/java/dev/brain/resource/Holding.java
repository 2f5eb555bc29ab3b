package dev.brain.resource;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Who holds a resource, as read back from the system of record.
 *
 * @param state what was read
 * @param owner the owner's name as it stands there; null if none does
 */
public record Holding(State state, @Nullable String owner) {
    /** What a read-back can find. */
    public enum State {
        /** A claim would take it. */
        FREE,
        /** The resource is the claimant's, and no claim would take it. */
        OURS,
        /** It is neither free nor ours: somebody else's, or out of every claim's reach. */
        OTHERS,
        /** No such resource. */
        GONE
    }

    public Holding {
        requireNonNull(state, "state");
    }

    public static Holding of(State state) {
        return new Holding(state, null);
    }
}
