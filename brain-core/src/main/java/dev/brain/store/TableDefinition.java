package dev.brain.store;

import java.util.List;

/**
 * The definition of an existing table, as the database reports it. All names are in lower case.
 *
 * @param reusesNumbers whether new rows may get the numbers of deleted ones
 * @param hasChecks whether it has CHECK constraints
 * @param triggers the names of its triggers, without those of Brain
 * @param problems what only this engine allows and Brain can't use, each as a clause about "it"
 */
public record TableDefinition(
        List<Column> columns,
        List<UniqueIndex> uniqueIndexes,
        boolean reusesNumbers,
        boolean hasChecks,
        List<String> triggers,
        List<String> problems) {
    public TableDefinition {
        columns = List.copyOf(columns);
        uniqueIndexes = List.copyOf(uniqueIndexes);
        triggers = List.copyOf(triggers);
        problems = List.copyOf(problems);
    }

    boolean hasColumn(String name) {
        return columns.stream().anyMatch(column -> column.name().equals(name));
    }

    /**
     * A column.
     *
     * @param keepsText whether a text of digits is stored unchanged
     * @param isKey whether it belongs to the primary key
     */
    public record Column(
            String name,
            String type,
            boolean keepsText,
            boolean isNotNull,
            boolean hasDefault,
            boolean isKey,
            boolean isGenerated) {}

    /**
     * A unique index, or a constraint that has one.
     *
     * @param isKey whether it is the index of the primary key
     * @param isPartial whether it covers only some of the rows
     */
    public record UniqueIndex(String name, boolean isKey, boolean isPartial, List<String> columns) {
        public UniqueIndex {
            columns = List.copyOf(columns);
        }
    }
}
