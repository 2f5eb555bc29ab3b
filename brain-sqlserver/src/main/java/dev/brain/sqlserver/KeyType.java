package dev.brain.sqlserver;

import dev.brain.jdbc.IdType;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a key column's values are compared so that its index can serve: in its own type and collation.
 *
 * @param sql the type that ids are turned into
 * @param collation of a text; null for another type
 */
record KeyType(String sql, @Nullable String collation) {
    private static final Set<String> INTEGERS = Set.of("tinyint", "smallint", "int", "bigint");

    /** Returns the type of a column that can't be looked up. */
    static KeyType unknown(IdType type) {
        return switch (type) {
            case INTEGER -> new KeyType("bigint", null);
            case DECIMAL -> new KeyType("decimal(38, 10)", null);
            case TEXT -> new KeyType("nvarchar(450)", "DATABASE_DEFAULT");
        };
    }

    /** Returns the type of a column that the server describes as {@code decimal(12,2)} or {@code varchar(20)}. */
    static KeyType of(String described, @Nullable String collation, IdType type) {
        String name = described.toLowerCase(Locale.ROOT).replaceAll("\\(.*", "");
        if (INTEGERS.contains(name)
                || name.equals("decimal")
                || name.equals("numeric")
                || name.equals("uniqueidentifier")) {
            return new KeyType(described, null);
        }
        String known = collation == null ? "DATABASE_DEFAULT" : collation;
        return switch (name) {
            // as wide as an index key can be: a longer id must not be cut down to another row's
            case "char", "varchar" -> new KeyType("varchar(900)", known);
            case "nchar", "nvarchar", "sysname" -> new KeyType("nvarchar(450)", known);
            default -> unknown(type);
        };
    }

    private boolean isDecimal() {
        return sql.startsWith("decimal") || sql.startsWith("numeric");
    }

    /** Returns a query for the values of a JSON list as this type. Values of another type are omitted. */
    String ofJson(String parameter) {
        String value = "TRY_CAST(j.[value] AS " + sql + ")";
        return "SELECT " + value + collate() + " FROM OPENJSON(" + parameter + ") AS j"
                // else an id with more decimal places would be rounded to another row's
                + (isDecimal() ? " WHERE " + value + " = TRY_CAST(j.[value] AS decimal(38, 10))" : "");
    }

    /** Returns the declaration of a column of this type. */
    String column() {
        return sql + collate();
    }

    /** Returns the clause that makes a text of another collation comparable with the column. */
    String collate() {
        return collation == null ? "" : " COLLATE " + collation;
    }
}
