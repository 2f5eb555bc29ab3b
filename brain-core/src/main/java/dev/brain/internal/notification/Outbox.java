package dev.brain.internal.notification;

import dev.brain.incident.IncidentLog.Subscription;
import java.time.Duration;
import java.util.List;

/**
 * Keeps the changes of incidents until they are delivered. A change is kept in the transaction that makes it. Thread-safe;
 * several processes may deliver from one outbox.
 */
public interface Outbox {
    /** Starts to keep changes. Before the first call, this object keeps none. */
    void keep();

    /**
     * Leases changes that are due. Of each incident only the oldest change is leased, so that its changes are delivered in
     * order. If the lease runs out, they may be leased again.
     *
     * <p>Drops changes that are too old or too many, and keeps their number as a notification instead.
     */
    List<Notification> lease(int most, Duration lease);

    /** Forgets a change that was delivered. Does nothing if its lease has run out and it was leased again. */
    void delivered(Notification notification);

    /**
     * Returns a change whose delivery failed; it is due again after the pause.
     *
     * @param problem the reason, without anything secret
     */
    void failed(Notification notification, Duration pause, String problem);

    /** Returns changes whose delivery was not tried; they are due at once. */
    void release(List<Notification> notifications);

    /** Registers an action that is run whenever this object has kept a change. */
    Subscription listen(Runnable kept);

    /** An object that has an outbox. */
    interface Source {
        Outbox outbox();
    }
}
