package dev.brain.postgresql;

import dev.brain.store.Schema;
import dev.brain.store.Sql;
import dev.brain.store.StoreDialect;
import dev.brain.store.TableDefinition;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A store in PostgreSQL: several transactions write at a time, lists and rows are bound as arrays. */
final class PostgresStoreDialect implements StoreDialect {
    static final PostgresStoreDialect INSTANCE = new PostgresStoreDialect();

    /** The range of a timestamptz; Java's is larger. */
    private static final Instant FIRST = Instant.parse("-4712-01-01T00:00:00Z");

    private static final Instant LAST = Instant.parse("+294276-01-01T00:00:00Z");

    /**
     * Each change of a task costs an entry in every index that has the task, because the status is in their conditions. So
     * an active task is only in the index of active tasks, and the history, whose rows never change and come in the order
     * of time, has one index of its ranges of pages, which costs a row nothing.
     */
    private static final Map<String, String> INDEXES = Map.of(
            Schema.ACTIVE_INDEX,
            """
            CREATE UNIQUE INDEX "$queue_unended" ON "$queue" (resource_id, site_id)
            WHERE status IN ('claiming', 'held', 'pending', 'scheduled', 'processing')""",
            "$queue_of_resource",
            """
            CREATE INDEX "$queue_of_resource" ON "$queue" (resource_id, site_id)
            WHERE status IS NULL OR status NOT IN ('claiming', 'held', 'pending', 'scheduled', 'processing')""",
            "$queue_unidentified",
            "",
            "$queue_created",
            """
            CREATE INDEX "$queue_created" ON "$queue" USING brin (created_at) WITH (autosummarize = on)""",
            "brain_history_of_task",
            "",
            "brain_history_of_site",
            "",
            "brain_history_ranges",
            """
            CREATE INDEX brain_history_ranges ON brain_history USING brin (task_id int8_minmax_multi_ops,
                recorded_at timestamptz_minmax_ops, site_id text_bloom_ops) WITH (pages_per_range = 32, autosummarize = on)""");

    private PostgresStoreDialect() {}

    @Override
    public String in(String column) {
        return column + " = ANY (?)";
    }

    @Override
    public Object list(Connection connection, Collection<?> values) throws SQLException {
        return array(connection, values);
    }

    @Override
    public String rows(String alias, String... columns) {
        List<String> names = new ArrayList<>();
        List<String> arrays = new ArrayList<>();
        for (String column : columns) {
            String[] nameAndType = column.split(":", 2);
            names.add(nameAndType[0]);
            arrays.add(
                    switch (nameAndType.length == 1 ? "" : nameAndType[1]) {
                        case "number" -> "?::bigint[]";
                        case "time" -> "?::timestamptz[]";
                        default -> "?::text[]";
                    });
        }
        return "unnest(" + String.join(", ", arrays) + ") AS " + alias + "(" + String.join(", ", names) + ")";
    }

    @Override
    public List<Object> rowSet(Connection connection, Sql.RowSet rows) throws SQLException {
        List<Object> columns = new ArrayList<>();
        for (int i = 0; i < rows.rows().get(0).size(); i++) {
            List<@Nullable Object> column = new ArrayList<>();
            for (List<? extends @Nullable Object> row : rows.rows()) {
                column.add(row.get(i));
            }
            columns.add(array(connection, column));
        }
        return columns;
    }

    private Object array(Connection connection, Collection<? extends @Nullable Object> values) throws SQLException {
        Object first = values.stream()
                .filter(Objects::nonNull)
                .<Object>map(value -> value)
                .findFirst()
                .orElse("");
        String type = first instanceof Number ? "bigint" : first instanceof Instant ? "timestamptz" : "text";
        return connection.createArrayOf(
                type,
                values.stream()
                        .map(value -> value instanceof Instant time ? time(time) : value)
                        .toArray());
    }

    /** Returns the time with its microseconds, limited to the range that a column can hold. */
    @Override
    public Object time(Instant time) {
        Instant within = time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time;
        return within.atOffset(ZoneOffset.UTC);
    }

    @Override
    public @Nullable Instant time(ResultSet result, int column) throws SQLException {
        OffsetDateTime time = result.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    @Override
    public Object sharedTime(Instant time) {
        return time(time);
    }

    @Override
    public @Nullable Instant sharedTime(ResultSet result, int column) throws SQLException {
        return time(result, column);
    }

    @Override
    public String queueRowsOfEach(String rows, String query) {
        return rows + " CROSS JOIN LATERAL (SELECT q.* FROM \"$queue\" AS q " + query + ") AS t";
    }

    @Override
    public String lockForTaking() {
        return " FOR UPDATE SKIP LOCKED";
    }

    @Override
    public boolean lockSites(Sql sql, SiteLock purpose, Collection<String> siteIds) throws SQLException {
        sql.queryLater("""
                SELECT pg_advisory_xact_lock(site) FROM (
                    SELECT DISTINCT hashtextextended(site_id, '"$queue"'::regclass::oid::bigint * 2 + ?) AS site
                    FROM unnest(?::text[]) AS locked(site_id) ORDER BY site) AS locked""", row -> true, number(purpose), siteIds);
        return true;
    }

    @Override
    public boolean joinsStatements() {
        return true;
    }

    @Override
    public Optional<String> livingRuns() {
        return Optional.of(Heartbeats.ALIVE);
    }

    @Override
    public Optional<String> skipIds(String table) {
        String ids = "pg_get_serial_sequence('\"" + table + "\"', 'id')";
        return Optional.of(
                "SELECT setval(" + ids + ", greatest(max(id), nextval(" + ids + "))) FROM \"" + table + "\"");
    }

    @Override
    public void raiseIds(Sql sql, String table, long by) throws SQLException {
        String ids = "pg_get_serial_sequence('\"" + table + "\"', 'id')";
        sql.query("SELECT setval(" + ids + ", nextval(" + ids + ") + ?)", row -> true, by);
    }

    static int number(SiteLock purpose) {
        return purpose == SiteLock.TAKE ? 0 : 1;
    }

    @Override
    public String type(Schema.Type type) {
        return switch (type) {
            case ID -> "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY";
            case NUMBER -> "bigint";
            case JSON -> "text";
            case TIME, SHARED_TIME -> "timestamptz";
            case BY_KEY -> "";
            // room on each page for the next version of its rows, and dead versions removed before they are many
            case CHANGING ->
                " WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,"
                        + " autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05)";
        };
    }

    @Override
    public Optional<TableDefinition> table(Sql sql, String name) throws SQLException {
        return PostgresCatalogue.table(sql, name);
    }

    @Override
    public Set<String> indexes(Sql sql) throws SQLException {
        return sql.texts("SELECT lower(relname) FROM pg_class WHERE relkind = 'i' AND pg_table_is_visible(oid)");
    }

    @Override
    public Map<String, String> indexStatements() {
        return INDEXES;
    }

    @Override
    public boolean logsFromFirstChange() {
        return true;
    }

    @Override
    public int version(Sql sql) throws SQLException {
        return PostgresCatalogue.isMissing(sql, "brain_schema")
                ? 0
                : sql.first("SELECT max(version) AS version FROM brain_schema", row -> row.integer("version"))
                        .orElse(0);
    }

    @Override
    public boolean hasOtherWriters() {
        return false;
    }

    @Override
    public List<String> additions() {
        return List.of(Heartbeats.CREATE_TABLE, "CREATE TABLE IF NOT EXISTS brain_schema (version integer NOT NULL)");
    }

    @Override
    public String setVersion(int version) {
        return "WITH earlier AS (DELETE FROM brain_schema) INSERT INTO brain_schema (version) VALUES (" + version + ")";
    }
}
