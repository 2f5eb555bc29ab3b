package dev.brain.sqlite;

import dev.brain.store.Schema;
import dev.brain.store.Sql;
import dev.brain.store.StoreDialect;
import dev.brain.store.StoredJson;
import dev.brain.store.TableDefinition;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The dialect of a store in SQLite. One transaction writes at a time. Lists and rows are bound as JSON. */
final class SqliteStoreDialect implements StoreDialect {
    static final SqliteStoreDialect INSTANCE = new SqliteStoreDialect();

    private SqliteStoreDialect() {}

    @Override
    public String in(String column) {
        return column + " IN (SELECT value FROM json_each(?))";
    }

    @Override
    public Object list(Connection connection, Collection<?> values) {
        return StoredJson.write(values);
    }

    @Override
    public String rows(String alias, String... columns) {
        List<String> selected = new ArrayList<>();
        for (String column : columns) {
            // rows of one value are a list of values, which is faster to read
            String value = columns.length == 1 ? "value" : "value ->> " + selected.size();
            selected.add(value + " AS " + column.replaceFirst(":.*", ""));
        }
        return "(SELECT " + String.join(", ", selected) + " FROM jsonb_each(?)) AS " + alias;
    }

    @Override
    public List<Object> rowSet(Connection connection, Sql.RowSet rows) {
        List<@Nullable Object> plain = new ArrayList<>(rows.rows().size());
        for (List<? extends @Nullable Object> row : rows.rows()) {
            boolean hasTime = false;
            for (Object value : row) {
                hasTime |= value instanceof Instant;
            }
            List<? extends @Nullable Object> values =
                    hasTime ? row.stream().map(this::plain).toList() : row;
            plain.add(values.size() == 1 ? values.get(0) : values);
        }
        return List.of(StoredJson.write(plain));
    }

    private @Nullable Object plain(@Nullable Object value) {
        return value instanceof Instant time ? time(time) : value;
    }

    /** Returns milliseconds since 1970, limited to the range that a column can hold. */
    @Override
    public Object time(Instant time) {
        try {
            return time.toEpochMilli();
        } catch (ArithmeticException e) {
            return time.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    @Override
    public @Nullable Instant time(ResultSet result, int column) throws SQLException {
        long millis = result.getLong(column);
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    @Override
    public Object sharedTime(Instant time) {
        return Times.text(time);
    }

    @Override
    public @Nullable Instant sharedTime(ResultSet result, int column) throws SQLException {
        return Times.parse(result.getString(column));
    }

    @Override
    public String lookUpJoin() {
        return "CROSS JOIN";
    }

    @Override
    public String queueRowsOfEach(String rows, String query) {
        return rows + " CROSS JOIN \"$queue\" AS t ON t.id IN (SELECT q.id FROM \"$queue\" AS q " + query + ")";
    }

    @Override
    public void raiseIds(Sql sql, String table, long by) throws SQLException {
        String raise = "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ? COLLATE NOCASE";
        if (sql.update(raise, by, table) == 0) {
            // it has never had a row
            sql.update("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table, by);
        }
    }

    @Override
    public String type(Schema.Type type) {
        return switch (type) {
            case ID -> "INTEGER PRIMARY KEY AUTOINCREMENT";
            case NUMBER, TIME -> "INTEGER";
            case JSON -> "JSON";
            case SHARED_TIME -> "TIMESTAMP";
            case BY_KEY -> " WITHOUT ROWID";
            case CHANGING -> "";
        };
    }

    @Override
    public Optional<TableDefinition> table(Sql sql, String name) throws SQLException {
        return SqliteCatalogue.table(sql, name);
    }

    @Override
    public Set<String> indexes(Sql sql) throws SQLException {
        return sql.texts("SELECT lower(name) FROM sqlite_schema WHERE type = 'index'");
    }

    @Override
    public int version(Sql sql) throws SQLException {
        return Integer.parseInt(sql.value("PRAGMA user_version"));
    }

    /** Returns the triggers that record what other programs do. Brain's own changes also change the {@code revision}. */
    @Override
    public List<String> additions() {
        String now = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";
        String record = "INSERT INTO brain_history (recorded_at, actor_kind, actor, event, site_id, task_id, detail)"
                + " VALUES (" + now + ", 'program', 'another program', ";
        return List.of("""
                CREATE TRIGGER IF NOT EXISTS "brain_$queue_queued" AFTER INSERT ON "$queue" WHEN NEW.revision IS NULL
                BEGIN %s 'queued', NEW.site_id, NEW.id, NEW.status);
                    UPDATE "$queue" SET revision = 0 WHERE id = NEW.id; END""".formatted(record), """
                CREATE TRIGGER IF NOT EXISTS "brain_$queue_changed" AFTER UPDATE OF status ON "$queue"
                WHEN NEW.status IS NOT OLD.status AND NEW.revision IS OLD.revision
                BEGIN %s 'changed', NEW.site_id, NEW.id,
                    coalesce(OLD.status, '') || ' -> ' || coalesce(NEW.status, '')); END""".formatted(record));
    }

    @Override
    public String setVersion(int version) {
        return "PRAGMA user_version=" + version;
    }
}
