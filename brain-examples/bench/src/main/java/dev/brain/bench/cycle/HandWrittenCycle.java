package dev.brain.bench.cycle;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.sqlite.SqliteStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The limit: the fewest statements that keep the protocol. For each batch the queue is asked what it has, the tasks are
 * reserved in one durable transaction, the cases are claimed and read back in another, and the tasks are confirmed in a
 * third. It checks nothing else, recovers nothing, and knows one table.
 */
record HandWrittenCycle() implements CycleContender {
    static final int BATCH = 50;
    static final int PAGE = 500;
    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);
    static final JsonMapper JSON = new JsonMapper();
    static final String CANDIDATES = """
            SELECT id, file, reference, body, kind, state, client, subject, phase FROM cases
            WHERE id > ? AND body LIKE '%FINES%' AND state = 0 AND kind IN (2, 3) ORDER BY id LIMIT ?""";

    /** A candidate. */
    record Case(long id, String reference, String payload, String columns) {
        static Case of(ResultSet row) throws SQLException {
            ObjectNode payload = JsonNodeFactory.instance
                    .objectNode()
                    .put("id", row.getLong(1))
                    .put("reference", row.getString(3))
                    .put("client", row.getLong(7))
                    .put("subject", row.getString(8))
                    .put("phase", row.getString(9));
            ObjectNode columns = JsonNodeFactory.instance
                    .objectNode()
                    .put("id", row.getLong(1))
                    .put("file", row.getLong(2))
                    .put("reference", row.getString(3))
                    .put("body", row.getString(4))
                    .put("kind", row.getLong(5))
                    .put("state", row.getLong(6))
                    .put("client", row.getLong(7))
                    .put("subject", row.getString(8))
                    .put("phase", row.getString(9));
            return new Case(row.getLong(1), row.getString(3), payload.toString(), columns.toString());
        }
    }

    @Override
    public String name() {
        return "JDBC loop, batch " + BATCH;
    }

    @Override
    public boolean isRowByRow() {
        return false;
    }

    @Override
    public Session open(Path cases, Path queue) throws SQLException {
        SqliteStore.open(queue).close();
        return new Opened(CaseFile.connect(cases), CaseFile.connect(queue));
    }

    private static final class Opened implements Session {
        private final Connection cases;
        private final Connection queue;
        private final PreparedStatement page;
        private final PreparedStatement claim;
        private final PreparedStatement readBack;
        private final PreparedStatement known;
        private final PreparedStatement reserve;
        private final PreparedStatement confirm;

        Opened(Connection cases, Connection queue) throws SQLException {
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
                for (int from = 0; from < found.size(); from += BATCH) {
                    queued += batch(found.subList(from, Math.min(found.size(), from + BATCH)));
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
            Instant now = Instant.now();
            ArrayNode rows = JsonNodeFactory.instance.arrayNode();
            for (Case each : batch) {
                rows.addArray()
                        .add(CaseFile.SITE_ID)
                        .add(each.payload())
                        .add(TIME.format(now))
                        .add(String.valueOf(each.id()))
                        .add(each.reference())
                        .add(each.columns())
                        .add(now.toEpochMilli());
            }
            reserve.setString(1, rows.toString());
            return ids(reserve);
        }

        private static List<Long> ids(PreparedStatement statement) throws SQLException {
            List<Long> ids = new ArrayList<>(BATCH);
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
