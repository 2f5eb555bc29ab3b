package dev.brain.postgresql;

import dev.brain.store.Row;
import dev.brain.store.Sql;
import dev.brain.store.TableDefinition;
import dev.brain.store.TableDefinition.Column;
import dev.brain.store.TableDefinition.UniqueIndex;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the definitions of tables from PostgreSQL's catalogue. A table is looked up in the {@code search_path}. */
final class PostgresCatalogue {
    private static final Set<String> TEXT = Set.of("text", "character varying", "character");

    private PostgresCatalogue() {}

    private record Kind(long id, String kind, boolean hasChecks) {}

    static boolean isMissing(Sql sql, String name) throws SQLException {
        return sql.exists("SELECT 1 WHERE to_regclass(quote_ident(?)) IS NULL", name);
    }

    /** Returns the definition of a table or view; empty if no table or view has that name. */
    static Optional<TableDefinition> table(Sql sql, String name) throws SQLException {
        Optional<Kind> found =
                sql.first("""
                SELECT c.oid AS id, c.relkind AS kind, EXISTS (
                    SELECT 1 FROM pg_constraint WHERE conrelid = c.oid AND contype = 'c') AS checks
                FROM pg_class AS c WHERE c.oid = to_regclass(quote_ident(?))""", row -> new Kind(row.number("id"), row.required("kind"), row.flag("checks")), name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Kind kind = found.get();
        List<UniqueIndex> indexes = uniqueIndexes(sql, kind.id());
        return Optional.of(new TableDefinition(
                columns(sql, kind.id()),
                indexes,
                false,
                kind.hasChecks(),
                sql.query(
                        "SELECT tgname FROM pg_trigger WHERE tgrelid = ? AND NOT tgisinternal"
                                + " AND left(tgname, 6) <> 'brain_' ORDER BY tgname",
                        row -> row.required("tgname"),
                        kind.id()),
                problems(kind, indexes)));
    }

    private static List<String> problems(Kind kind, List<UniqueIndex> indexes) {
        if (!kind.kind().equals("r")) {
            return List.of("it is not an ordinary table");
        }
        return indexes.stream()
                        .anyMatch(index -> index.isKey() && index.columns().equals(List.of("id")))
                ? List.of()
                : List.of("its primary key is not its column id");
    }

    private static List<Column> columns(Sql sql, long table) throws SQLException {
        return sql.query("""
                SELECT lower(a.attname) AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AS required,
                    a.atthasdef OR a.attidentity <> '' AS defaulted, a.attgenerated <> '' AS generated,
                    EXISTS (SELECT 1 FROM pg_index WHERE indrelid = a.attrelid AND indisprimary
                        AND a.attnum = ANY (indkey)) AS key
                FROM pg_attribute AS a WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
                ORDER BY a.attnum""", PostgresCatalogue::column, table);
    }

    private static Column column(Row row) throws SQLException {
        String type = row.required("type");
        return new Column(
                row.required("name"),
                type,
                TEXT.contains(type),
                row.flag("required"),
                row.flag("defaulted"),
                row.flag("key"),
                row.flag("generated"));
    }

    private static List<UniqueIndex> uniqueIndexes(Sql sql, long table) throws SQLException {
        return sql.query(
                """
                SELECT lower(c.relname) AS name, i.indisprimary AS key, i.indpred IS NOT NULL AS partial, (
                    SELECT string_agg(lower(pg_get_indexdef(i.indexrelid, position, true)), ',' ORDER BY position)
                    FROM generate_series(1, i.indnkeyatts) AS position) AS columns
                FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
                WHERE i.indrelid = ? AND i.indisunique ORDER BY c.relname""",
                row -> new UniqueIndex(
                        row.required("name"),
                        row.flag("key"),
                        row.flag("partial"),
                        List.of(row.required("columns").split(","))),
                table);
    }
}
