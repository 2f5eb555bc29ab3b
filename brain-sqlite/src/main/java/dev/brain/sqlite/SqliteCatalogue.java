package dev.brain.sqlite;

import dev.brain.store.Sql;
import dev.brain.store.TableDefinition;
import dev.brain.store.TableDefinition.Column;
import dev.brain.store.TableDefinition.UniqueIndex;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the definitions of tables from SQLite's catalogue. */
final class SqliteCatalogue {
    private static final Pattern QUOTED_OR_COMMENT =
            Pattern.compile("'[^']*'|\"[^\"]*\"|`[^`]*`|\\[[^]]*]|--[^\\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    private static final Pattern CHECK = Pattern.compile("\\bCHECK\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern AUTOINCREMENT = Pattern.compile("\\bAUTOINCREMENT\\b", Pattern.CASE_INSENSITIVE);

    private SqliteCatalogue() {}

    /** @param sql the definition without quoted text and comments, which may look like keywords */
    private record Kind(String type, boolean isWithoutRowId, boolean isStrict, String sql) {}

    /** Returns the definition of a table or view; empty if no table or view has that name. */
    static Optional<TableDefinition> table(Sql sql, String name) throws SQLException {
        Kind kind = kind(sql, name).orElse(null);
        if (kind == null) {
            return Optional.empty();
        }
        List<Column> columns = columns(sql, name);
        List<UniqueIndex> indexes = uniqueIndexes(sql, name);
        List<String> triggers = sql.query(
                // names that begin so are Brain's own
                "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE"
                        + " AND substr(name, 1, 6) <> 'brain_' ORDER BY name",
                row -> row.required("name"),
                name);
        return Optional.of(new TableDefinition(
                columns,
                indexes,
                !AUTOINCREMENT.matcher(kind.sql()).find(),
                CHECK.matcher(kind.sql()).find(),
                triggers,
                problems(kind, columns, indexes)));
    }

    private static List<String> problems(Kind kind, List<Column> columns, List<UniqueIndex> indexes) {
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
        List<Column> keys = columns.stream().filter(Column::isKey).toList();
        // only exactly this type makes the key the row's number; otherwise SQLite keeps an index for it
        boolean isRowNumber = keys.size() == 1
                && keys.get(0).name().equals("id")
                && keys.get(0).type().equalsIgnoreCase("INTEGER")
                && indexes.stream().noneMatch(UniqueIndex::isKey);
        if (!isRowNumber) {
            String type = columns.stream()
                    .filter(column -> column.name().equals("id"))
                    .map(Column::type)
                    .findFirst()
                    .orElse("");
            problems.add(
                    "its column id (" + type + ") is not INTEGER PRIMARY KEY, so new rows get no number of their own");
        }
        return problems;
    }

    private static Optional<Kind> kind(Sql sql, String table) throws SQLException {
        return sql.first(
                """
                SELECT l.type, l.wr, l.strict, coalesce(s.sql, '') AS sql
                FROM pragma_table_list AS l LEFT JOIN sqlite_schema AS s ON s.name = l.name AND s.type = 'table'
                WHERE l.schema = 'main' AND l.name = ? COLLATE NOCASE""",
                row -> new Kind(
                        row.required("type"),
                        row.flag("wr"),
                        row.flag("strict"),
                        QUOTED_OR_COMMENT.matcher(row.required("sql")).replaceAll(" ")),
                table);
    }

    private static List<Column> columns(Sql sql, String table) throws SQLException {
        return sql.query(
                "SELECT lower(name) AS name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?)",
                row -> new Column(
                        row.required("name"),
                        row.required("type"),
                        keepsText(row.required("type").toUpperCase(Locale.ROOT)),
                        row.flag("notnull"),
                        isDefault(row.text("dflt_value")),
                        row.integer("pk") > 0,
                        row.integer("hidden") > 0),
                table);
    }

    private static boolean keepsText(String type) {
        return type.isEmpty()
                || type.contains("CHAR")
                || type.contains("CLOB")
                || type.contains("TEXT")
                || type.equals("BLOB");
    }

    private static boolean isDefault(@Nullable String value) {
        return value != null && !value.equalsIgnoreCase("NULL");
    }

    private static List<UniqueIndex> uniqueIndexes(Sql sql, String table) throws SQLException {
        record Found(String name, boolean isKey, boolean isPartial) {}
        List<UniqueIndex> indexes = new ArrayList<>();
        for (Found index : sql.query(
                "SELECT lower(name) AS name, origin, partial FROM pragma_index_list(?) WHERE \"unique\" = 1 ORDER BY name",
                row -> new Found(row.required("name"), row.required("origin").equals("pk"), row.flag("partial")),
                table)) {
            List<String> columns = sql.query(
                    "SELECT coalesce(lower(name), 'an expression') AS name FROM pragma_index_info(?) ORDER BY seqno",
                    row -> row.required("name"),
                    index.name());
            indexes.add(new UniqueIndex(index.name(), index.isKey(), index.isPartial(), columns));
        }
        return indexes;
    }
}
