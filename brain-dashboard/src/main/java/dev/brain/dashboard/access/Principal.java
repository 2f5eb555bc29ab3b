package dev.brain.dashboard.access;

import static java.util.Objects.requireNonNull;

import dev.brain.history.Actor;

/**
 * Somebody who uses the dashboard.
 *
 * @param name under which the history records the person's changes
 * @param role what the person may do
 * @stability evolving
 */
public record Principal(String name, Role role) {
    public Principal {
        requireNonNull(role, "role");
        if (name.isBlank()) {
            throw new IllegalArgumentException("a principal must have a name");
        }
    }

    /** What somebody may do. */
    public enum Role {
        /** Sees all pages and changes nothing. */
        VIEWER,
        /** May change tasks, incidents and sites too. */
        OPERATOR
    }

    /** Returns this principal as the actor of a change. */
    public Actor actor() {
        return new Actor(name);
    }
}
