package dev.brain.sqlite;

import dev.brain.site.SiteField;
import dev.brain.store.Schema;
import dev.brain.store.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The requirements on a table's definition, beyond its columns.
 *
 * @param known the columns that Brain reads and writes
 * @param filled the columns that Brain fills in every row
 * @param defaulted the columns that Brain leaves at their default and never sets to null
 * @param texts the columns that must keep digits unchanged
 * @param isQueue whether rows are added and removed, which foreign constraints and triggers must not prevent
 */
record TableShape(Set<String> known, Set<String> filled, Set<String> defaulted, Set<String> texts, boolean isQueue) {
    static final TableShape QUEUE = new TableShape(
            Schema.queueColumns(),
            Set.of("site_id", "payload", "status", "created_at", "priority"),
            Set.of("attempts", "attachments_count", "failures", "crashes"),
            Set.of("site_id", "resource_id", "reference", "claimant"),
            true);

    static final TableShape SITES = new TableShape(
            Schema.siteColumns(),
            SiteField.ALL.stream()
                    .filter(SiteField::isFilled)
                    .map(SiteField::name)
                    .collect(Collectors.toSet()),
            Set.of(),
            Set.of("site_id"),
            false);

    private static final Pattern QUOTED_OR_COMMENT =
            Pattern.compile("'[^']*'|\"[^\"]*\"|`[^`]*`|\\[[^]]*]|--[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    private static final Pattern CHECK = Pattern.compile("\\bCHECK\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern AUTOINCREMENT = Pattern.compile("\\bAUTOINCREMENT\\b", Pattern.CASE_INSENSITIVE);

    private record Kind(String type, boolean isWithoutRowId, boolean isStrict, String sql) {}

    private record Column(String name, String type, boolean notNull, boolean hasDefault, int key, boolean isGenerated) {
        boolean keepsText() {
            String upper = type.toUpperCase(Locale.ROOT);
            return upper.isEmpty()
                    || upper.contains("CHAR")
                    || upper.contains("CLOB")
                    || upper.contains("TEXT")
                    || upper.equals("BLOB");
        }
    }

    private record Index(String name, String origin, boolean isPartial, List<String> columns) {}

    /** Returns the problems of an existing table, each as a clause about "it"; empty if there are none. */
    List<String> problems(Sql sql, String table) throws SQLException {
        Kind kind = kind(sql, table);
        if (!kind.type().equals("table")) {
            return List.of("it is a " + kind.type());
        }
        List<String> problems = new ArrayList<>();
        if (kind.isWithoutRowId()) {
            problems.add("it is WITHOUT ROWID");
        }
        if (kind.isStrict()) {
            problems.add("it is STRICT");
        }
        List<Index> indexes = uniqueIndexes(sql, table);
        List<Column> columns = columns(sql, table);
        key(columns, indexes, kind).ifPresent(problems::add);
        columns.forEach(column -> column(column, problems));
        indexes(indexes, sql.names().in(Schema.ACTIVE_INDEX), problems);
        if (isQueue) {
            if (CHECK.matcher(bare(kind.sql())).find()) {
                problems.add("it has a CHECK constraint, which may refuse a status that Brain writes");
            }
            sql.query(
                            // names that begin so are Brain's own
                            "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE"
                                    + " AND substr(name, 1, 6) <> 'brain_' ORDER BY name",
                            row -> row.required("name"),
                            table)
                    .forEach(trigger -> problems.add("it has the trigger " + trigger));
        }
        return problems;
    }

    private Optional<String> key(List<Column> columns, List<Index> indexes, Kind kind) {
        List<Column> keys = columns.stream().filter(column -> column.key() > 0).toList();
        // only exactly this type makes the key the row's number; otherwise SQLite keeps an index for it
        boolean isRowNumber = keys.size() == 1
                && keys.get(0).name().equals("id")
                && keys.get(0).type().equalsIgnoreCase("INTEGER")
                && indexes.stream().noneMatch(index -> index.origin().equals("pk"));
        if (!isRowNumber) {
            String type = columns.stream()
                    .filter(column -> column.name().equals("id"))
                    .map(Column::type)
                    .findFirst()
                    .orElse("");
            return Optional.of(
                    "its column id (" + type + ") is not INTEGER PRIMARY KEY, so new rows get no number of their own");
        }
        return isQueue && !AUTOINCREMENT.matcher(bare(kind.sql())).find()
                ? Optional.of("its column id is not AUTOINCREMENT, so numbers of deleted rows are used again")
                : Optional.empty();
    }

    private void column(Column column, List<String> problems) {
        String name = "its column " + column.name();
        if (!known.contains(column.name())) {
            if (column.notNull() && !column.hasDefault() && column.key() == 0) {
                problems.add(name + " is NOT NULL without a default, and Brain has no value for it");
            }
            return;
        }
        if (column.isGenerated()) {
            problems.add(name + " is generated, and can't be written");
        }
        if (texts.contains(column.name()) && !column.keepsText()) {
            problems.add(name + " is of type " + column.type() + ", which turns a text of digits into a number");
        }
        boolean mayBeNotNull = column.key() > 0
                || filled.contains(column.name())
                || (column.hasDefault() && defaulted.contains(column.name()));
        if (column.notNull() && !mayBeNotNull) {
            problems.add(name + " is NOT NULL, and Brain leaves it empty");
        }
    }

    private void indexes(List<Index> indexes, String own, List<String> problems) {
        if (!isQueue) {
            if (indexes.stream()
                    .noneMatch(index -> !index.isPartial() && index.columns().equals(List.of("site_id")))) {
                problems.add("its column site_id is not UNIQUE");
            }
            return;
        }
        for (Index index : indexes) {
            if (!index.origin().equals("pk")
                    && !index.name().equalsIgnoreCase(own)
                    && !index.columns().contains("id")) {
                problems.add(
                        "it is UNIQUE by " + String.join(", ", index.columns()) + ", so a case can't be queued again");
            }
        }
    }

    private static Kind kind(Sql sql, String table) throws SQLException {
        return sql.first(
                        """
                        SELECT l.type, l.wr, l.strict, coalesce(s.sql, '') AS sql
                        FROM pragma_table_list AS l LEFT JOIN sqlite_schema AS s ON s.name = l.name AND s.type = 'table'
                        WHERE l.schema = 'main' AND l.name = ? COLLATE NOCASE""",
                        row -> new Kind(row.required("type"), row.flag("wr"), row.flag("strict"), row.required("sql")),
                        table)
                .orElseThrow(() -> new SQLException("no such table: " + table));
    }

    private static List<Column> columns(Sql sql, String table) throws SQLException {
        return sql.query(
                "SELECT lower(name) AS name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?)",
                row -> new Column(
                        row.required("name"),
                        row.required("type"),
                        row.flag("notnull"),
                        isDefault(row.text("dflt_value")),
                        row.integer("pk"),
                        row.integer("hidden") > 0),
                table);
    }

    private static boolean isDefault(@Nullable String value) {
        return value != null && !value.equalsIgnoreCase("NULL");
    }

    private static List<Index> uniqueIndexes(Sql sql, String table) throws SQLException {
        List<Index> indexes = sql.query(
                "SELECT lower(name) AS name, origin, partial FROM pragma_index_list(?) WHERE \"unique\" = 1 ORDER BY name",
                row -> new Index(row.required("name"), row.required("origin"), row.flag("partial"), List.of()),
                table);
        List<Index> complete = new ArrayList<>();
        for (Index index : indexes) {
            List<String> columns = sql.query(
                    "SELECT coalesce(lower(name), 'an expression') AS name FROM pragma_index_info(?) ORDER BY seqno",
                    row -> row.required("name"),
                    index.name());
            complete.add(new Index(index.name(), index.origin(), index.isPartial(), columns));
        }
        return complete;
    }

    /** Returns a definition without quoted text and comments, which may look like keywords. */
    private static String bare(String sql) {
        return QUOTED_OR_COMMENT.matcher(sql).replaceAll(" ");
    }
}
