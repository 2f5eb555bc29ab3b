package dev.brain.resource;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Who holds a resource, as read back from the system of record.
 *
 * @param state what was read
 * @param owner the owner's name in the system of record; null if there is none
 * @stability evolving
 */
public record Ownership(State state, @Nullable String owner) {
    /** The possible results of a read-back. */
    public enum State {
        /** The resource is free: a claim would take it. */
        FREE,
        /** The resource is the claimant's, and no claim would take it. */
        OURS,
        /** The resource is neither free nor the claimant's: somebody else holds it, or no claim can take it. */
        OTHERS,
        /** No such resource. */
        GONE
    }

    public Ownership {
        requireNonNull(state, "state");
    }

    public static Ownership of(State state) {
        return new Ownership(state, null);
    }
}
