package dev.brain.examples.intranet;

import static java.util.Objects.requireNonNull;

/**
 * Somebody who may log in.
 *
 * @param displayName what the pages call them, and what an assignment writes to the system of record
 */
public record IntranetUser(String email, String password, String displayName) {
    public IntranetUser {
        requireNonNull(email, "email");
        requireNonNull(password, "password");
        requireNonNull(displayName, "displayName");
    }

    @Override
    public String toString() {
        return "IntranetUser[" + displayName + "]";
    }
}
