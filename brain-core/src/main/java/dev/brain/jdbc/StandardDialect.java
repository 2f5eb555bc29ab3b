package dev.brain.jdbc;

import static java.util.Objects.requireNonNull;

import dev.brain.check.Finding;
import dev.brain.error.ConfigurationException;
import dev.brain.resource.ResourceId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.sql.Types;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Standard SQL through any JDBC driver. Learns from the driver how names are quoted and rows are limited, when it is first
 * needed.
 */
final class StandardDialect implements Dialect {
    /** Oracle takes 1,000 values in a list. */
    private static final int LIST_SIZE = 500;

    /** The databases that take a parameter in {@code FETCH FIRST}; of the others, the driver limits the rows. */
    private static final Set<String> FETCH_FIRST =
            Set.of("H2", "HSQL Database Engine", "Apache Derby", "Oracle", "PostgreSQL", "MariaDB");

    private final JdbcRunner jdbc;
    private final Location location;
    private volatile @Nullable Product product;
    /** False once a driver has not told how many rows each update of a batch changed. */
    private volatile boolean countsBatches = true;

    StandardDialect(DataSource dataSource, Location location) {
        this.location = location;
        jdbc = new JdbcRunner(new Database(dataSource, this, location.shown()));
    }

    /**
     * What a driver says about its database.
     *
     * @param quote what stands before and behind a quoted name; a blank if names cannot be quoted
     * @param fetchesFirst whether a query may end in {@code FETCH FIRST ? ROWS ONLY}
     */
    private record Product(String name, String quote, boolean fetchesFirst) {
        static Product of(DatabaseMetaData database) throws SQLException {
            String name = database.getDatabaseProductName();
            // MariaDB has FETCH FIRST since 10.6
            boolean isOld = name.equals("MariaDB")
                    && database.getDatabaseMajorVersion() * 100 + database.getDatabaseMinorVersion() < 1006;
            return new Product(name, database.getIdentifierQuoteString(), FETCH_FIRST.contains(name) && !isOld);
        }
    }

    private Product product() {
        Product known = product;
        if (known == null) {
            known = jdbc.read(
                    "ask what kind of database it is",
                    session -> Product.of(session.connection().getMetaData()));
            product = known;
        }
        return known;
    }

    @Override
    public String name() {
        return product().name();
    }

    @Override
    public String quote(String identifier) {
        String quote = product().quote();
        if (!quote.isBlank()) {
            return quote + identifier.replace(quote, quote + quote) + quote;
        }
        if (!identifier.matches("\\w+")) {
            throw new ConfigurationException("the name '" + identifier + "' would have to be quoted, which "
                    + product().name() + " does not support: name a view with plain names instead");
        }
        return identifier;
    }

    @Override
    public String page(String columns, String fromAndWhere, String orderBy) {
        return "SELECT " + columns + " " + fromAndWhere + " ORDER BY " + orderBy
                + (product().fetchesFirst() ? " FETCH FIRST :limit ROWS ONLY" : "");
    }

    @Override
    public boolean isLimitedByDriver() {
        return !product().fetchesFirst();
    }

    @Override
    public KeyCondition isOneOf(Session session, KeyColumn key) {
        return isOneOf(key);
    }

    private KeyCondition isOneOf(KeyColumn key) {
        return new KeyCondition(
                quote(key.name()) + " IN (:ids)",
                LIST_SIZE,
                ids -> ids.stream().map(key.type()::toColumn).toList());
    }

    /** Runs a guarded update for each row, all of them in one batch. The rows stay locked until the transaction ends. */
    @Override
    public List<Map<String, @Nullable Object>> claim(
            Session session, KeyedUpdate claim, List<ResourceId> ids, Map<String, @Nullable Object> parameters)
            throws SQLException {
        Set<ResourceId> won = new HashSet<>();
        int[] counts = update(session, claim, ids, parameters);
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                won.add(ids.get(i));
            }
        }
        AskedIds asked = new AskedIds(ids);
        KeyCondition wanted = isOneOf(claim.key());
        NamedSql readBack = NamedSql.parse("SELECT " + quote(claim.key().name()) + " AS " + quote("id") + ", "
                + claim.readBack() + " FROM " + claim.table() + " WHERE " + wanted.sql());
        Map<String, @Nullable Object> values = new LinkedHashMap<>(parameters);
        List<Map<String, @Nullable Object>> rows = new ArrayList<>();
        for (int from = 0; from < ids.size(); from += LIST_SIZE) {
            values.put("ids", wanted.ids().apply(ids.subList(from, Math.min(ids.size(), from + LIST_SIZE))));
            rows.addAll(session.query(readBack.bind(values)));
        }
        rows.forEach(row -> row.put("won", won.contains(asked.of(requireNonNull(row.get("id")))) ? 1L : 0L));
        return rows;
    }

    private int[] update(
            Session session, KeyedUpdate claim, List<ResourceId> ids, Map<String, @Nullable Object> parameters)
            throws SQLException {
        NamedSql update = NamedSql.parse("UPDATE " + claim.table() + " SET " + claim.assignments() + " WHERE "
                + quote(claim.key().name()) + " = :ids AND (" + claim.guard() + ")");
        Map<String, @Nullable Object> values = new LinkedHashMap<>(parameters);
        List<BoundSql> updates = new ArrayList<>();
        for (ResourceId id : ids) {
            values.put("ids", claim.key().type().toColumn(id));
            updates.add(update.bind(values));
        }
        int[] counts;
        if (countsBatches) {
            counts = session.updateAll(updates);
            for (int count : counts) {
                if (count == Statement.SUCCESS_NO_INFO) {
                    // a row that a namesake had before would look won, so everything is rolled back and done again
                    countsBatches = false;
                    throw new SQLTransactionRollbackException(
                            "the driver does not tell which updates of a batch changed their row", "40000");
                }
            }
        } else {
            counts = new int[updates.size()];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = session.update(updates.get(i));
            }
        }
        return counts;
    }

    @Override
    public @Nullable Object value(ResultSet row, int column) throws SQLException {
        if (row.getMetaData().getColumnType(column) == Types.TIMESTAMP
                // PostgreSQL's driver calls one with a time zone a TIMESTAMP too
                && !row.getMetaData().getColumnTypeName(column).endsWith("tz")) {
            // java.sql.Timestamp moves a time that the clocks here skip
            return row.getObject(column, LocalDateTime.class);
        }
        Object value = row.getObject(column);
        if (value instanceof Clob text) {
            return text.getSubString(1, Math.toIntExact(text.length()));
        }
        if (value instanceof Blob bytes) {
            return bytes.getBytes(1, Math.toIntExact(bytes.length()));
        }
        if (value instanceof BigInteger number) {
            return new BigDecimal(number);
        }
        return value == null
                        || value instanceof byte[]
                        || value.getClass().getName().matches("java\\.(lang|math|sql|time)\\..*")
                ? value
                : row.getString(column);
    }

    @Override
    public Fault classify(SQLException error) {
        return SqlStates.classify(error);
    }

    @Override
    public String describe(SQLException error) {
        SQLException told = SqlStates.told(error);
        String message = location.withoutSecrets(String.valueOf(told.getMessage()))
                .strip()
                .replaceAll("\\s*\\R\\s*", " ");
        String state = SqlStates.state(told);
        return state.isEmpty() || message.contains(state) ? message : message + " (SQLSTATE " + state + ")";
    }

    @Override
    public Optional<String> advice(SQLException error) {
        return SqlStates.isRefusedLogin(error)
                ? Optional.of("correct " + StandardDatabase.USER + " and " + StandardDatabase.PASSWORD)
                : Optional.empty();
    }

    @Override
    public List<Finding> check(Session session, TableUse use) throws SQLException {
        return StandardCheck.run(session.connection(), use);
    }
}
