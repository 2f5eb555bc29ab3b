package dev.brain.bench.queue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * The limit: one thread and one connection run the fewest statements that take and complete tasks in Brain's table,
 * with Brain's indexes, and nothing else: no limits of sites, no breaker, no renewing, nobody else's failures.
 */
record HandWritten(int batch) implements Contender {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    @Override
    public String name() {
        return "JDBC loop, batch " + batch;
    }

    @Override
    public boolean can(Measure measure) {
        return switch (measure) {
            case ENQUEUE_ONE -> batch == 1;
            case ENQUEUE_MANY -> batch == Measure.MANY;
            case TAKE_COMPLETE, DRAIN_ONE, DRAIN_EIGHT -> true;
        };
    }

    @Override
    public boolean isSlow(Measure measure) {
        return batch == 1;
    }

    @Override
    public Session open(Target target) throws SQLException {
        return new Opened(target.connection(), batch);
    }

    private static final class Opened implements Session {
        private static final long LEASE_MILLIS = Duration.ofMinutes(2).toMillis();

        private final Connection connection;
        private final int batch;
        private final PreparedStatement begin;
        private final PreparedStatement commit;
        private final PreparedStatement insert;
        private final PreparedStatement take;
        private final PreparedStatement complete;

        record Taken(long id, long token, String payload) {}

        Opened(Connection connection, int batch) throws SQLException {
            this.connection = connection;
            this.batch = batch;
            begin = connection.prepareStatement("BEGIN IMMEDIATE");
            commit = connection.prepareStatement("COMMIT");
            insert = connection.prepareStatement("""
                    INSERT INTO tramite_queue (site_id, payload, status, created_at, resource_id, reference, claimant,
                        resource) VALUES (?, ?, 'pending', ?, ?, ?, 'BENCH', '{}')""");
            take = connection.prepareStatement("""
                    UPDATE tramite_queue SET status = 'processing', processed_at = ?, attempts = attempts + 1,
                        lease_owner = ?, lease_token = coalesce(lease_token, 0) + 1, lease_until = ?
                    WHERE id IN (SELECT id FROM tramite_queue WHERE status = 'pending' AND site_id = ?
                        ORDER BY priority DESC, created_at, id LIMIT ?)
                    RETURNING id, lease_token, payload""");
            complete = connection.prepareStatement("""
                    UPDATE tramite_queue SET status = 'completed', processed_at = ?, lease_until = NULL
                    WHERE id = ? AND lease_token = ? AND status = 'processing'""");
        }

        @Override
        public void enqueue(int first, int count) throws SQLException {
            begin.executeUpdate();
            for (int i = first; i < first + count; i++) {
                insert.setString(1, Work.SITE);
                insert.setString(2, Work.payload(i));
                insert.setString(3, TIME.format(Instant.now()));
                insert.setString(4, String.valueOf(i));
                insert.setString(5, Work.reference(i));
                insert.executeUpdate();
            }
            commit.executeUpdate();
        }

        @Override
        public Duration takeAndComplete(int tasks) throws SQLException {
            int done = 0;
            long start = System.nanoTime();
            for (List<Taken> taken = take(); !taken.isEmpty(); taken = take()) {
                done += complete(taken);
            }
            return Check.done(tasks, done, start);
        }

        private List<Taken> take() throws SQLException {
            begin.executeUpdate();
            Instant now = Instant.now();
            take.setString(1, TIME.format(now));
            take.setString(2, "bench");
            take.setLong(3, now.toEpochMilli() + LEASE_MILLIS);
            take.setString(4, Work.SITE);
            take.setInt(5, batch);
            List<Taken> taken = new ArrayList<>(batch);
            try (ResultSet rows = take.executeQuery()) {
                while (rows.next()) {
                    taken.add(new Taken(rows.getLong(1), rows.getLong(2), rows.getString(3)));
                }
            }
            commit.executeUpdate();
            return taken;
        }

        private int complete(List<Taken> taken) throws SQLException {
            begin.executeUpdate();
            int done = 0;
            for (Taken task : taken) {
                complete.setString(1, TIME.format(Instant.now()));
                complete.setLong(2, task.id());
                complete.setLong(3, task.token());
                done += complete.executeUpdate();
            }
            commit.executeUpdate();
            return done;
        }

        /** Drains in one thread, because the loop is its own runtime. */
        @Override
        public Duration drain(int tasks, int workers) throws SQLException {
            return takeAndComplete(tasks);
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
