package dev.brain.postgresql;

import dev.brain.error.BrainException;
import dev.brain.store.Runs;
import dev.brain.store.Sql;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run that shows in the table {@code brain_run} that it is alive, because no other machine sees its process. A run is
 * alive for a minute after its last sign, by the server's clock.
 */
final class Heartbeats implements Runs {
    static final String CREATE_TABLE =
            "CREATE TABLE IF NOT EXISTS brain_run (name text PRIMARY KEY, seen_at timestamptz NOT NULL)";

    /** The query for the names of the runs that are alive, and their last signs. */
    static final String ALIVE =
            "SELECT name, seen_at FROM brain_run WHERE seen_at > clock_timestamp() - interval '1 minute' ORDER BY name";

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
    private static final int EVERY_SECONDS = 10;

    /** Makes the names of runs unique among all machines, which may have the same name. */
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PostgresTransactions transactions;
    private final Runs process;
    private final String name;
    private final List<Heartbeats> within = new ArrayList<>();
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "brain-heartbeat");
        thread.setDaemon(true);
        return thread;
    });

    private Heartbeats(PostgresTransactions transactions, Runs process) {
        this.transactions = transactions;
        this.process = process;
        // short, because the queue and the history have it in many rows
        this.name = process.name().replaceFirst("(/[^/]*){2}$", "") + "/" + Long.toString(RANDOM.nextLong() >>> 1, 36);
    }

    static Heartbeats begin(PostgresTransactions transactions, Runs process) {
        Heartbeats run = new Heartbeats(transactions, process);
        run.beat();
        Future<?> unused =
                run.executor.scheduleWithFixedDelay(run::tryToBeat, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
        return run;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized Runs beginWithin() {
        within.removeIf(run -> run.executor.isShutdown());
        Heartbeats run = begin(transactions, process.beginWithin());
        within.add(run);
        return run;
    }

    @Override
    public Others others(Sql sql, Instant now) throws SQLException {
        Set<String> alive = sql.texts(ALIVE);
        return (run, reservedAt) -> run != null && !run.equals(name) && alive.contains(run);
    }

    private synchronized void beat() {
        if (executor.isShutdown()) {
            return;
        }
        transactions.write("show that this run is alive", sql -> {
            sql.update("DELETE FROM brain_run WHERE seen_at < clock_timestamp() - interval '1 day'");
            return sql.update("""
                    INSERT INTO brain_run (name, seen_at) VALUES (?, clock_timestamp())
                    ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at""", name);
        });
    }

    private void tryToBeat() {
        try {
            beat();
        } catch (BrainException e) {
            LOG.warn("{}; it is tried again in {} seconds", e.getMessage(), EVERY_SECONDS);
        }
    }

    /** Ends the run at once if the database can be reached, else a minute after its last sign. */
    @Override
    public synchronized void close() {
        if (executor.isShutdown()) {
            return;
        }
        within.forEach(Heartbeats::close);
        executor.shutdown();
        process.close();
        try {
            transactions.write("end this run", sql -> sql.update("DELETE FROM brain_run WHERE name = ?", name));
        } catch (BrainException e) {
            LOG.warn("{}; it counts as alive for a minute", e.getMessage());
        }
    }
}
