package dev.brain.postgresql;

import dev.brain.internal.StopSignal;
import dev.brain.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the workers of all processes by {@code NOTIFY} that tasks of a site may be ready. The channel belongs to the queue's
 * table. Whatever fails here costs only time, because workers also poll. Thread-safe.
 */
final class Notifications implements AutoCloseable {
    /** How long sites are collected before one statement announces all of them. */
    static final Duration DEBOUNCE = Duration.ofMillis(20);

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
    private static final String CHANNEL = "SELECT 'brain_' || '\"$queue\"'::regclass::oid";
    private static final String NOTIFY = "SELECT pg_notify((" + CHANNEL + "), site) FROM unnest(?::text[]) AS site";

    /** The driver is asked for news for this long, after which it is seen whether to stop. */
    private static final int WAIT_MILLIS = 200;

    /** After so many waits without news the connection is used once, so that its loss shows. */
    private static final int QUIET_WAITS = 150;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final PostgresTransactions transactions;
    private final PostgresDatabase database;
    private final Duration debounce;
    private final Set<String> pending = new TreeSet<>();
    private final List<Consumer<Set<String>>> listeners = new CopyOnWriteArrayList<>();
    private final StopSignal stop = new StopSignal();
    private final ScheduledExecutorService sender =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "brain-notify"));
    private @Nullable Thread receiver;

    Notifications(PostgresTransactions transactions, PostgresDatabase database, Duration debounce) {
        this.transactions = transactions;
        this.database = database;
        this.debounce = debounce;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Tells soon that tasks of these sites may be ready. */
    synchronized void announce(Collection<String> siteIds) {
        if (sender.isShutdown()) {
            return;
        }
        if (pending.isEmpty()) {
            Future<?> unused = sender.schedule(this::send, debounce.toMillis(), TimeUnit.MILLISECONDS);
        }
        pending.addAll(siteIds);
    }

    private void send() {
        List<String> siteIds;
        synchronized (this) {
            siteIds = List.copyOf(pending);
            pending.clear();
        }
        if (siteIds.isEmpty()) {
            return;
        }
        try {
            transactions.read("tell workers of tasks", sql -> sql.query(NOTIFY, row -> true, siteIds));
        } catch (RuntimeException e) {
            LOG.warn("{}; workers find the tasks when they poll", e.getMessage());
        }
    }

    /** Calls the listener, on one thread, until it is removed or the store is closed. */
    synchronized void add(Consumer<Set<String>> listener) {
        listeners.add(listener);
        if (receiver == null && !stop.isStopped()) {
            receiver = daemon(this::receive, "brain-listen");
            receiver.start();
        }
    }

    void remove(Consumer<Set<String>> listener) {
        listeners.remove(listener);
    }

    private void receive() {
        Duration pause = Duration.ZERO;
        boolean lost = false;
        while (!stop.await(pause)) {
            try (Connection connection = database.listening().getConnection();
                    Statement statement = connection.createStatement()) {
                String listen = listen(connection, statement);
                if (lost) {
                    LOG.info("{} tells again when tasks are ready", database.location());
                }
                lost = false;
                pause = Duration.ZERO;
                // notifications may have been missed meanwhile
                tell(Set.of());
                tellNews(connection.unwrap(PGConnection.class), statement, listen);
                statement.execute("UNLISTEN *");
            } catch (SQLException | RuntimeException e) {
                if (!lost) {
                    LOG.warn(
                            "{} can't tell when tasks are ready ({}); workers poll until it can",
                            database.location(),
                            e.getMessage());
                    LOG.debug("the connection that listens", e);
                }
                lost = true;
                pause = pause.plus(pause).plusMillis(100);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
            }
        }
    }

    /** Begins to listen, and returns the statement that does. */
    private String listen(Connection connection, Statement statement) throws SQLException {
        connection.setAutoCommit(true);
        Sql sql = transactions.sql(connection);
        String listen = "LISTEN " + sql.value(CHANNEL);
        statement.execute(listen);
        return listen;
    }

    private void tellNews(PGConnection connection, Statement statement, String listen) throws SQLException {
        int quiet = 0;
        while (!stop.isStopped()) {
            Set<String> siteIds = new TreeSet<>();
            PGNotification[] news = connection.getNotifications(WAIT_MILLIS);
            if (news != null) {
                for (PGNotification each : news) {
                    siteIds.add(each.getParameter());
                }
            }
            quiet = siteIds.isEmpty() ? quiet + 1 : 0;
            if (!siteIds.isEmpty()) {
                tell(siteIds);
            } else if (quiet % QUIET_WAITS == 0) {
                statement.execute(listen);
            }
        }
    }

    private void tell(Set<String> siteIds) {
        listeners.forEach(listener -> listener.accept(siteIds));
    }

    /** Tells what is still to tell, and stops listening. */
    @Override
    public void close() {
        stop.stop();
        synchronized (this) {
            sender.shutdown();
        }
        send();
        Thread listening;
        synchronized (this) {
            listening = receiver;
        }
        try {
            if (listening != null && listening != Thread.currentThread()) {
                listening.join(5L * WAIT_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
