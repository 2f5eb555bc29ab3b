package dev.brain.internal.notification;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers the notifications of an outbox to a webhook. Not thread-safe. */
public final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    static final Duration LEASE = Duration.ofMinutes(2);

    /** The pause before another look at an outbox from which everything was delivered. */
    static final Duration POLL = Duration.ofSeconds(5);

    /** As many as can be tried within a lease. */
    private static final int BATCH = 10;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final Outbox outbox;
    private final Webhook webhook;
    private final Clock clock;
    private int failuresInARow;

    public Delivery(Outbox outbox, Webhook webhook, Clock clock) {
        this.outbox = outbox;
        this.webhook = webhook;
        this.clock = clock;
    }

    /**
     * Delivers what is due, until nothing is or a delivery fails. If this is interrupted, what it was delivering is due again
     * when its lease runs out.
     *
     * @return how long to wait before the next call
     */
    public Duration run() throws InterruptedException {
        while (true) {
            Instant leasedAt = clock.instant();
            List<Notification> batch = outbox.lease(BATCH, LEASE);
            if (batch.isEmpty()) {
                return POLL;
            }
            for (int i = 0; i < batch.size(); i++) {
                // a process that was suspended must not deliver what another one may have delivered meanwhile
                if (Duration.between(leasedAt, clock.instant())
                                .plus(Webhook.TIMEOUT)
                                .compareTo(LEASE)
                        > 0) {
                    outbox.release(batch.subList(i, batch.size()));
                    break;
                }
                if (!deliver(batch.get(i))) {
                    outbox.release(batch.subList(i + 1, batch.size()));
                    return pause(failuresInARow);
                }
            }
        }
    }

    private boolean deliver(Notification notification) throws InterruptedException {
        Optional<String> problem = webhook.post(notification);
        if (problem.isEmpty()) {
            outbox.delivered(notification);
            if (failuresInARow > 0) {
                LOG.info("notifications are delivered again");
            }
            failuresInARow = 0;
            return true;
        }
        if (failuresInARow == 0) {
            LOG.warn("notifications can't be delivered to {} just now, trying again: {}", Webhook.URL, problem.get());
        }
        failuresInARow++;
        outbox.failed(notification, pause(notification.failures() + 1), problem.get());
        return false;
    }

    /** Returns whether the last delivery failed. */
    boolean isFailing() {
        return failuresInARow > 0;
    }

    /** Returns a pause that begins with a second and doubles with each failure, up to five minutes. */
    private static Duration pause(int failures) {
        Duration pause = Duration.ofSeconds(1L << Math.min(failures - 1, 20));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
