package dev.brain.queue;

import static java.util.Objects.requireNonNull;

/**
 * A task that a worker hands back.
 *
 * @param lease its right to the task
 * @param ending what has become of it
 */
public record HandBack(Lease lease, Ending ending) {
    public HandBack {
        requireNonNull(lease, "lease");
        requireNonNull(ending, "ending");
    }
}
