package dev.brain.bench.cycle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.sqlite.SqliteStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The limit: the fewest statements that keep the protocol. For each batch the queue is asked what it has, the tasks are
 * reserved in one durable transaction, the cases are claimed and read back in another, and the tasks are confirmed in a
 * third. It checks nothing else, recovers nothing, and knows one table.
 *
 * @param batch the size of a batch
 */
record HandWrittenCycle(int batch) implements CycleContender {
    static final int PAGE = 500;
    static final String CANDIDATES = """
            SELECT id, file, reference, body, kind, state, client, subject, phase FROM cases
            WHERE id > ? AND body LIKE '%FINES%' AND state = 0 AND kind IN (2, 3) ORDER BY id LIMIT ?""";

    @Override
    public String name() {
        return "JDBC loop, batch " + batch;
    }

    @Override
    public boolean isRowByRow() {
        return false;
    }

    @Override
    public Session open(Path cases, Path queue) throws SQLException {
        SqliteStore.open(queue).close();
        return new Opened(batch, CaseFile.connect(cases), CaseFile.connect(queue));
    }

    private static final class Opened implements Session {
        private final int size;
        private final Connection cases;
        private final Connection queue;
        private final PreparedStatement page;
        private final PreparedStatement claim;
        private final PreparedStatement readBack;
        private final PreparedStatement known;
        private final PreparedStatement reserve;
        private final PreparedStatement confirm;

        Opened(int size, Connection cases, Connection queue) throws SQLException {
            this.size = size;
            this.cases = cases;
            this.queue = queue;
            for (Connection connection : List.of(cases, queue)) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("PRAGMA synchronous=FULL");
                }
            }
            page = cases.prepareStatement(CANDIDATES);
            claim = cases.prepareStatement("""
                    UPDATE cases SET kind = 1, owner = 'BENCH' WHERE id IN (SELECT value FROM json_each(?))
                        AND state = 0 AND kind IN (2, 3) RETURNING id""");
            readBack = cases.prepareStatement(
                    "SELECT id, owner, kind FROM cases WHERE id IN (SELECT value FROM json_each(?))");
            known = queue.prepareStatement("""
                    SELECT resource_id, status FROM tramite_queue
                    WHERE site_id = 'bench' AND resource_id IN (SELECT value FROM json_each(?))""");
            reserve = queue.prepareStatement("""
                    INSERT INTO tramite_queue (site_id, payload, created_at, resource_id, reference, claimant, resource,
                        priority, run, reserved_at, status)
                    SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, 'BENCH', value ->> 5, 0, 'loop',
                        value ->> 6, 'claiming' FROM json_each(?) WHERE true ON CONFLICT DO NOTHING RETURNING id""");
            confirm = queue.prepareStatement("""
                    UPDATE tramite_queue SET status = 'pending'
                    WHERE id IN (SELECT value FROM json_each(?)) AND status = 'claiming'""");
        }

        @Override
        public int run() throws SQLException {
            int queued = 0;
            long after = 0;
            List<Case> found = page(after);
            while (!found.isEmpty()) {
                for (int from = 0; from < found.size(); from += size) {
                    queued += batch(found.subList(from, Math.min(found.size(), from + size)));
                }
                after = found.get(found.size() - 1).id();
                found = page(after);
            }
            return queued;
        }

        private List<Case> page(long after) throws SQLException {
            page.setLong(1, after);
            page.setInt(2, PAGE);
            List<Case> found = new ArrayList<>(PAGE);
            try (ResultSet rows = page.executeQuery()) {
                while (rows.next()) {
                    found.add(Case.of(rows));
                }
            }
            return found;
        }

        private int batch(List<Case> batch) throws SQLException {
            ArrayNode ids = JsonNodeFactory.instance.arrayNode();
            batch.forEach(each -> ids.add(String.valueOf(each.id())));
            known.setString(1, ids.toString());
            if (!ids(known).isEmpty()) {
                throw new IllegalStateException("a case is queued already");
            }
            List<Long> reserved = reserve(batch);
            ArrayNode numbers = JsonNodeFactory.instance.arrayNode();
            batch.forEach(each -> numbers.add(each.id()));
            String wanted = numbers.toString();
            cases.setAutoCommit(false);
            claim.setString(1, wanted);
            Set<Long> won = new HashSet<>(ids(claim));
            readBack.setString(1, wanted);
            try (ResultSet rows = readBack.executeQuery()) {
                while (rows.next()) {
                    if (!CaseFile.CLAIMANT.equals(rows.getString(2)) || rows.getInt(3) != 1) {
                        won.remove(rows.getLong(1));
                    }
                }
            }
            cases.commit();
            if (won.size() != batch.size()) {
                throw new IllegalStateException("somebody else claims");
            }
            ArrayNode tasks = JsonNodeFactory.instance.arrayNode();
            reserved.forEach(tasks::add);
            confirm.setString(1, tasks.toString());
            return confirm.executeUpdate();
        }

        private List<Long> reserve(List<Case> batch) throws SQLException {
            reserve.setString(1, Case.rows(batch));
            return ids(reserve);
        }

        private static List<Long> ids(PreparedStatement statement) throws SQLException {
            List<Long> ids = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getLong(1));
                }
            }
            return ids;
        }

        @Override
        public void close() throws SQLException {
            cases.close();
            queue.close();
        }
    }
}
