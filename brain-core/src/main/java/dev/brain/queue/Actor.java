package dev.brain.queue;

import static java.util.Objects.requireNonNull;

/**
 * Who makes a change.
 *
 * @param name a person's or a program's name, for the log
 * @stability stable
 */
public record Actor(String name) {
    public Actor {
        requireNonNull(name, "name");
        if (name.isBlank()) {
            throw new IllegalArgumentException("an actor must have a name");
        }
    }

    /** Returns the user that runs this process. */
    public static Actor ofProcess() {
        String user = System.getProperty("user.name");
        return new Actor(user == null || user.isBlank() ? "unknown" : user);
    }
}
