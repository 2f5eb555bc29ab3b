package dev.brain.internal.queue;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * What a worker asks for.
 *
 * @param owner who asks, for a person to read
 * @param most how many tasks at the most
 * @param lease how long the right to them lasts
 * @param sites of which sites, under which limits
 */
public record TakeRequest(String owner, int most, Duration lease, List<SiteLimits> sites) {
    public TakeRequest {
        requireNonNull(owner, "owner");
        requireNonNull(lease, "lease");
        sites = List.copyOf(sites);
        if (lease.toMillis() < 1) {
            throw new IllegalArgumentException("a lease must last, not " + lease);
        }
        if (most < 1) {
            throw new IllegalArgumentException("most must be at least 1, not " + most);
        }
    }
}
