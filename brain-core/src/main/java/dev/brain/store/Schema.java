package dev.brain.store;

import dev.brain.error.ConfigurationException;
import dev.brain.site.SiteField;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Declares the tables and indexes of this version. Tables, columns and indexes of other programs are kept.
 *
 * <p>The statements have placeholders for an engine's types, see {@link StoreDialect#type}.
 */
public final class Schema {
    /**
     * The schema's version, which the database stores. Raised if older versions of Brain could not work with the
     * tables.
     */
    public static final int VERSION = 3;

    /** The unique index that allows one active task for each site and resource. */
    public static final String ACTIVE_INDEX = "$queue_active";

    private static final Pattern TYPE = Pattern.compile("\\{([A-Z_]+)}");

    private static final Table QUEUE = new Table(
            "$queue",
            """
            CREATE TABLE "$queue" (
                id {ID},
                site_id TEXT NOT NULL,
                protocol TEXT,
                payload {JSON} NOT NULL,
                status TEXT DEFAULT 'pending',
                attempts INTEGER DEFAULT 0,
                screenshot_path TEXT,
                error_log TEXT,
                created_at {SHARED_TIME} DEFAULT CURRENT_TIMESTAMP,
                processed_at {SHARED_TIME},
                result {JSON},
                attachments_count INTEGER DEFAULT 0,
                attachments_metadata {JSON}
            )""",
            List.of(
                    "id",
                    "site_id",
                    "protocol",
                    "payload",
                    "status",
                    "attempts",
                    "screenshot_path",
                    "error_log",
                    "created_at",
                    "processed_at"),
            // later columns that other programs know, then Brain's own
            List.of(
                    "result {JSON}",
                    "attachments_count INTEGER DEFAULT 0",
                    "attachments_metadata {JSON}",
                    "resource_id TEXT",
                    "reference TEXT",
                    "claimant TEXT",
                    "resource {JSON}",
                    "priority INTEGER NOT NULL DEFAULT 0",
                    "run TEXT",
                    "reserved_at {TIME}",
                    "due_at {TIME}",
                    "unblocked_at {TIME}",
                    "lease_owner TEXT",
                    "lease_token {NUMBER}",
                    "lease_until {TIME}",
                    "submitting INTEGER",
                    "failures INTEGER NOT NULL DEFAULT 0",
                    "crashes INTEGER NOT NULL DEFAULT 0",
                    "failure_kind TEXT",
                    "failure_code TEXT",
                    "progress TEXT"));

    private static final Table SITES = new Table(
            "$sites",
            siteFields(field -> true)
                    .map(Schema::definition)
                    .collect(Collectors.joining(",\n    ", "CREATE TABLE \"$sites\" (\n    ", "\n)")),
            siteFields(field -> !canBeAdded(field)).map(SiteField::name).toList(),
            siteFields(Schema::canBeAdded).map(Schema::definition).toList());

    private static final Table INCIDENTS = new Table(TableNames.INCIDENTS, """
            CREATE TABLE brain_incident (
                id {ID},
                site_id TEXT NOT NULL,
                resource_id TEXT NOT NULL DEFAULT '',
                code TEXT NOT NULL,
                message TEXT NOT NULL,
                evidence TEXT,
                count INTEGER NOT NULL DEFAULT 1,
                opened_at {TIME} NOT NULL,
                last_seen_at {TIME} NOT NULL,
                resolved_at {TIME},
                owner TEXT
            )""", List.of(), List.of("owner TEXT"));

    /** Fills in the owner of resources that are claimed without a task. Earlier versions had it only in the message. */
    private static final String FILL_OWNERS = """
            UPDATE brain_incident SET owner = substr(message, 7, instr(message, '''s, but') - 7)
            WHERE code = 'ORPHAN_CLAIM' AND message LIKE 'it is %''s, but%' AND owner IS NULL""";

    private static final Table SITE_STATES = new Table(TableNames.SITE_STATES, """
            CREATE TABLE brain_site (
                site_id TEXT PRIMARY KEY,
                paused INTEGER NOT NULL DEFAULT 0,
                failures INTEGER NOT NULL DEFAULT 0,
                failed_at {TIME}
            ){BY_KEY}""", List.of(), List.of());

    /** When tasks of sites with a rate were begun. */
    private static final Table TASK_STARTS = new Table(TableNames.TASK_STARTS, """
            CREATE TABLE brain_task_start (
                site_id TEXT NOT NULL,
                started_at {TIME} NOT NULL,
                task_id {NUMBER} NOT NULL,
                PRIMARY KEY (site_id, started_at, task_id)
            ){BY_KEY}""", List.of(), List.of());

    /** The name of this table, and of its time, in earlier versions. */
    private static final String OLD_TASK_STARTS = "brain_beginning";

    private static final List<String> RENAME_TASK_STARTS = List.of(
            "ALTER TABLE brain_beginning RENAME TO brain_task_start",
            "ALTER TABLE brain_task_start RENAME COLUMN at TO started_at");

    /**
     * The statements that create the indexes, by name. Partial indexes stay small, and indexes on Brain's own columns
     * barely slow down inserts by other programs.
     */
    private static final Map<String, String> INDEXES = named(
            ACTIVE_INDEX,
            """
            CREATE UNIQUE INDEX "$queue_active" ON "$queue" (site_id, resource_id)
            WHERE status IN ('claiming', 'pending', 'scheduled', 'processing')""",
            "$queue_of_resource",
            """
            CREATE INDEX "$queue_of_resource" ON "$queue" (resource_id, site_id) WHERE resource_id IS NOT NULL""",
            "$queue_unidentified",
            """
            CREATE INDEX "$queue_unidentified" ON "$queue" (id) WHERE resource_id IS NULL""",
            "$queue_claiming",
            """
            CREATE INDEX "$queue_claiming" ON "$queue" (id) WHERE status = 'claiming'""",
            "$queue_waiting",
            """
            CREATE INDEX "$queue_waiting" ON "$queue" (site_id, priority DESC, created_at, id)
            WHERE status = 'pending'""",
            "$queue_due",
            """
            CREATE INDEX "$queue_due" ON "$queue" (due_at) WHERE status = 'scheduled'""",
            "$queue_in_work",
            """
            CREATE INDEX "$queue_in_work" ON "$queue" (site_id, lease_until) WHERE status = 'processing'""",
            "brain_incident_open",
            """
            CREATE UNIQUE INDEX brain_incident_open ON brain_incident (site_id, code, resource_id)
            WHERE resolved_at IS NULL""",
            "brain_incident_seen",
            """
            CREATE INDEX brain_incident_seen ON brain_incident (last_seen_at DESC, id DESC)""");

    /** An index of earlier versions that is no longer needed. */
    private static final String OLD_INDEX = "$queue_resource";

    /** Earlier versions had another code for tasks that may have been submitted. */
    private static final List<String> RENAMED_CODE = List.of("""
            UPDATE "$queue" SET failure_code = 'SUBMIT_UNKNOWN' WHERE failure_code = 'LEASE_LOST_AFTER_SUBMIT'""", """
            UPDATE brain_incident SET code = 'SUBMIT_UNKNOWN',
                message = replace(message, 'LEASE_LOST_AFTER_SUBMIT', 'SUBMIT_UNKNOWN')
            WHERE code = 'LEASE_LOST_AFTER_SUBMIT'""");

    private final String location;
    private final Sql sql;
    private final StoreDialect dialect;

    /** @param location the database, for messages */
    public Schema(String location, Sql sql) {
        this.location = location;
        this.sql = sql;
        this.dialect = sql.dialect();
    }

    /** Returns the columns of the queue that Brain reads and writes. */
    public static Set<String> queueColumns() {
        return QUEUE.columns();
    }

    /** Returns the columns of the sites that Brain reads and writes. */
    public static Set<String> siteColumns() {
        return SITES.columns();
    }

    /**
     * A table.
     *
     * @param needs the columns without which an existing table is refused
     * @param adds declarations of the columns that are added to an existing table
     */
    private record Table(String name, String create, List<String> needs, List<String> adds) {
        Set<String> columns() {
            Set<String> columns = new HashSet<>(needs);
            adds.forEach(declaration -> columns.add(column(declaration)));
            return columns;
        }

        static String column(String declaration) {
            return declaration.substring(0, declaration.indexOf(' '));
        }
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
                            + ", this one knows " + VERSION + "); use that version, or another file");
        }
        List<String> statements = new ArrayList<>();
        for (Table table : List.of(QUEUE, SITES)) {
            table(table, statements);
            shape(table);
        }
        int before = statements.size();
        table(INCIDENTS, statements);
        if (statements.size() > before) {
            statements.add(FILL_OWNERS);
        }
        table(SITE_STATES, statements);
        if (dialect.columns(sql, OLD_TASK_STARTS).isEmpty()) {
            table(TASK_STARTS, statements);
        } else {
            statements.addAll(RENAME_TASK_STARTS);
        }
        Set<String> indexes = dialect.indexes(sql);
        INDEXES.forEach((name, statement) -> {
            if (!indexes.contains(sql.names().in(name).toLowerCase(Locale.ROOT))) {
                statements.add(statement);
            }
        });
        if (indexes.contains(sql.names().in(OLD_INDEX).toLowerCase(Locale.ROOT))) {
            statements.add("DROP INDEX \"" + OLD_INDEX + "\"");
        }
        if (version < VERSION) {
            statements.addAll(RENAMED_CODE);
            statements.add(dialect.setVersion(VERSION));
        }
        return statements.stream().map(this::typed).toList();
    }

    private static Stream<SiteField> siteFields(Predicate<SiteField> which) {
        return SiteField.ALL.stream().filter(SiteField::isColumn).filter(which);
    }

    /** Returns whether the column can be added to an existing table, whose rows then have null or a constant in it. */
    private static boolean canBeAdded(SiteField field) {
        return field.storage() == SiteField.Storage.NOT_NULL
                ? field.columnDefault() != null
                : !"CURRENT_TIMESTAMP".equals(field.columnDefault());
    }

    private static String definition(SiteField field) {
        if (field.equals(SiteField.ROW)) {
            return field.name() + " {ID}";
        }
        String type = switch (field.type()) {
            case TEXT -> "TEXT";
            case INTEGER, FLAG -> "INTEGER";
            case OBJECT -> "{JSON}";
            case TIME -> "{SHARED_TIME}";
        };
        return field.name() + " " + type
                + (field.storage() == SiteField.Storage.NOT_NULL ? " NOT NULL" : "")
                + (field.equals(SiteField.ID) ? " UNIQUE" : "")
                + (field.columnDefault() == null ? "" : " DEFAULT " + field.columnDefault());
    }

    private void table(Table table, List<String> statements) throws SQLException {
        Set<String> present = dialect.columns(sql, sql.names().in(table.name()));
        if (present.isEmpty()) {
            statements.add(table.create());
        } else if (!present.containsAll(table.needs())) {
            List<String> lacking = table.needs().stream()
                    .filter(column -> !present.contains(column))
                    .toList();
            throw new ConfigurationException("the table " + sql.names().in(table.name()) + " in " + location
                    + " lacks the columns " + String.join(", ", lacking) + "; name another file, or another table");
        }
        for (String declaration : table.adds()) {
            boolean created = present.isEmpty() && table.create().contains(declaration);
            if (!created && !present.contains(Table.column(declaration))) {
                statements.add("ALTER TABLE \"" + table.name() + "\" ADD COLUMN " + declaration);
            }
        }
    }

    private void shape(Table table) throws SQLException {
        String name = sql.names().in(table.name());
        List<String> problems = dialect.problems(sql, name, table.equals(QUEUE));
        if (!problems.isEmpty()) {
            throw new ConfigurationException(
                    "the table " + name + " in " + location + " can't be used: " + String.join("; ", problems)
                            + ". Name another file, or rename the table so that Brain creates its own");
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
        BY_KEY
    }

    /** Returns statements by name, from pairs of a name and a statement. */
    private static Map<String, String> named(String... pairs) {
        Map<String, String> statements = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            statements.put(pairs[i], pairs[i + 1]);
        }
        return statements;
    }
}
