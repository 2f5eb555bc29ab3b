package dev.brain.store;

import dev.brain.internal.site.SiteField;
import dev.brain.store.TableDefinition.Column;
import dev.brain.store.TableDefinition.UniqueIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The requirements on the definition of a table that another program may have created, beyond its columns.
 *
 * @param known the columns that Brain reads and writes
 * @param filled the columns that Brain fills in every row
 * @param defaulted the columns that Brain leaves at their default and never sets to null
 * @param texts the columns that must keep digits unchanged
 * @param isQueue whether rows are added and removed, which foreign constraints and triggers must not prevent
 */
record TableShape(Set<String> known, Set<String> filled, Set<String> defaulted, Set<String> texts, boolean isQueue) {
    static final TableShape QUEUE = new TableShape(
            Tables.QUEUE.columns(),
            Set.of("site_id", "payload", "status", "created_at", "priority"),
            Set.of("attempts", "attachments_count", "failures", "crashes"),
            Set.of("site_id", "resource_id", "reference", "claimant"),
            true);

    static final TableShape SITES = new TableShape(
            Tables.SITES.columns(),
            SiteField.ALL.stream()
                    .filter(SiteField::isFilled)
                    .map(SiteField::name)
                    .collect(Collectors.toSet()),
            Set.of(),
            Set.of("site_id"),
            false);

    /**
     * Returns the problems of an existing table, each as a clause about "it"; empty if there are none.
     *
     * @param own the name of Brain's own unique index
     */
    List<String> problems(TableDefinition table, String own) {
        List<String> problems = new ArrayList<>(table.problems());
        if (isQueue && table.reusesNumbers()) {
            problems.add("its column id is not AUTOINCREMENT, so numbers of deleted rows are used again");
        }
        table.columns().forEach(column -> column(column, problems));
        indexes(table.uniqueIndexes(), own, problems);
        if (isQueue) {
            if (table.hasChecks()) {
                problems.add("it has a CHECK constraint, which may refuse a status that Brain writes");
            }
            table.triggers().forEach(trigger -> problems.add("it has the trigger " + trigger));
        }
        return problems;
    }

    private void column(Column column, List<String> problems) {
        String name = "its column " + column.name();
        if (!known.contains(column.name())) {
            if (column.isNotNull() && !column.hasDefault() && !column.isKey()) {
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
        boolean mayBeNotNull = column.isKey()
                || filled.contains(column.name())
                || (column.hasDefault() && defaulted.contains(column.name()));
        if (column.isNotNull() && !mayBeNotNull) {
            problems.add(name + " is NOT NULL, and Brain leaves it empty");
        }
    }

    private void indexes(List<UniqueIndex> indexes, String own, List<String> problems) {
        if (!isQueue) {
            if (indexes.stream()
                    .noneMatch(index -> !index.isPartial() && index.columns().equals(List.of("site_id")))) {
                problems.add("its column site_id is not UNIQUE");
            }
            return;
        }
        for (UniqueIndex index : indexes) {
            if (!index.isKey()
                    && !index.name().equalsIgnoreCase(own)
                    && !index.columns().contains("id")) {
                problems.add(
                        "it is UNIQUE by " + String.join(", ", index.columns()) + ", so a case can't be queued again");
            }
        }
    }
}
