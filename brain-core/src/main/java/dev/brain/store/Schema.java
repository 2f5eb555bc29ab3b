package dev.brain.store;

import dev.brain.error.ConfigurationException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Brings the tables and indexes of a database to this version. Tables, columns and indexes of other programs are kept.
 */
public final class Schema {
    /**
     * The schema's version, which the database stores. Raised if older versions of Brain could not work with the
     * tables.
     */
    public static final int VERSION = 4;

    /** The unique index that allows one active task for each site and resource. */
    public static final String ACTIVE_INDEX = "$queue_unended";

    private static final Pattern TYPE = Pattern.compile("\\{([A-Z_]+)}");

    private final String location;
    private final Sql sql;
    private final StoreDialect dialect;

    /** @param location the database, for messages */
    public Schema(String location, Sql sql) {
        this.location = location;
        this.sql = sql;
        this.dialect = sql.dialect();
    }

    /**
     * Returns the statements that bring the database to this version; empty if nothing is missing.
     *
     * @throws ConfigurationException if it can't be migrated to this version
     */
    public List<String> missing() throws SQLException {
        int version = dialect.version(sql);
        if (version > VERSION) {
            throw new ConfigurationException(
                    location + " was last used by a newer version of this program (its schema is " + version
                            + ", this one knows " + VERSION + "); use that version, or another store");
        }
        List<String> statements = new ArrayList<>();
        shape(Tables.QUEUE, TableShape.QUEUE, statements);
        shape(Tables.SITES, TableShape.SITES, statements);
        Optional<TableDefinition> incidents = table(Tables.INCIDENTS, statements);
        if (incidents.isPresent() && !incidents.get().hasColumn("owner")) {
            statements.add(Tables.FILL_OWNERS);
        }
        table(Tables.SITE_STATES, statements);
        table(Tables.HISTORY, statements);
        table(Tables.STEPS, statements);
        if (dialect.table(sql, Tables.OLD_TASK_STARTS).isEmpty()) {
            table(Tables.TASK_STARTS, statements);
        } else {
            statements.addAll(Tables.RENAME_TASK_STARTS);
        }
        table(Tables.NOTIFICATIONS, statements);
        table(CycleTable.TABLE, statements);
        Set<String> indexes = dialect.indexes(sql);
        Map<String, String> wanted = new LinkedHashMap<>(Tables.INDEXES);
        wanted.putAll(MonitorIndexes.ALL);
        wanted.putAll(dialect.indexStatements());
        wanted.forEach((name, statement) -> {
            if (!statement.isEmpty() && !indexes.contains(sql.names().in(name).toLowerCase(Locale.ROOT))) {
                statements.add(statement);
            }
        });
        Tables.OLD_INDEXES.forEach(name -> {
            if (indexes.contains(sql.names().in(name).toLowerCase(Locale.ROOT))) {
                statements.add("DROP INDEX \"" + name + "\"");
            }
        });
        if (version < VERSION) {
            if (incidents.isPresent()) {
                statements.addAll(Tables.RENAMED_CODE);
            }
            if (dialect.table(sql, sql.names().in(Tables.QUEUE.name())).isPresent()) {
                statements.add(Tables.FILL_REVISIONS);
            }
            statements.addAll(dialect.additions());
            statements.add(dialect.setVersion(VERSION));
        }
        return statements.stream().map(this::typed).toList();
    }

    /** Returns whether the database has the table of the queue or that of the sites. */
    public boolean isPresent() throws SQLException {
        return dialect.table(sql, sql.names().queue()).isPresent()
                || dialect.table(sql, sql.names().sites()).isPresent();
    }

    /** Brings the database to this version, within a transaction of the caller that keeps others from doing so. */
    public void migrate() throws SQLException {
        for (String statement : missing()) {
            sql.execute(statement);
        }
    }

    private Optional<TableDefinition> table(Tables.Table table, List<String> statements) throws SQLException {
        String name = sql.names().in(table.name());
        Optional<TableDefinition> present = dialect.table(sql, name);
        Set<String> columns = present.stream()
                .flatMap(definition -> definition.columns().stream())
                .map(TableDefinition.Column::name)
                .collect(Collectors.toSet());
        String create = dialect.logsFromFirstChange() && table.equals(Tables.QUEUE)
                ? Tables.queueWithChangingColumnsLast()
                : table.create();
        if (present.isEmpty()) {
            statements.add(create);
        } else if (!columns.containsAll(table.needs())) {
            List<String> lacking = table.needs().stream()
                    .filter(column -> !columns.contains(column))
                    .toList();
            throw new ConfigurationException("the table " + name + " in " + location + " lacks the columns "
                    + String.join(", ", lacking) + "; name another store, or another table");
        }
        for (String declaration : table.adds()) {
            boolean created = present.isEmpty() && create.contains(declaration);
            if (!created && !columns.contains(Tables.Table.column(declaration))) {
                statements.add("ALTER TABLE \"" + table.name() + "\" ADD COLUMN " + declaration);
            }
        }
        return present;
    }

    /** A table that another program may have created. */
    private void shape(Tables.Table table, TableShape shape, List<String> statements) throws SQLException {
        List<String> problems = table(table, statements)
                .map(definition -> shape.problems(definition, sql.names().in(ACTIVE_INDEX)))
                .orElse(List.of());
        if (!problems.isEmpty()) {
            throw new ConfigurationException("the table " + sql.names().in(table.name()) + " in " + location
                    + " can't be used: " + String.join("; ", problems)
                    + ". Name another store, or rename the table so that Brain creates its own");
        }
    }

    private String typed(String statement) {
        return TYPE.matcher(statement)
                .replaceAll(found -> Matcher.quoteReplacement(dialect.type(Type.valueOf(found.group(1)))));
    }

    /** The types that differ between engines. */
    public enum Type {
        /** The primary key: a number that the database generates and never reuses. */
        ID,
        NUMBER,
        JSON,
        /** A time in a column of Brain's own. */
        TIME,
        /** A time in a column that other programs read. */
        SHARED_TIME,
        /** The clause after the columns of a table that is stored by its primary key. */
        BY_KEY,
        /** The clause after the columns of a table whose rows change often. */
        CHANGING
    }
}
