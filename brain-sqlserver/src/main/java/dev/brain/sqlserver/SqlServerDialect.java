package dev.brain.sqlserver;

import static java.util.Objects.requireNonNull;

import dev.brain.check.Finding;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Dialect;
import dev.brain.jdbc.IdType;
import dev.brain.jdbc.NamedSql;
import dev.brain.jdbc.Session;
import dev.brain.resource.ResourceId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import microsoft.sql.DateTimeOffset;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The T-SQL of one server. Reads its compatibility level and the types of key columns when they are first needed. */
final class SqlServerDialect implements Dialect {
    private static final Logger LOG = LoggerFactory.getLogger(SqlServerDialect.class);
    /** The lowest compatibility level with {@code OPENJSON}. */
    static final int JSON_LEVEL = 130;
    /** A claim names its ids twice, and a call has 2,100 parameters at most. */
    static final int LIST_SIZE = 900;

    /** The fraction has only the digits that the time has: a {@code datetime} takes no more than three. */
    private static final DateTimeFormatter LOCAL_TIME = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 7, true)
            .toFormatter(Locale.ROOT);

    private static final DateTimeFormatter OFFSET = DateTimeFormatter.ofPattern("xxx", Locale.ROOT);

    private final Hints hints;
    private final Duration queryTimeout;
    private final ConnectionForm form;
    private final Map<KeyColumn, KeyType> keyTypes = new ConcurrentHashMap<>();
    private volatile @Nullable Integer level;

    SqlServerDialect(Hints hints, Duration queryTimeout, ConnectionForm form) {
        this(hints, queryTimeout, form, null);
    }

    /** Creates the dialect for a known compatibility level; null asks the server. */
    SqlServerDialect(Hints hints, Duration queryTimeout, ConnectionForm form, @Nullable Integer level) {
        this.level = level;
        this.hints = requireNonNull(hints, "hints");
        this.queryTimeout = requireNonNull(queryTimeout, "queryTimeout");
        this.form = requireNonNull(form, "form");
    }

    @Override
    public String name() {
        return "SQL Server";
    }

    @Override
    public String quote(String identifier) {
        return "[" + identifier.replace("]", "]]") + "]";
    }

    @Override
    public String page(String columns, String fromAndWhere, String orderBy) {
        return "SELECT TOP (:limit) " + columns + " " + fromAndWhere + " ORDER BY " + orderBy;
    }

    /**
     * Returns a text, which the server converts to the column's own type. A {@code datetime2} would be more precise than a
     * {@code datetime} column, and so differ from the value that was read.
     */
    @Override
    public Object comparable(Object time) {
        if (time instanceof LocalDateTime local) {
            return LOCAL_TIME.format(local);
        }
        return time instanceof OffsetDateTime zoned ? LOCAL_TIME.format(zoned) + OFFSET.format(zoned) : time;
    }

    @Override
    public String listed(String table) {
        return Hints.on(table, hints.listing());
    }

    @Override
    public String settled(String table) {
        return Hints.on(table, hints.readBack());
    }

    /**
     * Returns times as they are stored. The types of {@code java.sql} would move a time that the local clocks skip, and
     * cut its fraction.
     */
    @Override
    public @Nullable Object value(ResultSet row, int column) throws SQLException {
        return switch (row.getMetaData().getColumnType(column)) {
            case Types.TIMESTAMP -> row.getObject(column, LocalDateTime.class);
            case Types.TIME -> row.getObject(column, LocalTime.class);
            default -> {
                Object value = row.getObject(column);
                // a datetimeoffset, or a sql_variant that holds one
                yield value instanceof DateTimeOffset time ? time.getOffsetDateTime() : value;
            }
        };
    }

    @Override
    public Duration queryTimeout() {
        return queryTimeout;
    }

    @Override
    public KeyCondition isOneOf(Session session, KeyColumn key) throws SQLException {
        return isOneOf(key, level(session) >= JSON_LEVEL ? type(session, key) : null);
    }

    /**
     * Returns the condition with a JSON list of ids of a type, or with a list of parameters if the type is null because
     * the server has no JSON.
     */
    KeyCondition isOneOf(KeyColumn key, @Nullable KeyType type) {
        IdType idType = key.type();
        return type == null
                ? new KeyCondition(
                        quote(key.name()) + " IN (:ids)",
                        LIST_SIZE,
                        ids -> ids.stream().map(idType::toColumn).toList())
                : new KeyCondition(
                        quote(key.name()) + " IN (" + type.ofJson(":ids") + ")", Integer.MAX_VALUE, idType::toJson);
    }

    private int level(Session session) throws SQLException {
        Integer known = level;
        if (known == null) {
            List<Map<String, @Nullable Object>> rows = session.query(new BoundSql(
                    "SELECT CAST(compatibility_level AS int) AS [level] FROM sys.databases WHERE database_id = DB_ID()",
                    List.of()));
            known = rows.isEmpty() || !(rows.get(0).get("level") instanceof Number number) ? 0 : number.intValue();
            level = known;
            LOG.debug("the database's compatibility level is {}", known);
        }
        return known;
    }

    private KeyType type(Session session, KeyColumn key) throws SQLException {
        KeyType known = keyTypes.get(key);
        if (known == null) {
            known = describe(session, key);
            keyTypes.put(key, known);
        }
        return known;
    }

    private KeyType describe(Session session, KeyColumn key) throws SQLException {
        try {
            return session
                    .query(new BoundSql("""
                            SELECT d.system_type_name AS [type], d.collation_name AS [collation]
                            FROM sys.dm_exec_describe_first_result_set(?, NULL, 0) AS d
                            WHERE d.error_number IS NULL""", List.of("SELECT " + quote(key.name()) + " FROM " + table(key.table()))))
                    .stream()
                    .filter(row -> row.get("type") != null)
                    .findFirst()
                    .map(row -> KeyType.of(String.valueOf(row.get("type")), (String) row.get("collation"), key.type()))
                    .orElseGet(() -> KeyType.unknown(key.type()));
        } catch (SQLException e) {
            if (classify(e) == Fault.CONNECTION || classify(e) == Fault.TRANSIENT) {
                throw e;
            }
            LOG.debug("the type of {} can't be looked up: {}", key, describe(e));
            return KeyType.unknown(key.type());
        }
    }

    @Override
    public boolean claimIsOneCall() {
        return true;
    }

    @Override
    public List<Map<String, @Nullable Object>> claim(
            Session session, KeyedUpdate claim, List<ResourceId> ids, Map<String, @Nullable Object> parameters)
            throws SQLException {
        boolean json = level(session) >= JSON_LEVEL;
        KeyType type = type(session, claim.key());
        KeyCondition wanted = isOneOf(claim.key(), json ? type : null);
        if (ids.size() <= wanted.atOnce()) {
            return session.query(bound(batch(claim, wanted, type, true), wanted, ids, parameters));
        }
        return inTransaction(session.connection(), rows -> rows.stream().noneMatch(SqlServerDialect::isUndone), () -> {
            NamedSql part = batch(claim, wanted, type, false);
            List<Map<String, @Nullable Object>> rows = new ArrayList<>();
            for (int from = 0; from < ids.size(); from += wanted.atOnce()) {
                List<ResourceId> some = ids.subList(from, Math.min(ids.size(), from + wanted.atOnce()));
                rows.addAll(session.query(bound(part, wanted, some, parameters)));
            }
            return rows;
        });
    }

    private static BoundSql bound(
            NamedSql sql, KeyCondition wanted, List<ResourceId> ids, Map<String, @Nullable Object> parameters) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>(parameters);
        values.put("ids", wanted.ids().apply(ids));
        return sql.bind(values);
    }

    private static boolean isUndone(Map<String, @Nullable Object> row) {
        return row.get("undone") instanceof Number number && number.intValue() == 1;
    }

    /**
     * Returns the one call of a claim. {@code OUTPUT} writes to a table variable, because without one it fails on
     * tables with triggers. That variable says which rows the update changed; reading the rows says who owns them after
     * the triggers. Any error ends the batch and rolls it back, so that every claimed row is reported.
     *
     * @param transaction whether the call has a transaction of its own; if not, the caller checks the column {@code undone}
     */
    NamedSql batch(KeyedUpdate claim, KeyCondition wanted, KeyType type, boolean transaction) {
        String table = Hints.on(claim.table(), hints.claiming());
        String id = quote(claim.key().name());
        String won = id + " IN (SELECT w.Id" + type.collate() + " FROM @won AS w)";
        String undone = won + " AND (" + claim.undo() + ")";
        return NamedSql.parse("SET NOCOUNT ON; SET XACT_ABORT ON;\n"
                + "DECLARE @won TABLE (Id " + type.column() + " NOT NULL);\n"
                + (transaction ? "BEGIN TRANSACTION;\n" : "")
                + "UPDATE " + table + " SET " + claim.assignments() + "\n"
                + "OUTPUT inserted." + id + " INTO @won (Id)\n"
                + "WHERE " + wanted.sql() + " AND (" + claim.guard() + ");\n"
                + "SELECT " + id + " AS [id], CASE WHEN " + won + " THEN 1 ELSE 0 END AS [won], "
                + (transaction ? "" : "CASE WHEN " + undone + " THEN 1 ELSE 0 END AS [undone], ")
                + claim.readBack() + "\n"
                + "FROM " + table + " WHERE " + wanted.sql() + ";"
                + (transaction
                        // with the hints: reading a small table through, it would else wait for rows that are none of
                        // the batch
                        ? "\nIF EXISTS (SELECT 1 FROM " + table + " WHERE " + undone
                                + ") ROLLBACK TRANSACTION ELSE COMMIT TRANSACTION;"
                        : ""));
    }

    private interface Unit<T> {
        T run() throws SQLException;
    }

    private static <T> T inTransaction(Connection connection, Predicate<T> mayStay, Unit<T> unit) throws SQLException {
        connection.setAutoCommit(false);
        boolean committed = false;
        try {
            T result = unit.run();
            if (mayStay.test(result)) {
                connection.commit();
                committed = true;
            }
            return result;
        } finally {
            try {
                if (!committed) {
                    connection.rollback();
                }
                connection.setAutoCommit(true);
            } catch (SQLException e) {
                // a connection that broke can't be rolled back either; the error that broke it is the one to tell
                LOG.debug("cleaning up a connection failed", e);
            }
        }
    }

    @Override
    public Fault classify(SQLException error) {
        return Errors.classify(error);
    }

    @Override
    public boolean isRolledBack(SQLException error) {
        return Errors.isRolledBack(error);
    }

    @Override
    public String describe(SQLException error) {
        return Errors.describe(error);
    }

    @Override
    public Optional<String> advice(SQLException error) {
        return Errors.advice(error, form);
    }

    @Override
    public List<Finding> check(Session session, TableUse use) throws SQLException {
        Catalogue catalogue = new Catalogue(session, this);
        if (use.listing() != null) {
            new ServerCheck(catalogue, session.connection(), queryTimeout, form).run();
        }
        TableCheck.run(catalogue, this, use);
        return catalogue.findings();
    }
}
