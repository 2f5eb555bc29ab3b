package dev.brain.jdbc;

import dev.brain.check.Finding;
import dev.brain.jdbc.Dialect.TableUse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Compares a site's table with the database's catalogue. */
final class StandardCheck {
    private StandardCheck() {}

    static List<Finding> run(Connection connection, TableUse use) throws SQLException {
        List<String> parts = use.key().table();
        String shown = String.join(".", parts);
        TableCatalogue table = TableCatalogue.read(connection, parts);
        if (table.columns().isEmpty()) {
            List<String> alike = TableCatalogue.alike(connection, parts);
            return List.of(Finding.error(
                    "table " + shown,
                    "the catalogue does not show it to this login: correct its name in the profile"
                            + (alike.isEmpty() ? "" : " (there is " + String.join(", ", alike) + ")")
                            + ", or ask for the permission to read it"));
        }
        List<Finding> findings = new ArrayList<>();
        if (!connection.getMetaData().supportsTransactions()) {
            findings.add(Finding.error(
                    "transactions", "the database has none, so a claim could not be taken back: it cannot be used"));
        }
        Set<String> wanted = new LinkedHashSet<>(List.of(use.key().name()));
        wanted.addAll(use.read());
        wanted.addAll(use.written());
        List<String> missing = wanted.stream()
                .filter(name -> table.column(name).isEmpty())
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            findings.add(Finding.error(
                    "columns of " + shown,
                    String.join(", ", missing) + (missing.size() == 1 ? " is" : " are")
                            + " not there: correct the profile. The table has " + table.names()));
            return findings;
        }
        findings.add(Finding.ok("columns of " + shown, "all " + wanted.size() + " are there"));
        List<String> generated = use.written().stream()
                .filter(name -> table.column(name).orElseThrow().generated())
                .sorted()
                .toList();
        if (!generated.isEmpty()) {
            findings.add(Finding.error(
                    "columns of " + shown,
                    String.join(", ", generated) + " can't be set, since the table computes it: correct the profile's"
                            + " claim and release"));
        }
        if (use.written().isEmpty()) {
            key(table, use, shown).forEach(findings::add);
        }
        return findings;
    }

    private static List<Finding> key(TableCatalogue table, TableUse use, String shown) {
        List<Finding> findings = new ArrayList<>();
        String name = use.key().name();
        TableCatalogue.Column column = table.column(name).orElseThrow();
        IdType type = use.key().type();
        if (column.isText() != (type == IdType.TEXT) && (column.isText() || column.isNumber())) {
            findings.add(Finding.error(
                    "id of " + shown,
                    name + " is " + column.typeName() + ", but the profile says "
                            + type.name().toLowerCase(Locale.ROOT) + ": set its idType (a child's keyType) to "
                            + (column.isText() ? "\"text\"" : "\"integer\" or \"decimal\"")));
        }
        if (!table.isIndexed(name)) {
            findings.add(Finding.warning(
                    "index on " + shown,
                    "no index begins with " + name
                            + ", so each page and each claim reads the whole table: ask for one"));
        }
        if (use.listing() != null && !table.isUnique(name)) {
            findings.add(Finding.warning(
                    "id of " + shown,
                    "nothing keeps two rows from having the same " + name + ": name a column that is unique"));
        }
        return findings;
    }
}
