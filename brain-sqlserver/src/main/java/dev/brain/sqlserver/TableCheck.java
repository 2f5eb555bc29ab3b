package dev.brain.sqlserver;

import static dev.brain.sqlserver.Catalogue.number;
import static dev.brain.sqlserver.Catalogue.text;

import dev.brain.check.Finding;
import dev.brain.jdbc.Dialect;
import dev.brain.jdbc.Dialect.Fault;
import dev.brain.jdbc.Dialect.KeyColumn;
import dev.brain.jdbc.Dialect.TableUse;
import dev.brain.jdbc.IdType;
import dev.brain.jdbc.QualifiedName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks one table: whether it matches the profile, and what the login may do with it. */
final class TableCheck {
    private static final Set<String> TEXTS =
            Set.of("char", "varchar", "nchar", "nvarchar", "text", "ntext", "uniqueidentifier", "sysname");

    /** What the driver gives as bytes. */
    private static final Set<String> BYTES = Set.of(
            "binary",
            "varbinary",
            "image",
            "timestamp",
            "rowversion",
            "geography",
            "geometry",
            "hierarchyid",
            "vector");

    private final Catalogue catalogue;
    private final Dialect dialect;
    private final TableUse use;
    private final KeyColumn key;
    /** The table's name, for people. */
    private final String shown;
    /** The table's name, quoted: what a synonym stands for. */
    private final String table;
    /** What stands before the name of a catalogue view: the database that the table is in, if it is another one. */
    private final String database;

    private final List<Column> columns = new ArrayList<>();

    /**
     * A column of the table.
     *
     * @param name as the catalogue spells it
     * @param type {@code varchar(20)}
     * @param base {@code varchar}
     * @param computed whether it can't be written
     */
    private record Column(String name, String type, String base, boolean computed) {}

    private TableCheck(Catalogue catalogue, Dialect dialect, TableUse use, String shown, String table) {
        this.catalogue = catalogue;
        this.dialect = dialect;
        this.use = use;
        this.key = use.key();
        this.shown = shown;
        this.table = table;
        List<String> names = QualifiedName.parts(table);
        this.database = names.size() == 3 ? dialect.quote(names.get(0)) + "." : database(dialect, key);
    }

    static void run(Catalogue catalogue, Dialect dialect, TableUse use) throws SQLException {
        String shown = String.join(".", use.key().table());
        catalogue.look("table " + shown, () -> {
            String named = dialect.table(use.key().table());
            if (catalogue.rows("SELECT OBJECT_ID(?) AS [id]", named).stream().allMatch(row -> row.get("id") == null)) {
                catalogue.add(unseen(catalogue, dialect, use.key(), "table " + shown, named));
            } else {
                new TableCheck(catalogue, dialect, use, shown, base(catalogue, dialect, use.key(), named)).run();
            }
        });
    }

    private static Finding unseen(Catalogue catalogue, Dialect dialect, KeyColumn key, String subject, String named)
            throws SQLException {
        try {
            catalogue.rows("SELECT TOP (0) " + dialect.quote(key.name()) + " AS [id] FROM " + named);
            return Finding.warning(
                    subject,
                    "can be read, but the catalogue doesn't show it to this login: its columns, permissions, triggers and"
                            + " indexes couldn't be looked at; ask for GRANT VIEW DEFINITION ON " + named);
        } catch (SQLException e) {
            if (dialect.classify(e) != Fault.CONFIGURATION && dialect.classify(e) != Fault.ROW) {
                throw e;
            }
            return Finding.error(
                    subject,
                    "is not there, or the login may not see it: correct its name in the profile, or ask for GRANT SELECT ON "
                            + named);
        }
    }

    /** Returns the table that a synonym stands for; the table itself if it is no synonym. */
    private static String base(Catalogue catalogue, Dialect dialect, KeyColumn key, String named) throws SQLException {
        return catalogue
                .rows(
                        "SELECT base_object_name AS [base] FROM " + database(dialect, key)
                                + "sys.synonyms WHERE object_id = OBJECT_ID(?)",
                        named)
                .stream()
                .map(row -> text(row, "base"))
                .findFirst()
                .orElse(named);
    }

    private static String database(Dialect dialect, KeyColumn key) {
        List<String> parts = key.table();
        return parts.size() == 3 ? dialect.quote(parts.get(0)) + "." : "";
    }

    private void run() throws SQLException {
        readColumns();
        if (!columnsAreThere()) {
            return;
        }
        if (use.written().isEmpty()) {
            catalogue.look("select on " + shown, this::select);
            String subject = "index on " + shown;
            List<String> names = columns.stream().map(Column::name).toList();
            catalogue.look(subject, () -> new IndexCheck(catalogue, dialect, use, table, database).run(subject, names));
        } else {
            catalogue.look("update on " + shown, this::update);
            catalogue.look("triggers on " + shown, this::triggers);
        }
    }

    private void readColumns() throws SQLException {
        for (Map<String, @Nullable Object> row : catalogue.rows("""
                SELECT c.name AS [name], COALESCE(b.name, t.name) AS [type], CAST(c.max_length AS int) AS [length],
                       CAST(c.precision AS int) AS [precision], CAST(c.scale AS int) AS [scale],
                       CAST(c.is_computed AS int) AS [computed]
                FROM %1$ssys.columns AS c
                LEFT JOIN %1$ssys.types AS t ON t.user_type_id = c.user_type_id
                LEFT JOIN %1$ssys.types AS b ON b.user_type_id = c.system_type_id
                WHERE c.object_id = OBJECT_ID(?)""".formatted(database), table)) {
            String name = text(row, "type").toLowerCase(Locale.ROOT);
            columns.add(new Column(text(row, "name"), type(name, row), name, number(row, "computed") == 1));
        }
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

    private Optional<Column> named(String name) {
        return columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** Returns whether all columns exist. A column of a wrong type is only reported. */
    private boolean columnsAreThere() {
        Set<String> wanted = new LinkedHashSet<>(List.of(key.name()));
        use.read().stream().sorted().forEach(wanted::add);
        use.written().stream().sorted().forEach(wanted::add);
        List<String> missing =
                wanted.stream().filter(name -> named(name).isEmpty()).toList();
        String subject = "columns of " + shown;
        if (!missing.isEmpty()) {
            catalogue.add(Finding.error(
                    subject,
                    String.join(", ", missing) + (missing.size() == 1 ? " is" : " are")
                            + " not there, or the login may not see them: correct the profile, or ask for the permission."
                            + " Seen are "
                            + columns.stream().map(Column::name).sorted().collect(Collectors.joining(", "))));
            return false;
        }
        catalogue.add(Finding.ok(subject, types(wanted)));
        idType();
        List<String> bytes = those(use.read(), column -> BYTES.contains(column.base()));
        if (!bytes.isEmpty()) {
            catalogue.add(Finding.warning(
                    subject,
                    types(bytes) + " holds bytes, which no payload can: take it out of the profile's columns"));
        }
        List<String> computed = those(use.written(), Column::computed);
        if (!computed.isEmpty()) {
            catalogue.add(Finding.error(
                    subject,
                    String.join(", ", computed)
                            + " can't be set, since the table computes it: correct the profile's claim"
                            + " and release"));
        }
        return true;
    }

    private List<String> those(Collection<String> names, Predicate<Column> test) {
        return names.stream()
                .filter(name -> named(name).filter(test).isPresent())
                .sorted()
                .toList();
    }

    private String types(Collection<String> names) {
        return names.stream()
                .flatMap(name -> named(name).stream())
                .map(column -> column.name() + " " + column.type())
                .collect(Collectors.joining(", "));
    }

    private void idType() {
        Column column = named(key.name()).orElseThrow();
        boolean text = TEXTS.contains(column.base());
        if (text == (key.type() == IdType.TEXT)) {
            return;
        }
        String message = column.name() + " is " + column.type() + ", but the profile says "
                + key.type().name().toLowerCase(Locale.ROOT) + ": set its idType (a child's keyType) to ";
        catalogue.add(
                text
                        ? Finding.error("id of " + shown, message + "\"text\"")
                        : Finding.warning("id of " + shown, message + "\"integer\" or \"decimal\""));
    }

    /** Returns those of the columns for which the login has a permission. */
    private Set<String> allowed(String permission, Collection<String> names) throws SQLException {
        List<Object> values = new ArrayList<>(List.of(table, permission));
        values.addAll(names);
        return catalogue
                .rows(
                        "SELECT v.name AS [name], HAS_PERMS_BY_NAME(?, 'OBJECT', ?, v.name, 'COLUMN') AS [allowed] FROM (VALUES "
                                + String.join(", ", Collections.nCopies(names.size(), "(CAST(? AS sysname))"))
                                + ") AS v (name)",
                        values.toArray())
                .stream()
                .filter(row -> number(row, "allowed") == 1)
                .map(row -> text(row, "name"))
                .collect(Collectors.toSet());
    }

    private String grant(String permission, Collection<String> names) {
        return "GRANT " + permission + " ON " + table + " ("
                + names.stream().map(dialect::quote).collect(Collectors.joining(", ")) + ")";
    }

    private void select() throws SQLException {
        Set<String> read = new LinkedHashSet<>(use.read());
        read.add(key.name());
        Set<String> allowed = allowed("SELECT", read);
        List<String> missing =
                read.stream().filter(name -> !allowed.contains(name)).sorted().toList();
        catalogue.add(
                missing.isEmpty()
                        ? Finding.ok("select on " + shown, "granted on every column that is read")
                        : Finding.error("select on " + shown, "missing: ask for " + grant("SELECT", missing)));
    }

    private void update() throws SQLException {
        List<String> names = use.written().stream()
                .sorted()
                .flatMap(name -> named(name).stream())
                .map(Column::name)
                .toList();
        Set<String> allowed =
                allowed("UPDATE", columns.stream().map(Column::name).toList());
        List<String> missing =
                names.stream().filter(name -> !allowed.contains(name)).toList();
        long further = allowed.stream().filter(name -> !names.contains(name)).count();
        String subject = "update on " + shown;
        if (!missing.isEmpty()) {
            catalogue.add(Finding.error(subject, "missing: ask for " + grant("UPDATE", missing)));
        } else if (further > 0) {
            catalogue.add(Finding.warning(
                    subject,
                    "granted on " + String.join(", ", names) + ", which claim and release set, and on " + further
                            + " further columns: " + grant("UPDATE", names) + " would do"));
        } else {
            catalogue.add(Finding.ok(subject, "granted on exactly what claim and release set"));
        }
    }

    private void triggers() throws SQLException {
        List<String> names = new ArrayList<>();
        List<String> instead = new ArrayList<>();
        for (Map<String, @Nullable Object> row : catalogue.rows("""
                SELECT t.name AS [name], CAST(t.is_instead_of_trigger AS int) AS [instead]
                FROM %1$ssys.triggers AS t JOIN %1$ssys.trigger_events AS e ON e.object_id = t.object_id
                WHERE t.parent_id = OBJECT_ID(?) AND t.is_disabled = 0 AND e.type_desc = 'UPDATE'""".formatted(database), table)) {
            (number(row, "instead") == 1 ? instead : names).add(text(row, "name"));
        }
        String subject = "triggers on " + shown;
        if (!instead.isEmpty()) {
            catalogue.add(Finding.warning(
                    subject,
                    String.join(", ", instead) + " runs instead of an update: a claim counts only if the row is the"
                            + " claimant's when it is read back; try one with 'brain sync'"));
        } else if (!names.isEmpty()) {
            catalogue.add(Finding.ok(
                    subject,
                    String.join(", ", names)
                            + " runs on each claim; if it gives a row to somebody else, that claim is lost"));
        } else {
            catalogue.add(
                    Finding.ok(subject, "none that this login can see; if there is one, its effects are read back"));
        }
    }
}
