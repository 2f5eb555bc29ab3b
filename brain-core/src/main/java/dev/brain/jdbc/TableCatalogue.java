package dev.brain.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the catalogue of a database says about a table.
 *
 * @param columns in the table's order; empty if there is no such table, or the login may not see it
 * @param primaryKey its columns in order; empty if there is none
 * @param indexes the columns of each index, in order; a unique one's name is in {@code unique}
 * @param unique the names of unique indexes
 * @param references the foreign keys of one column by which other tables refer to it
 */
record TableCatalogue(
        List<Column> columns,
        List<String> primaryKey,
        Map<String, List<String>> indexes,
        Set<String> unique,
        List<Reference> references) {

    /**
     * A column.
     *
     * @param type of {@link Types}
     * @param decimals digits behind the point
     */
    record Column(String name, int type, String typeName, int decimals, boolean nullable, boolean generated) {
        boolean isText() {
            return !isBytes()
                    && switch (type) {
                        case Types.CHAR,
                                Types.VARCHAR,
                                Types.LONGVARCHAR,
                                Types.NCHAR,
                                Types.NVARCHAR,
                                Types.LONGNVARCHAR -> true;
                        default -> false;
                    };
        }

        boolean isWholeNumber() {
            return switch (type) {
                case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> true;
                case Types.DECIMAL, Types.NUMERIC -> decimals <= 0;
                default -> false;
            };
        }

        boolean isNumber() {
            return switch (type) {
                case Types.DECIMAL, Types.NUMERIC, Types.REAL, Types.FLOAT, Types.DOUBLE -> true;
                default -> isWholeNumber();
            };
        }

        boolean isBytes() {
            return switch (type) {
                case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> true;
                // some drivers call bytes a text
                default -> typeName.toUpperCase(Locale.ROOT).contains("BLOB");
            };
        }
    }

    /**
     * A foreign key of another table.
     *
     * @param table the other table's parts
     * @param key the other table's column
     * @param parent this table's column
     */
    record Reference(List<String> table, String key, String parent) {}

    /** Reads the catalogue; a table that does not exist has no columns. */
    static TableCatalogue read(Connection connection, List<String> parts) throws SQLException {
        DatabaseMetaData database = connection.getMetaData();
        Place place = Place.of(connection, database, parts);
        List<Column> columns = new ArrayList<>();
        try (ResultSet rows = database.getColumns(
                place.catalog(), place.pattern(place.schema()), place.pattern(place.table()), null)) {
            while (rows.next()) {
                columns.add(new Column(
                        rows.getString("COLUMN_NAME"),
                        rows.getInt("DATA_TYPE"),
                        rows.getString("TYPE_NAME"),
                        rows.getInt("DECIMAL_DIGITS"),
                        rows.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls,
                        "YES".equals(optional(rows, "IS_GENERATEDCOLUMN"))));
            }
        }
        Map<Integer, String> key = new TreeMap<>();
        Map<String, List<String>> indexes = new LinkedHashMap<>();
        Set<String> unique = new LinkedHashSet<>();
        List<Reference> references = new ArrayList<>();
        if (!columns.isEmpty()) {
            try (ResultSet rows = database.getPrimaryKeys(place.catalog(), place.schema(), place.table())) {
                while (rows.next()) {
                    key.put(rows.getInt("KEY_SEQ"), rows.getString("COLUMN_NAME"));
                }
            }
            try (ResultSet rows = database.getIndexInfo(place.catalog(), place.schema(), place.table(), false, true)) {
                while (rows.next()) {
                    String name = rows.getString("INDEX_NAME");
                    String column = rows.getString("COLUMN_NAME");
                    if (name != null && column != null) {
                        indexes.computeIfAbsent(name, ignored -> new ArrayList<>())
                                .add(column);
                        if (!rows.getBoolean("NON_UNIQUE")) {
                            unique.add(name);
                        }
                    }
                }
            }
            references.addAll(references(database, place));
        }
        return new TableCatalogue(columns, List.copyOf(key.values()), indexes, unique, references);
    }

    private static List<Reference> references(DatabaseMetaData database, Place place) throws SQLException {
        Map<String, Reference> byKey = new LinkedHashMap<>();
        Set<String> ofSeveralColumns = new LinkedHashSet<>();
        try (ResultSet rows = database.getExportedKeys(place.catalog(), place.schema(), place.table())) {
            while (rows.next()) {
                String schema = rows.getString(place.isSchema() ? "FKTABLE_SCHEM" : "FKTABLE_CAT");
                String table = rows.getString("FKTABLE_NAME");
                String name = schema + "." + table + "." + rows.getString("FK_NAME");
                boolean isQualified = place.isQualified() && schema != null;
                Reference reference = new Reference(
                        isQualified ? List.of(schema, table) : List.of(table),
                        rows.getString("FKCOLUMN_NAME"),
                        rows.getString("PKCOLUMN_NAME"));
                if (byKey.put(name + (rows.getString("FK_NAME") == null ? reference.key() : ""), reference) != null) {
                    ofSeveralColumns.add(name);
                }
            }
        }
        byKey.keySet().removeAll(ofSeveralColumns);
        return List.copyOf(byKey.values());
    }

    /** Returns a column that older drivers do not have. */
    private static @Nullable String optional(ResultSet rows, String column) throws SQLException {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            if (rows.getMetaData().getColumnLabel(i).equalsIgnoreCase(column)) {
                return rows.getString(i);
            }
        }
        return null;
    }

    /** Names of tables that the login can see and that are spelt like this one, apart from case. */
    static List<String> alike(Connection connection, List<String> parts) throws SQLException {
        List<String> alike = new ArrayList<>();
        String wanted = parts.get(parts.size() - 1);
        try (ResultSet rows = connection
                .getMetaData()
                .getTables(connection.getCatalog(), null, "%", new String[] {"TABLE", "VIEW"})) {
            while (rows.next()) {
                String name = rows.getString("TABLE_NAME");
                if (name.equalsIgnoreCase(wanted)) {
                    String schema = rows.getString("TABLE_SCHEM");
                    alike.add(schema == null ? name : schema + "." + name);
                }
            }
        }
        return alike;
    }

    Optional<Column> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /** Returns whether no two rows have the same value in a column. */
    boolean isUnique(String column) {
        return primaryKey.equals(List.of(column))
                || unique.stream().anyMatch(index -> List.of(column).equals(indexes.get(index)));
    }

    /** Returns whether rows are found by a column without reading the whole table. */
    boolean isIndexed(String column) {
        return (!primaryKey.isEmpty() && primaryKey.get(0).equals(column))
                || indexes.values().stream().anyMatch(columns -> columns.get(0).equals(column));
    }

    String names() {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /**
     * Where a table is.
     *
     * @param isSchema whether the part before a table's name is a schema; otherwise it is a catalogue, as in MariaDB
     * @param isQualified whether the table was named with more than its name
     * @param escape what marks a character of a pattern as itself
     */
    private record Place(
            @Nullable String catalog,
            @Nullable String schema,
            String table,
            boolean isSchema,
            boolean isQualified,
            String escape) {
        static Place of(Connection connection, DatabaseMetaData database, List<String> parts) throws SQLException {
            boolean isSchema = database.supportsSchemasInDataManipulation();
            String catalog = connection.getCatalog();
            String schema = isSchema ? connection.getSchema() : null;
            if (parts.size() == 3) {
                catalog = parts.get(0);
                schema = parts.get(1);
            } else if (parts.size() == 2 && isSchema) {
                schema = parts.get(0);
            } else if (parts.size() == 2) {
                catalog = parts.get(0);
            }
            return new Place(
                    catalog,
                    schema,
                    parts.get(parts.size() - 1),
                    isSchema,
                    parts.size() > 1,
                    database.getSearchStringEscape());
        }

        @Nullable
        String pattern(@Nullable String name) {
            if (name == null || escape == null || escape.isEmpty()) {
                return name;
            }
            return name.replace(escape, escape + escape)
                    .replace("_", escape + "_")
                    .replace("%", escape + "%");
        }
    }
}
