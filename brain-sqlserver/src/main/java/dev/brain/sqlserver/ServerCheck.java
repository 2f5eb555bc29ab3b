package dev.brain.sqlserver;

import dev.brain.check.Finding;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Dialect.Fault;
import dev.brain.jdbc.Dialect.KeyColumn;
import dev.brain.jdbc.Dialect.TableUse;
import dev.brain.jdbc.IdType;
import dev.brain.jdbc.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Looks at what a site needs of the server and of one table, in the catalogue only. */
final class ServerCheck {
    /** Where reading all of a table for a page of candidates begins to hurt. */
    private static final long MANY_ROWS = 20_000;

    private static final Set<String> TEXTS =
            Set.of("char", "varchar", "nchar", "nvarchar", "text", "ntext", "uniqueidentifier", "sysname");

    private final Session session;
    private final SqlServerDialect dialect;
    private final List<Finding> findings = new ArrayList<>();

    ServerCheck(Session session, SqlServerDialect dialect) {
        this.session = session;
        this.dialect = dialect;
    }

    /**
     * A column of the table.
     *
     * @param name as the catalogue spells it
     * @param type {@code varchar(20)}
     * @param base {@code varchar}
     * @param computed whether it can't be written
     */
    private record Column(String name, String type, String base, boolean computed) {}

    private interface Look {
        void look() throws SQLException;
    }

    List<Finding> run(TableUse use) throws SQLException {
        if (use.listing() != null) {
            look("server", this::server);
            look("encryption", this::encryption);
            look("isolation", this::isolation);
            look("time-outs", this::timeOuts);
        }
        table(use);
        return findings;
    }

    /** What can't be looked at is told and stops nothing else; a connection that broke does. */
    private void look(String subject, Look look) throws SQLException {
        try {
            look.look();
        } catch (SQLException e) {
            if (dialect.classify(e) == Fault.CONNECTION) {
                throw e;
            }
            findings.add(Finding.warning(subject, "couldn't be looked at: " + dialect.describe(e)));
        }
    }

    private List<Map<String, @Nullable Object>> rows(String sql, Object... values) throws SQLException {
        return session.query(new BoundSql(sql, List.of(values)));
    }

    private static String text(Map<String, @Nullable Object> row, String column) {
        return String.valueOf(row.get(column));
    }

    private static long number(Map<String, @Nullable Object> row, String column) {
        Object value = row.get(column);
        return value instanceof Number number ? number.longValue() : Boolean.TRUE.equals(value) ? 1 : 0;
    }

    private void server() throws SQLException {
        Map<String, @Nullable Object> row = rows("""
                        SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(60)) AS [version],
                               CAST(SERVERPROPERTY('Edition') AS nvarchar(120)) AS [edition],
                               CAST(d.compatibility_level AS int) AS [level],
                               DB_NAME() AS [database], SUSER_SNAME() AS [login], USER_NAME() AS [user]
                        FROM sys.databases AS d WHERE d.database_id = DB_ID()""").get(0);
        String version = text(row, "version");
        String server = "SQL Server " + release(version) + " (" + version + ", " + text(row, "edition")
                + "), database " + text(row, "database") + " at compatibility level " + text(row, "level")
                + ", as login " + text(row, "login") + ", user " + text(row, "user");
        if (major(version) < 11) {
            findings.add(Finding.warning(
                    "server",
                    server + "; this release is older than any that Brain knows: upgrade it to 2012 or later"));
        } else if (number(row, "level") < SqlServerDialect.JSON_LEVEL) {
            findings.add(Finding.ok(
                    "server",
                    server + "; below level " + SqlServerDialect.JSON_LEVEL
                            + " ids travel as parameters: nothing to do, batches of up to " + SqlServerDialect.LIST_SIZE
                            + " take one call"));
        } else {
            findings.add(Finding.ok("server", server));
        }
    }

    private static int major(String version) {
        String first = version.replaceAll("\\..*", "");
        return first.matches("\\d{1,4}") ? Integer.parseInt(first) : 0;
    }

    private static String release(String version) {
        return switch (major(version)) {
            case 10 -> "2008";
            case 11 -> "2012";
            case 12 -> "2014";
            case 13 -> "2016";
            case 14 -> "2017";
            case 15 -> "2019";
            case 16 -> "2022";
            case 17 -> "2025";
            default -> "of unknown release";
        };
    }

    private void encryption() throws SQLException {
        // a driver's word, since the server's (sys.dm_exec_connections) takes a permission that nothing else needs
        String url = String.valueOf(session.connection().getMetaData().getURL()).toLowerCase(Locale.ROOT) + ";";
        boolean encrypted = !url.contains(";encrypt=false;")
                && !url.contains(";encrypt=no;")
                && !url.contains(";encrypt=optional;");
        if (!encrypted) {
            findings.add(Finding.warning(
                    "encryption",
                    "the connection asks for none, so case data can be read on the way: take encrypt=false out"));
        } else if (url.contains(";trustservercertificate=true;")) {
            findings.add(Finding.warning(
                    "encryption",
                    "encrypted, but with whoever answers, since trustServerCertificate is set: name the server's"
                            + " certificate by serverCertificate or trustStore instead"));
        } else {
            findings.add(Finding.ok("encryption", "encrypted, and the server's certificate is checked"));
        }
    }

    private void isolation() throws SQLException {
        boolean versions = rows("SELECT CAST(is_read_committed_snapshot_on AS int) AS [rcsi] FROM sys.databases"
                        + " WHERE database_id = DB_ID()")
                .stream()
                .anyMatch(row -> number(row, "rcsi") == 1);
        String level = switch (session.connection().getTransactionIsolation()) {
            case Connection.TRANSACTION_READ_COMMITTED -> "READ COMMITTED";
            case Connection.TRANSACTION_READ_UNCOMMITTED -> "READ UNCOMMITTED";
            case Connection.TRANSACTION_REPEATABLE_READ -> "REPEATABLE READ";
            case Connection.TRANSACTION_SERIALIZABLE -> "SERIALIZABLE";
            default -> "SNAPSHOT";
        };
        String message = level + (versions ? " with" : " without")
                + " row versions (READ_COMMITTED_SNAPSHOT); the statements' own hints decide in either case: lists pass by"
                + " rows that somebody is changing, read-backs wait for them";
        findings.add(
                level.equals("READ COMMITTED")
                        ? Finding.ok("isolation", message)
                        : Finding.warning(
                                "isolation", message + ". Let the DataSource give connections in READ COMMITTED"));
    }

    private void timeOuts() throws SQLException {
        long lock = rows("SELECT @@LOCK_TIMEOUT AS [millis]").stream()
                .mapToLong(row -> number(row, "millis"))
                .findFirst()
                .orElse(-1);
        int network = session.connection().getNetworkTimeout();
        if (network <= 0 || lock < 0) {
            findings.add(Finding.warning(
                    "time-outs",
                    (network <= 0 ? "a server that stops answering is waited for without end" : "")
                            + (network <= 0 && lock < 0 ? ", and " : "")
                            + (lock < 0 ? "a locked row is waited for until the query's time-out" : "")
                            + ": give the DataSource socketTimeout and lockTimeout"));
        } else {
            findings.add(Finding.ok(
                    "time-outs",
                    "query " + dialect.queryTimeout().toSeconds() + " s, lock " + lock + " ms, network " + network
                            + " ms"));
        }
    }

    private void table(TableUse use) throws SQLException {
        KeyColumn key = use.key();
        String shown = String.join(".", key.table());
        String object = dialect.table(key.table());
        if (rows("SELECT OBJECT_ID(?) AS [id]", object).stream().allMatch(row -> row.get("id") == null)) {
            findings.add(unseen(shown, object, key));
            return;
        }
        String base = base(object, key.table());
        String catalogue = catalogue(base, key.table());
        List<Column> columns = new ArrayList<>();
        look("table " + shown, () -> columns.addAll(columns(base, catalogue)));
        if (columns.isEmpty()) {
            return;
        }
        boolean complete = columns(use, shown, columns);
        if (!complete) {
            return;
        }
        if (use.written().isEmpty()) {
            Set<String> read = new LinkedHashSet<>(use.read());
            read.add(key.name());
            look("select on " + shown, () -> select(base, shown, read));
        } else {
            look("update on " + shown, () -> update(base, shown, use.written(), columns));
            look("triggers on " + shown, () -> triggers(base, shown, catalogue));
        }
        if (use.written().isEmpty()) {
            look("index on " + shown, () -> indexes(use, base, shown, catalogue, columns));
        }
    }

    private Finding unseen(String shown, String object, KeyColumn key) throws SQLException {
        try {
            rows("SELECT TOP (0) " + dialect.quote(key.name()) + " AS [id] FROM " + object);
            return Finding.warning(
                    "table " + shown,
                    "can be read, but the catalogue doesn't show it to this login: its columns, permissions, triggers and"
                            + " indexes couldn't be looked at; ask for GRANT VIEW DEFINITION ON " + object);
        } catch (SQLException e) {
            if (dialect.classify(e) == Fault.CONNECTION) {
                throw e;
            }
            return Finding.error(
                    "table " + shown,
                    "is not there, or the login may not see it: correct its name in the profile, or ask for GRANT SELECT ON "
                            + object);
        }
    }

    /** What a synonym stands for; the object itself if it is none. */
    private String base(String object, List<String> parts) throws SQLException {
        String prefix = parts.size() == 3 ? dialect.quote(parts.get(0)) + "." : "";
        try {
            return rows(
                            "SELECT base_object_name AS [base] FROM " + prefix
                                    + "sys.synonyms WHERE object_id = OBJECT_ID(?)",
                            object)
                    .stream()
                    .map(row -> text(row, "base"))
                    .findFirst()
                    .orElse(object);
        } catch (SQLException e) {
            if (dialect.classify(e) == Fault.CONNECTION) {
                throw e;
            }
            return object;
        }
    }

    /** Before the name of a catalogue view: the database that the object is in, if it is another one. */
    private String catalogue(String base, List<String> parts) {
        String[] names = base.split("\\]\\.\\[", -1);
        return names.length == 3 ? names[0] + "]." : parts.size() == 3 ? dialect.quote(parts.get(0)) + "." : "";
    }

    private List<Column> columns(String base, String catalogue) throws SQLException {
        List<Column> columns = new ArrayList<>();
        for (Map<String, @Nullable Object> row : rows("""
                SELECT c.name AS [name], COALESCE(b.name, t.name) AS [type], CAST(c.max_length AS int) AS [length],
                       CAST(c.precision AS int) AS [precision], CAST(c.scale AS int) AS [scale],
                       CAST(c.is_computed AS int) AS [computed]
                FROM %1$ssys.columns AS c
                LEFT JOIN %1$ssys.types AS t ON t.user_type_id = c.user_type_id
                LEFT JOIN %1$ssys.types AS b ON b.user_type_id = c.system_type_id
                WHERE c.object_id = OBJECT_ID(?)""".formatted(catalogue), base)) {
            String name = text(row, "type").toLowerCase(Locale.ROOT);
            columns.add(new Column(text(row, "name"), type(name, row), name, number(row, "computed") == 1));
        }
        return columns;
    }

    private static String type(String name, Map<String, @Nullable Object> row) {
        long length = number(row, "length");
        return switch (name) {
            case "char", "varchar", "binary", "varbinary" -> name + "(" + (length < 0 ? "max" : length) + ")";
            case "nchar", "nvarchar" -> name + "(" + (length < 0 ? "max" : length / 2) + ")";
            case "decimal", "numeric" -> name + "(" + text(row, "precision") + "," + text(row, "scale") + ")";
            default -> name;
        };
    }

    private static Optional<Column> named(String name, List<Column> columns) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** Whether all columns are there and can be what the profile says. */
    private boolean columns(TableUse use, String shown, List<Column> columns) {
        Set<String> wanted = new LinkedHashSet<>(List.of(use.key().name()));
        use.read().stream().sorted().forEach(wanted::add);
        use.written().stream().sorted().forEach(wanted::add);
        List<String> missing =
                wanted.stream().filter(name -> named(name, columns).isEmpty()).toList();
        if (!missing.isEmpty()) {
            findings.add(Finding.error(
                    "columns of " + shown,
                    String.join(", ", missing) + (missing.size() == 1 ? " is" : " are")
                            + " not there, or the login may not see them: correct the profile, or ask for the permission."
                            + " Seen are " + names(columns)));
            return false;
        }
        List<Column> used =
                wanted.stream().flatMap(name -> named(name, columns).stream()).toList();
        findings.add(Finding.ok(
                "columns of " + shown,
                used.stream().map(column -> column.name() + " " + column.type()).collect(Collectors.joining(", "))));
        key(use.key(), shown, used.get(0));
        List<String> computed = use.written().stream()
                .filter(name -> named(name, columns).map(Column::computed).orElse(false))
                .sorted()
                .toList();
        if (!computed.isEmpty()) {
            findings.add(Finding.error(
                    "columns of " + shown,
                    String.join(", ", computed)
                            + " can't be set, since the table computes it: correct the profile's claim"
                            + " and release"));
        }
        return true;
    }

    private void key(KeyColumn key, String shown, Column column) {
        boolean text = TEXTS.contains(column.base());
        if (text && key.type() != IdType.TEXT) {
            findings.add(Finding.error(
                    "id of " + shown,
                    column.name() + " is " + column.type() + ", but the profile says "
                            + key.type().name().toLowerCase(Locale.ROOT)
                            + ": set its idType (a child's keyType) to \"text\""));
        } else if (!text && key.type() == IdType.TEXT) {
            findings.add(Finding.warning(
                    "id of " + shown,
                    column.name() + " is " + column.type()
                            + ", but the profile says text: set its idType (a child's keyType) to \"integer\" or"
                            + " \"decimal\""));
        }
    }

    private static String names(Collection<Column> columns) {
        return columns.stream().map(Column::name).sorted().collect(Collectors.joining(", "));
    }

    /** Of these columns those that the login may do that with. */
    private Set<String> allowed(String base, String permission, Collection<String> columns) throws SQLException {
        List<String> names = List.copyOf(columns);
        List<Object> values = new ArrayList<>(List.of(base, permission));
        values.addAll(names);
        return rows(
                        "SELECT v.name AS [name], HAS_PERMS_BY_NAME(?, 'OBJECT', ?, v.name, 'COLUMN') AS [allowed] FROM (VALUES "
                                + String.join(", ", Collections.nCopies(names.size(), "(CAST(? AS sysname))"))
                                + ") AS v (name)",
                        values.toArray())
                .stream()
                .filter(row -> number(row, "allowed") == 1)
                .map(row -> text(row, "name"))
                .collect(Collectors.toSet());
    }

    private String grant(String permission, String base, Collection<String> columns) {
        return "GRANT " + permission + " ON " + base + " ("
                + columns.stream().map(dialect::quote).collect(Collectors.joining(", ")) + ")";
    }

    private void select(String base, String shown, Set<String> read) throws SQLException {
        Set<String> allowed = allowed(base, "SELECT", read);
        List<String> missing =
                read.stream().filter(name -> !allowed.contains(name)).sorted().toList();
        findings.add(
                missing.isEmpty()
                        ? Finding.ok("select on " + shown, "granted on every column that is read")
                        : Finding.error("select on " + shown, "missing: ask for " + grant("SELECT", base, missing)));
    }

    private void update(String base, String shown, Set<String> written, List<Column> columns) throws SQLException {
        List<String> all = columns.stream().map(Column::name).toList();
        Set<String> names = new LinkedHashSet<>();
        written.stream().sorted().forEach(name -> named(name, columns).ifPresent(column -> names.add(column.name())));
        Set<String> allowed = allowed(base, "UPDATE", all);
        List<String> missing =
                names.stream().filter(name -> !allowed.contains(name)).toList();
        List<String> further =
                allowed.stream().filter(name -> !names.contains(name)).sorted().toList();
        String subject = "update on " + shown;
        if (!missing.isEmpty()) {
            findings.add(Finding.error(subject, "missing: ask for " + grant("UPDATE", base, missing)));
        } else if (!further.isEmpty()) {
            findings.add(Finding.warning(
                    subject,
                    "granted on " + String.join(", ", names) + ", which claim and release set, and on " + further.size()
                            + " further columns: " + grant("UPDATE", base, names) + " would do"));
        } else {
            findings.add(Finding.ok(subject, "granted on exactly what claim and release set"));
        }
    }

    private void triggers(String base, String shown, String catalogue) throws SQLException {
        List<String> names = new ArrayList<>();
        List<String> instead = new ArrayList<>();
        for (Map<String, @Nullable Object> row : rows("""
                SELECT t.name AS [name], CAST(t.is_instead_of_trigger AS int) AS [instead]
                FROM %1$ssys.triggers AS t JOIN %1$ssys.trigger_events AS e ON e.object_id = t.object_id
                WHERE t.parent_id = OBJECT_ID(?) AND t.is_disabled = 0 AND e.type_desc = 'UPDATE'""".formatted(catalogue), base)) {
            (number(row, "instead") == 1 ? instead : names).add(text(row, "name"));
        }
        String subject = "triggers on " + shown;
        if (!instead.isEmpty()) {
            findings.add(Finding.warning(
                    subject,
                    String.join(", ", instead) + " runs instead of an update: a claim counts only if the row is the"
                            + " claimant's when it is read back; try one with 'brain sync'"));
        } else if (!names.isEmpty()) {
            findings.add(Finding.ok(
                    subject,
                    String.join(", ", names)
                            + " runs on each claim; if it gives a row to somebody else, that claim is lost"));
        } else {
            findings.add(
                    Finding.ok(subject, "none that this login can see; if there is one, its effects are read back"));
        }
    }

    private void indexes(TableUse use, String base, String shown, String catalogue, List<Column> columns)
            throws SQLException {
        Map<String, List<String>> indexes = new LinkedHashMap<>();
        for (Map<String, @Nullable Object> row : rows("""
                SELECT i.name AS [index], c.name AS [column]
                FROM %1$ssys.indexes AS i
                JOIN %1$ssys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
                JOIN %1$ssys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
                WHERE i.object_id = OBJECT_ID(?) AND i.is_disabled = 0 AND i.is_hypothetical = 0 AND k.key_ordinal > 0
                ORDER BY i.index_id, k.key_ordinal""".formatted(catalogue), base)) {
            indexes.computeIfAbsent(text(row, "index"), name -> new ArrayList<>())
                    .add(text(row, "column"));
        }
        String key = use.key().name();
        String subject = "index on " + shown;
        boolean byKey = indexes.values().stream().anyMatch(keys -> keys.get(0).equalsIgnoreCase(key));
        if (!byKey) {
            findings.add(Finding.warning(
                    subject,
                    "none begins with " + key
                            + ", so every look-up by it reads the whole table: ask for CREATE INDEX IX_Brain_" + key
                            + " ON " + base + " (" + dialect.quote(key) + ")"));
        }
        BoundSql listing = use.listing();
        if (listing == null) {
            if (byKey) {
                findings.add(Finding.ok(subject, "one begins with " + key));
            }
            return;
        }
        // by their names in the conditions: the plan itself takes a permission that nothing else needs
        String where = listing.sql().replaceFirst("(?s)^.*?\\sWHERE\\s", "").replaceFirst("(?s)\\sORDER BY.*$", "");
        List<String> filtered = columns.stream()
                .map(Column::name)
                .filter(name -> !name.equalsIgnoreCase(key) && mentions(where, name))
                .toList();
        Optional<String> serving = indexes.entrySet().stream()
                .filter(index -> filtered.stream()
                        .anyMatch(name -> name.equalsIgnoreCase(index.getValue().get(0))))
                .map(index -> index.getKey() + " (" + String.join(", ", index.getValue()) + ")")
                .findFirst();
        if (serving.isPresent()) {
            findings.add(Finding.ok(subject, serving.get() + " can serve the list of candidates"));
            return;
        }
        long count = rows(
                        "SELECT SUM(p.rows) AS [rows] FROM " + catalogue
                                + "sys.partitions AS p WHERE p.object_id = OBJECT_ID(?) AND p.index_id IN (0, 1)",
                        base)
                .stream()
                .mapToLong(row -> number(row, "rows"))
                .sum();
        String message = "none begins with a column of the candidates' condition (" + String.join(", ", filtered)
                + "), so listing them reads on by " + key + " through all " + count + " rows";
        findings.add(
                count < MANY_ROWS
                        ? Finding.ok(subject, message + "; that few are no matter")
                        : Finding.warning(
                                subject,
                                message + ": ask for CREATE INDEX IX_Brain_Candidates ON " + base + " ("
                                        + filtered.stream().map(dialect::quote).collect(Collectors.joining(", "))
                                        + "), the most selective column that is compared with = first"));
    }

    private static boolean mentions(String condition, String column) {
        return Pattern.compile(
                        "(?<![\\w@])" + Pattern.quote(column) + "(?!\\w)",
                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS)
                .matcher(condition)
                .find();
    }
}
