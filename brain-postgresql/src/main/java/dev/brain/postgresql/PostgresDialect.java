package dev.brain.postgresql;

import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Dialect;
import dev.brain.jdbc.IdType;
import dev.brain.jdbc.NamedSql;
import dev.brain.jdbc.Session;
import dev.brain.jdbc.SqlStates;
import dev.brain.resource.ResourceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** PostgreSQL as a system of record. Reads the types of key columns when they are first needed. */
final class PostgresDialect implements Dialect {
    private final Map<KeyColumn, String> keyTypes = new ConcurrentHashMap<>();
    private final Map<KeyedUpdate, ClaimStatements> claims = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public String quote(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    @Override
    public KeyCondition isOneOf(Session session, KeyColumn key) throws SQLException {
        return new KeyCondition(
                quote(key.name()) + " IN (SELECT CAST(value AS " + keyType(session, key)
                        + ") FROM json_array_elements_text(CAST(:ids AS json)))",
                Integer.MAX_VALUE,
                key.type()::toJson);
    }

    /** Returns the type as which ids are compared. The blanks of a fixed-width text count only if it is compared as such. */
    private String keyType(Session session, KeyColumn key) throws SQLException {
        if (key.type() != IdType.TEXT) {
            return key.type() == IdType.INTEGER ? "bigint" : "numeric";
        }
        String known = keyTypes.get(key);
        if (known == null) {
            known = session.query(new BoundSql("""
                            SELECT t.typname AS type FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
                            WHERE a.attrelid = to_regclass(?) AND a.attname = ? AND a.attnum > 0""", List.of(table(key.table()), key.name()))).stream()
                    .findFirst()
                    .map(row -> quote(String.valueOf(row.get("type"))))
                    .orElse("text");
            keyTypes.put(key, known);
        }
        return known;
    }

    /**
     * Claims and reads back in one statement. Where a trigger may change the rows after that, they are read once more in the
     * same transaction.
     */
    @Override
    public List<Map<String, @Nullable Object>> claim(
            Session session, KeyedUpdate claim, List<ResourceId> ids, Map<String, @Nullable Object> parameters)
            throws SQLException {
        KeyCondition wanted = isOneOf(session, claim.key());
        ClaimStatements statements = claims.computeIfAbsent(claim, key -> statements(key, wanted.sql()));
        Map<String, @Nullable Object> values = new LinkedHashMap<>(parameters);
        values.put("ids", wanted.ids().apply(ids));
        List<Map<String, @Nullable Object>> rows =
                session.query(statements.claim().bind(values));
        if (rows.stream().noneMatch(row -> Boolean.TRUE.equals(row.get("changes_later")))) {
            return rows;
        }
        Map<Object, @Nullable Object> won = new LinkedHashMap<>();
        rows.forEach(row -> won.put(String.valueOf(row.get("id")), row.get("won")));
        List<Map<String, @Nullable Object>> reread =
                session.query(statements.readBack().bind(values));
        reread.forEach(row -> row.put("won", won.getOrDefault(String.valueOf(row.get("id")), 0L)));
        return reread;
    }

    private record ClaimStatements(NamedSql claim, NamedSql readBack) {}

    private ClaimStatements statements(KeyedUpdate claim, String wanted) {
        String id = quote(claim.key().name());
        String columns = id + " AS \"id\", " + claim.readBack();
        // a trigger that is no BEFORE trigger (2) and runs on updates (16), or a table that others are behind
        String changesLater =
                "(SELECT c.relkind <> 'r' OR EXISTS (SELECT 1 FROM pg_trigger AS t WHERE t.tgrelid = c.oid"
                        + " AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 2 = 0 AND t.tgtype & 16 <> 0)"
                        + " FROM pg_class AS c WHERE c.oid = to_regclass('"
                        + claim.table().replace("'", "''")
                        + "')) AS \"changes_later\"";
        return new ClaimStatements(
                NamedSql.parse("WITH won AS (UPDATE " + claim.table() + " SET " + claim.assignments() + " WHERE "
                        + wanted
                        + " AND (" + claim.guard() + ") RETURNING " + columns + ")"
                        + " SELECT won.*, 1 AS \"won\", " + changesLater + " FROM won UNION ALL"
                        // as it was before the update: a row that somebody else has just taken looks free, and is
                        // claimed again
                        + " SELECT " + columns + ", 0 AS \"won\", false FROM " + claim.table() + " WHERE " + wanted
                        + " AND " + id + " NOT IN (SELECT won.\"id\" FROM won)"),
                NamedSql.parse("SELECT " + columns + " FROM " + claim.table() + " WHERE " + wanted));
    }

    @Override
    public @Nullable Object value(ResultSet row, int column) throws SQLException {
        return switch (row.getMetaData().getColumnTypeName(column)) {
            case "timestamp" -> row.getObject(column, LocalDateTime.class);
            case "timestamptz" -> row.getObject(column, OffsetDateTime.class);
            case "time" -> row.getObject(column, LocalTime.class);
            case "bytea" -> row.getBytes(column);
            default -> {
                Object value = row.getObject(column);
                yield value == null || value.getClass().getName().matches("java\\.(lang|math|sql)\\.[^.]*")
                        ? plain(value, row, column)
                        : row.getString(column);
            }
        };
    }

    private static @Nullable Object plain(@Nullable Object value, ResultSet row, int column) throws SQLException {
        // arrays and XML have interfaces of JDBC only in name
        return value instanceof java.sql.Array || value instanceof java.sql.SQLXML ? row.getString(column) : value;
    }

    @Override
    public Fault classify(SQLException error) {
        return switch (SqlStates.state(SqlStates.told(error))) {
            // raised by a trigger
            case "P0001" -> Fault.ROW;
            case "55P03" -> Fault.TRANSIENT;
            case "57P01", "57P02", "57P03", "53300" -> Fault.CONNECTION;
            default -> SqlStates.classify(error);
        };
    }

    /** Returns only the first line, because the next ones show values of a row. */
    @Override
    public String describe(SQLException error) {
        SQLException told = SqlStates.told(error);
        String message =
                String.valueOf(told.getMessage()).lines().findFirst().orElse("").strip();
        String state = SqlStates.state(told);
        return state.isEmpty() ? message : message + " (SQLSTATE " + state + ")";
    }

    @Override
    public Optional<String> advice(SQLException error) {
        return switch (SqlStates.state(SqlStates.told(error))) {
            case "28000", "28P01" -> Optional.of("correct BRAIN_SOURCE_USER and BRAIN_SOURCE_PASSWORD");
            case "3D000" -> Optional.of("create the database, or correct BRAIN_SOURCE_URL");
            case "42501" -> Optional.of("ask for SELECT on the table, and UPDATE on the columns that claims set");
            default -> Optional.empty();
        };
    }
}
