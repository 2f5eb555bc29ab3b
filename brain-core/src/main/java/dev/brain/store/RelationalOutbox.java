package dev.brain.store;

import dev.brain.check.Finding;
import dev.brain.incident.IncidentLog.Subscription;
import dev.brain.internal.notification.Notification;
import dev.brain.internal.notification.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The changes of incidents that a store keeps until they are delivered. */
final class RelationalOutbox implements Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(RelationalOutbox.class);

    /** A person is warned of changes that have waited for longer. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final Transactions transactions;
    private final Clock clock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final NotificationTable notifications = new NotificationTable(() -> listeners.forEach(Runnable::run));

    RelationalOutbox(Transactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    NotificationTable table() {
        return notifications;
    }

    @Override
    public void keep() {
        notifications.keep();
    }

    @Override
    public Subscription listen(Runnable kept) {
        listeners.add(kept);
        return () -> listeners.remove(kept);
    }

    @Override
    public List<Notification> lease(int most, Duration lease) {
        // most calls find nothing: a commit is spent only where there is something to lease
        if (!transactions.<Boolean>read("look for notifications", sql -> notifications.isAnyDue(sql, now()))) {
            return List.of();
        }
        return transactions.write("lease notifications", sql -> {
            Instant now = now();
            int dropped = notifications.drop(sql, now);
            if (dropped > 0) {
                sql.afterCommit(() -> LOG.warn(
                        "{} notifications were dropped: they could not be delivered for {} days, or were more than {}",
                        dropped,
                        NotificationTable.OLDEST.toDays(),
                        NotificationTable.MOST));
            }
            return notifications.lease(sql, most, now, now.plus(lease));
        });
    }

    @Override
    public void delivered(Notification notification) {
        transactions.write("record that a notification was delivered", sql -> {
            notifications.delete(sql, notification);
            return true;
        });
    }

    @Override
    public void failed(Notification notification, Duration pause, String problem) {
        transactions.write("record that a notification was not delivered", sql -> {
            notifications.postpone(sql, notification, now().plus(pause), problem);
            return true;
        });
    }

    @Override
    public void release(List<Notification> released) {
        if (released.isEmpty()) {
            return;
        }
        transactions.write("release notifications", sql -> {
            for (Notification each : released) {
                notifications.release(sql, each);
            }
            return true;
        });
    }

    /** Returns a finding if notifications have waited for long. */
    Optional<Finding> check() {
        return transactions
                .<Optional<String>>read(
                        "look for notifications", sql -> notifications.waiting(sql, now().minus(PATIENCE)))
                .map(problem -> Finding.warning("notifications", problem));
    }

    private Instant now() {
        return transactions.now(clock);
    }
}
