package dev.brain.internal.engine;

import dev.brain.queue.TaskQueue.Reservation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a read-back concludes about a reservation. */
enum Conclusion {
    /** The resource is the claimant's, and the task becomes visible. */
    OURS,
    /** The resource is, or may be, the claimant's through another task, so that nothing must be done twice. */
    DUPLICATE,
    /** The resource is the claimant's, but this claim did not take it. */
    NOT_TAKEN,
    /** Somebody else holds the resource, or it is gone. */
    OTHERS,
    /** The resource is still free, so the claim had no effect. */
    FREE;

    static Map<Reservation, Conclusion> of(List<Reservation> reservations, Conclusion conclusion) {
        Map<Reservation, Conclusion> conclusions = new LinkedHashMap<>();
        reservations.forEach(reservation -> conclusions.put(reservation, conclusion));
        return conclusions;
    }
}
