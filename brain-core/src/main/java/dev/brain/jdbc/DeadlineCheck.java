package dev.brain.jdbc;

import dev.brain.check.Finding;
import dev.brain.error.BrainException;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Site;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Checks that the database can list the rows of a table by their deadline, and that their deadlines can be read. */
final class DeadlineCheck {
    private static final String SUBJECT = "deadline";
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

    private DeadlineCheck() {}

    /** Checks the column's type and the table's indexes. Finds nothing about a table that the catalogue does not show. */
    static List<Finding> ofTable(Session session, Profile profile, String deadline) throws SQLException {
        TableCatalogue table = TableCatalogue.read(session.connection(), profile.table());
        Optional<TableCatalogue.Column> column = table.columns().stream()
                .filter(each -> each.name().equalsIgnoreCase(deadline))
                .findFirst();
        if (column.isEmpty()) {
            // a missing column is reported with the others
            return List.of();
        }
        if (!isSortable(column.get())) {
            return List.of(
                    Finding.error(
                            SUBJECT,
                            deadline + " is " + column.get().typeName()
                                    + ": name a column of dates or times, or of texts like 2026-03-01, as the profile's deadline"));
        }
        return List.of(index(table, profile, deadline));
    }

    private static boolean isSortable(TableCatalogue.Column column) {
        String type = column.typeName().toLowerCase(Locale.ROOT);
        if (column.isBytes() || column.type() == Types.TIME) {
            return false;
        }
        return column.isText()
                || column.type() == Types.DATE
                || column.type() == Types.TIMESTAMP
                || column.type() == Types.TIMESTAMP_WITH_TIMEZONE
                || type.contains("date")
                || type.contains("timestamp");
    }

    private static Finding index(TableCatalogue table, Profile profile, String deadline) {
        Set<String> compared = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String condition : List.of(profile.scope(), profile.free(), profile.candidates())) {
            NAME.matcher(condition).results().forEach(name -> compared.add(name.group()));
        }
        return table.indexes().entrySet().stream()
                .filter(index -> serves(index.getValue(), compared, deadline))
                .map(Map.Entry::getKey)
                .findFirst()
                .map(index -> Finding.ok(SUBJECT, "candidates are listed by " + deadline + " with the index " + index))
                .orElseGet(() -> Finding.warning(
                        SUBJECT,
                        "no index has " + deadline
                                + " first, or after columns that the profile's conditions name, so each"
                                + " page of candidates sorts all free rows: ask for an index on (" + deadline + ", "
                                + profile.id() + ")"));
    }

    private static boolean serves(List<String> columns, Set<String> compared, String deadline) {
        for (String column : columns) {
            if (column.equalsIgnoreCase(deadline)) {
                return true;
            }
            if (!compared.contains(column)) {
                return false;
            }
        }
        return false;
    }

    /** Checks the deadlines of the most urgent candidates. */
    static List<Finding> ofRows(ResourceSource source, Site site, List<Resource> urgent) {
        List<String> unreadable = new ArrayList<>();
        long read = 0;
        for (Resource resource : urgent) {
            try {
                read += source.deadline(site, resource).isPresent() ? 1 : 0;
            } catch (BrainException e) {
                unreadable.add("resource " + resource.id() + ": " + e.problem());
            }
        }
        if (unreadable.isEmpty()) {
            return List.of();
        }
        String rows = unreadable.stream().limit(3).collect(Collectors.joining("; "));
        return List.of(
                read == 0
                        ? Finding.error(SUBJECT, "no deadline of the first candidates can be read: " + rows)
                        : Finding.warning(
                                SUBJECT,
                                unreadable.size() + " of the first " + urgent.size()
                                        + " candidates are not claimed, since their deadline can't be read: " + rows));
    }
}
