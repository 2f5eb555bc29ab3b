package dev.brain.internal.queue;

import static java.util.Objects.requireNonNull;

/**
 * What becomes of a reservation.
 *
 * @param reservation the one that is settled
 * @param verdict what becomes of it
 */
public record Settlement(Reservation reservation, Verdict verdict) {
    /** The two ends of a reservation. */
    public enum Verdict {
        /** The resource is the claimant's for certain: the task becomes visible to workers. */
        CONFIRM,
        /** The resource isn't the claimant's for certain: the reservation goes. */
        DROP
    }

    public Settlement {
        requireNonNull(reservation, "reservation");
        requireNonNull(verdict, "verdict");
    }
}
