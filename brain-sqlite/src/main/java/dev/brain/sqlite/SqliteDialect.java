package dev.brain.sqlite;

import static java.util.Objects.requireNonNull;

import dev.brain.jdbc.Dialect;
import dev.brain.jdbc.NamedSql;
import dev.brain.jdbc.Session;
import dev.brain.resource.ResourceId;
import dev.brain.store.StoredJson;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** SQLite as a system of record: one file, no schemas. */
final class SqliteDialect implements Dialect {
    private static final Pattern WRONG_STATEMENT = Pattern.compile(
            "no such (table|column|function|collation)|syntax error|unrecognized token|incomplete input"
                    + "|wrong number of arguments|ambiguous column|cannot modify",
            Pattern.CASE_INSENSITIVE);

    private final Map<KeyedUpdate, ClaimStatements> claims = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "SQLite";
    }

    @Override
    public String quote(String identifier) {
        // not double quotes: SQLite treats a missing column in double quotes as a text; not brackets: a ] in them
        // can't be escaped
        return "`" + identifier.replace("`", "``") + "`";
    }

    @Override
    public String table(List<String> parts) {
        return quote(parts.get(parts.size() - 1));
    }

    @Override
    public KeyCondition isOneOf(Session session, KeyColumn key) {
        return isOneOf(key);
    }

    private KeyCondition isOneOf(KeyColumn key) {
        return new KeyCondition(
                quote(key.name()) + " IN (SELECT value FROM json_each(:ids))",
                Integer.MAX_VALUE,
                ids -> StoredJson.write(ids.stream().map(key.type()::toColumn).toList()));
    }

    @Override
    public List<Map<String, @Nullable Object>> claim(
            Session session, KeyedUpdate claim, List<ResourceId> ids, Map<String, @Nullable Object> parameters)
            throws SQLException {
        Map<String, @Nullable Object> values = new LinkedHashMap<>(parameters);
        values.put("ids", isOneOf(claim.key()).ids().apply(ids));
        ClaimStatements statements = claims.computeIfAbsent(claim, this::statements);
        Set<ResourceId> won = new HashSet<>();
        session.query(statements.update().bind(values))
                .forEach(row -> won.add(ResourceId.of(requireNonNull(row.get("id")))));
        List<Map<String, @Nullable Object>> rows =
                session.query(statements.readBack().bind(values));
        rows.forEach(row -> row.put("won", won.contains(ResourceId.of(requireNonNull(row.get("id")))) ? 1L : 0L));
        return rows;
    }

    private record ClaimStatements(NamedSql update, NamedSql readBack) {}

    private ClaimStatements statements(KeyedUpdate claim) {
        String wanted = isOneOf(claim.key()).sql();
        String id = quote(claim.key().name()) + " AS \"id\"";
        // triggers run after RETURNING has made its rows, so the rows only show what this statement changed
        return new ClaimStatements(
                NamedSql.parse("UPDATE " + claim.table() + " SET " + claim.assignments() + " WHERE " + wanted + " AND ("
                        + claim.guard() + ") RETURNING " + id),
                NamedSql.parse(
                        "SELECT " + id + ", " + claim.readBack() + " FROM " + claim.table() + " WHERE " + wanted));
    }

    @Override
    public Fault classify(SQLException error) {
        return switch (Errors.code(error)) {
            case SQLITE_BUSY -> hasWaited(error) ? Fault.OTHER : Fault.TRANSIENT;
            case SQLITE_LOCKED -> Fault.TRANSIENT;
            case SQLITE_CANTOPEN, SQLITE_NOTADB, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH -> Fault.CONFIGURATION;
            case SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_PROTOCOL, SQLITE_NOLFS -> Fault.CONNECTION;
            case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG -> Fault.ROW;
            // errors of functions in triggers and generated columns: "malformed JSON", "integer overflow"
            case SQLITE_ERROR -> isWrongStatement(error) ? Fault.CONFIGURATION : Fault.ROW;
            default -> Fault.OTHER;
        };
    }

    /** Returns none, because the driver would wait that long for a lock, instead of the connection's busy time-out. */
    @Override
    public Duration queryTimeout() {
        return Duration.ZERO;
    }

    /** A plain "busy" is not transient: it comes after the busy time-out, and another try would wait as long. */
    private static boolean hasWaited(SQLException error) {
        return !(error instanceof SQLiteException sqlite) || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_BUSY;
    }

    @Override
    public Optional<String> advice(SQLException error) {
        return Errors.code(error) == SQLiteErrorCode.SQLITE_BUSY
                ? Optional.of("another program keeps it locked: end what holds it, or try again later")
                : Optional.empty();
    }

    /** SQLite has one code for all statements that it can't prepare. Nothing has run then. */
    private static boolean isWrongStatement(SQLException error) {
        return WRONG_STATEMENT.matcher(String.valueOf(error.getMessage())).find();
    }
}
