package dev.brain.sqlserver;

import static dev.brain.sqlserver.Catalogue.number;
import static dev.brain.sqlserver.Catalogue.text;

import dev.brain.check.Finding;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Dialect;
import dev.brain.jdbc.Dialect.KeyColumn;
import dev.brain.jdbc.Dialect.TableUse;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks whether indexes support the queries of a table. */
final class IndexCheck {
    /** From this number of rows on, reading the whole table for a page of candidates is slow. */
    private static final long MANY_ROWS = 20_000;

    private static final Pattern IN_BRACKETS = Pattern.compile("\\[[^\\]]*(?:\\]\\][^\\]]*)*+\\]");

    private final Catalogue catalogue;
    private final Dialect dialect;
    private final TableUse use;
    private final KeyColumn key;
    private final String table;
    private final String database;

    /**
     * @param table the table's name, quoted
     * @param database the prefix of the names of catalogue views
     */
    IndexCheck(Catalogue catalogue, Dialect dialect, TableUse use, String table, String database) {
        this.catalogue = catalogue;
        this.dialect = dialect;
        this.use = use;
        this.key = use.key();
        this.table = table;
        this.database = database;
    }

    /** Checks the indexes of the table with these columns. */
    void run(String subject, List<String> columns) throws SQLException {
        Map<String, List<String>> indexes = new LinkedHashMap<>();
        for (Map<String, @Nullable Object> row : catalogue.rows("""
                SELECT i.name AS [index], c.name AS [column]
                FROM %1$ssys.indexes AS i
                JOIN %1$ssys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
                JOIN %1$ssys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
                WHERE i.object_id = OBJECT_ID(?) AND i.is_disabled = 0 AND i.is_hypothetical = 0 AND k.key_ordinal > 0
                ORDER BY i.index_id, k.key_ordinal""".formatted(database), table)) {
            indexes.computeIfAbsent(text(row, "index"), name -> new ArrayList<>())
                    .add(text(row, "column"));
        }
        boolean byKey = indexes.values().stream().anyMatch(keys -> keys.get(0).equalsIgnoreCase(key.name()));
        if (!byKey) {
            catalogue.add(Finding.warning(
                    subject,
                    "none begins with " + key.name()
                            + ", so every look-up by it reads the whole table: ask for CREATE INDEX "
                            + dialect.quote("IX_Brain_" + key.name()) + " ON " + table + " ("
                            + dialect.quote(key.name()) + ")"));
        }
        BoundSql listing = use.listing();
        if (listing != null) {
            catalogue.add(candidatesIndex(subject, indexes, columns, listing));
        } else if (byKey) {
            catalogue.add(Finding.ok(subject, "one begins with " + key.name()));
        }
    }

    /** Checks whether an index supports the list of candidates. */
    private Finding candidatesIndex(
            String subject, Map<String, List<String>> indexes, List<String> columns, BoundSql listing)
            throws SQLException {
        // by names in the conditions: the query plan would need a permission that nothing else needs
        String where = listing.sql().replaceFirst("(?s)^.*?\\sWHERE\\s", "").replaceFirst("(?s)\\sORDER BY.*$", "");
        List<String> filtered = columns.stream()
                .filter(name -> !name.equalsIgnoreCase(key.name()) && mentions(where, name))
                .toList();
        if (filtered.isEmpty()) {
            return Finding.ok(
                    subject, "the candidates' condition names no column, so listing them reads on by " + key.name());
        }
        Optional<String> serving = indexes.entrySet().stream()
                .filter(index -> filtered.stream()
                        .anyMatch(name -> name.equalsIgnoreCase(index.getValue().get(0))))
                .map(index -> index.getKey() + " (" + String.join(", ", index.getValue()) + ")")
                .findFirst();
        if (serving.isPresent()) {
            return Finding.ok(subject, serving.get() + " can serve the list of candidates");
        }
        long count = catalogue
                .rows(
                        "SELECT SUM(p.rows) AS [rows] FROM " + database
                                + "sys.partitions AS p WHERE p.object_id = OBJECT_ID(?) AND p.index_id IN (0, 1)",
                        table)
                .stream()
                .mapToLong(row -> number(row, "rows"))
                .sum();
        String message = "none begins with a column of the candidates' condition (" + String.join(", ", filtered)
                + "), so listing them reads on by " + key.name() + " through all " + count + " rows";
        return count < MANY_ROWS
                ? Finding.ok(subject, message + "; so few rows are not a problem")
                : Finding.warning(
                        subject,
                        message + ": ask for CREATE INDEX IX_Brain_Candidates ON " + table + " ("
                                + filtered.stream().map(dialect::quote).collect(Collectors.joining(", "))
                                + "), the most selective column that is compared with = first");
    }

    /** Names in brackets match as a whole, others as words. */
    private boolean mentions(String condition, String column) {
        return condition.toLowerCase(Locale.ROOT).contains(dialect.quote(column).toLowerCase(Locale.ROOT))
                || Pattern.compile(
                                "(?<![\\w@])" + Pattern.quote(column) + "(?!\\w)",
                                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS)
                        .matcher(IN_BRACKETS.matcher(condition).replaceAll("[]"))
                        .find();
    }
}
