package dev.brain.bench.queue;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The limit on PostgreSQL: each thread has a connection, on which one statement completes a batch of tasks in Brain's table
 * and takes the next one. It does nothing else: no limits of sites, no breaker, no renewing, nobody else's failures.
 */
record PostgresLoop(int threads, int batch) implements Contender {
    @Override
    public String name() {
        return "JDBC loop, batch " + batch + (threads == 1 ? "" : ", " + threads + " threads");
    }

    @Override
    public boolean can(Measure measure) {
        return measure == Measure.DRAIN_EIGHT;
    }

    @Override
    public boolean isSlow(Measure measure) {
        return batch == 1;
    }

    @Override
    public Session open(Target target) throws SQLException {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            connections.add(target.connection());
        }
        return new Opened(connections, batch);
    }

    private record Opened(List<Connection> connections, int batch) implements Session {
        /** Inserts tasks that are ready, in one statement. */
        @Override
        public void enqueue(int first, int count) throws SQLException {
            Connection connection = connections.get(0);
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO tramite_queue (site_id, payload, status, resource_id, reference, claimant, resource)
                    SELECT ?, payload, 'pending', resource_id, reference, 'BENCH', '{"Estado":0}'
                    FROM unnest(?::text[], ?::text[], ?::text[]) AS draft(payload, resource_id, reference)
                    ON CONFLICT DO NOTHING RETURNING id""")) {
                String[] payloads = new String[count];
                String[] resources = new String[count];
                String[] references = new String[count];
                for (int i = 0; i < count; i++) {
                    payloads[i] = Work.payload(first + i);
                    resources[i] = String.valueOf(first + i);
                    references[i] = Work.reference(first + i);
                }
                insert.setString(1, Work.SITE);
                insert.setArray(2, connection.createArrayOf("text", payloads));
                insert.setArray(3, connection.createArrayOf("text", resources));
                insert.setArray(4, connection.createArrayOf("text", references));
                int inserted = 0;
                try (ResultSet rows = insert.executeQuery()) {
                    while (rows.next()) {
                        inserted++;
                    }
                }
                Check.done(count, inserted);
            }
        }

        @Override
        public Duration takeAndComplete(int tasks) throws SQLException {
            long start = System.nanoTime();
            return Check.done(tasks, run(connections.get(0)), start);
        }

        @Override
        public Duration drain(int tasks, int workers) throws InterruptedException, SQLException {
            ExecutorService threads = Executors.newFixedThreadPool(connections.size());
            try {
                long start = System.nanoTime();
                List<Future<Integer>> running = new ArrayList<>();
                connections.forEach(connection -> running.add(threads.submit(() -> run(connection))));
                int done = 0;
                for (Future<Integer> each : running) {
                    done += each.get();
                }
                return Check.done(tasks, done, start);
            } catch (ExecutionException e) {
                throw new SQLException(e.getCause());
            } finally {
                threads.shutdown();
            }
        }

        /** Returns how many tasks it has completed when there are no more. */
        private int run(Connection connection) throws SQLException {
            try (PreparedStatement exchange = connection.prepareStatement("""
                    WITH done AS (
                        UPDATE tramite_queue SET status = 'completed', processed_at = now(), lease_owner = NULL,
                            lease_until = NULL
                        FROM unnest(?::bigint[], ?::bigint[]) AS ended(task_id, token)
                        WHERE id = ended.task_id AND lease_token = ended.token AND status = 'processing'),
                    next AS (
                        SELECT id AS task_id FROM tramite_queue WHERE status = 'pending' AND site_id = ?
                        ORDER BY priority DESC, deadline IS NULL, deadline, created_at, id LIMIT ?
                        FOR UPDATE SKIP LOCKED)
                    UPDATE tramite_queue SET status = 'processing', processed_at = now(), attempts = attempts + 1,
                        lease_owner = 'bench', lease_token = coalesce(lease_token, 0) + 1,
                        lease_until = now() + interval '2 minutes'
                    FROM next WHERE id = next.task_id RETURNING id, lease_token, payload""")) {
                List<Long> ids = new ArrayList<>();
                List<Long> tokens = new ArrayList<>();
                int done = 0;
                do {
                    done += ids.size();
                    exchange.setArray(1, array(connection, ids));
                    exchange.setArray(2, array(connection, tokens));
                    exchange.setString(3, Work.SITE);
                    exchange.setInt(4, batch);
                    ids.clear();
                    tokens.clear();
                    try (ResultSet rows = exchange.executeQuery()) {
                        while (rows.next()) {
                            ids.add(rows.getLong(1));
                            tokens.add(rows.getLong(2));
                            Check.done(
                                    rows.getString(3).length(),
                                    rows.getString(3).length());
                        }
                    }
                } while (!ids.isEmpty());
                return done;
            }
        }

        private static Array array(Connection connection, List<Long> values) throws SQLException {
            return connection.createArrayOf("bigint", values.toArray());
        }

        @Override
        public void close() throws SQLException {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }
}
