package dev.brain.history;

import static java.util.Objects.requireNonNull;

/**
 * Who makes a change.
 *
 * @param kind what it is
 * @param name its name, for the history and the log
 * @stability stable
 */
public record Actor(Kind kind, String name) {
    public Actor {
        requireNonNull(kind, "kind");
        requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("an actor must have a name");
        }
    }

    /** What may make a change. */
    public enum Kind {
        PERSON,
        /** A worker, by the name under which it holds leases. */
        WORKER,
        /** An opened queue that runs cycles or looks after tasks. */
        RUN,
        /** A program that writes to the queue without this library. */
        PROGRAM
    }

    /** Creates a person. */
    public Actor(String name) {
        this(Kind.PERSON, name);
    }

    /** Returns the user that runs this process. */
    public static Actor ofProcess() {
        String user = System.getProperty("user.name");
        return new Actor(user == null || user.isBlank() ? "unknown" : user);
    }
}
