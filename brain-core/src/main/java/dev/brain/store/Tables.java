package dev.brain.store;

import dev.brain.internal.site.SiteField;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The declarations of the tables and indexes of this version, and of what earlier versions had instead. They have
 * placeholders for an engine's types, see {@link StoreDialect#type}.
 */
final class Tables {
    static final Table QUEUE = new Table(
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
            ){CHANGING}""",
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
                    "progress TEXT",
                    "revision INTEGER",
                    "deadline {TIME}",
                    "hold_reason TEXT",
                    "approved_by TEXT",
                    "traceparent TEXT"));

    /** The columns of the queue that change after a task was reserved. */
    private static final Set<String> CHANGING = Set.of(
            ("status attempts screenshot_path error_log processed_at result due_at unblocked_at lease_owner lease_token"
                            + " lease_until submitting failures crashes failure_kind failure_code progress revision approved_by")
                    .split(" "));

    /** Returns the statement that creates the queue with all columns, those that change after the others. */
    static String queueWithChangingColumnsLast() {
        return Stream.concat(QUEUE.declarations(), QUEUE.adds().stream())
                .distinct()
                .sorted(Comparator.comparing(declaration -> CHANGING.contains(Table.column(declaration))))
                .collect(Collectors.joining(",\n    ", "CREATE TABLE \"$queue\" (\n    ", "\n){CHANGING}"));
    }

    static final Table SITES = new Table(
            "$sites",
            siteFields(field -> true)
                    .map(Tables::definition)
                    .collect(Collectors.joining(",\n    ", "CREATE TABLE \"$sites\" (\n    ", "\n)")),
            siteFields(field -> !canBeAdded(field)).map(SiteField::name).toList(),
            siteFields(Tables::canBeAdded).map(Tables::definition).toList());

    static final Table INCIDENTS =
            new Table(TableNames.INCIDENTS, """
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
                owner TEXT,
                assignee TEXT
            )""", List.of(), List.of("owner TEXT", "assignee TEXT"));

    /** Fills in the owner of resources that are claimed without a task. Earlier versions had it only in the message. */
    static final String FILL_OWNERS = """
            UPDATE brain_incident SET owner = substr(message, 7, instr(message, '''s, but') - 7)
            WHERE code = 'ORPHAN_CLAIM' AND message LIKE 'it is %''s, but%' AND owner IS NULL""";

    static final Table SITE_STATES = new Table(TableNames.SITE_STATES, """
            CREATE TABLE brain_site (
                site_id TEXT PRIMARY KEY,
                paused INTEGER NOT NULL DEFAULT 0,
                failures INTEGER NOT NULL DEFAULT 0,
                failed_at {TIME}
            ){BY_KEY}""", List.of(), List.of());

    /** When tasks of sites with a rate were begun. */
    static final Table TASK_STARTS = new Table(TableNames.TASK_STARTS, """
            CREATE TABLE brain_task_start (
                site_id TEXT NOT NULL,
                started_at {TIME} NOT NULL,
                task_id {NUMBER} NOT NULL,
                PRIMARY KEY (site_id, started_at, task_id)
            ){BY_KEY}""", List.of(), List.of());

    /** The changes of tasks, incidents and sites, in their order. */
    static final Table HISTORY = new Table(TableNames.HISTORY, """
            CREATE TABLE brain_history (
                id {ID},
                recorded_at {TIME} NOT NULL,
                actor_kind TEXT NOT NULL,
                actor TEXT NOT NULL,
                event TEXT NOT NULL,
                site_id TEXT NOT NULL,
                task_id {NUMBER},
                incident_id {NUMBER},
                resource_id TEXT,
                detail TEXT
            )""", List.of(), List.of());

    /** The results of the steps of tasks. */
    static final Table STEPS = new Table(TableNames.STEPS, """
            CREATE TABLE brain_step (
                task_id {NUMBER} NOT NULL,
                name TEXT NOT NULL,
                result TEXT,
                submission INTEGER NOT NULL,
                recorded_at {TIME} NOT NULL,
                PRIMARY KEY (task_id, name)
            ){BY_KEY}""", List.of(), List.of());

    /** The name of this table, and of its time, in earlier versions. */
    static final String OLD_TASK_STARTS = "brain_beginning";

    static final List<String> RENAME_TASK_STARTS = List.of(
            "ALTER TABLE brain_beginning RENAME TO brain_task_start",
            "ALTER TABLE brain_task_start RENAME COLUMN at TO started_at");

    /** Changes of incidents that are to be delivered to a webhook. A row is deleted when it was delivered. */
    static final Table NOTIFICATIONS = new Table(TableNames.NOTIFICATIONS, """
            CREATE TABLE brain_notification (
                id {ID},
                incident_id {NUMBER} NOT NULL,
                event TEXT NOT NULL,
                count INTEGER NOT NULL,
                task_id {NUMBER},
                happened_at {TIME} NOT NULL,
                due_at {TIME} NOT NULL,
                failures INTEGER NOT NULL DEFAULT 0,
                problem TEXT,
                lease_token {NUMBER} NOT NULL DEFAULT 0,
                lease_until {TIME}
            )""", List.of(), List.of());

    /**
     * The statements that create the indexes, by name. Partial indexes stay small, and indexes on Brain's own columns
     * barely slow down inserts by other programs.
     */
    static final Map<String, String> INDEXES = named(
            Schema.ACTIVE_INDEX,
            """
            CREATE UNIQUE INDEX "$queue_unended" ON "$queue" (site_id, resource_id)
            WHERE status IN ('claiming', 'held', 'pending', 'scheduled', 'processing')""",
            "$queue_of_resource",
            """
            CREATE INDEX "$queue_of_resource" ON "$queue" (resource_id, site_id) WHERE resource_id IS NOT NULL""",
            "$queue_unidentified",
            """
            CREATE INDEX "$queue_unidentified" ON "$queue" (id) WHERE resource_id IS NULL""",
            "$queue_claiming",
            """
            CREATE INDEX "$queue_claiming" ON "$queue" (id) WHERE status = 'claiming'""",
            // tasks without a deadline come last on every engine
            "$queue_ready",
            """
            CREATE INDEX "$queue_ready" ON "$queue" (site_id, priority DESC, (deadline IS NULL), deadline, created_at, id)
            WHERE status = 'pending'""",
            "$queue_deadline",
            """
            CREATE INDEX "$queue_deadline" ON "$queue" (site_id, deadline)
            WHERE deadline IS NOT NULL AND status IN ('claiming', 'held', 'pending', 'scheduled', 'processing')""",
            "$queue_of_reference",
            """
            CREATE INDEX "$queue_of_reference" ON "$queue" (reference)
            WHERE status IN ('completed', 'failed', 'cancelled')""",
            "$queue_created",
            """
            CREATE INDEX "$queue_created" ON "$queue" (created_at)""",
            "$queue_failed",
            """
            CREATE INDEX "$queue_failed" ON "$queue" (id) WHERE status = 'failed'""",
            "$queue_cancelled",
            """
            CREATE INDEX "$queue_cancelled" ON "$queue" (id) WHERE status = 'cancelled'""",
            "$queue_due",
            """
            CREATE INDEX "$queue_due" ON "$queue" (due_at) WHERE status = 'scheduled'""",
            // without lease_until: a lease is renewed without a change of any index
            "$queue_processing",
            """
            CREATE INDEX "$queue_processing" ON "$queue" (site_id) WHERE status = 'processing'""",
            "brain_incident_open",
            """
            CREATE UNIQUE INDEX brain_incident_open ON brain_incident (site_id, code, resource_id)
            WHERE resolved_at IS NULL""",
            "brain_incident_seen",
            """
            CREATE INDEX brain_incident_seen ON brain_incident (last_seen_at DESC, id DESC)""",
            "brain_incident_of_resource",
            """
            CREATE INDEX brain_incident_of_resource ON brain_incident (resource_id, site_id) WHERE resource_id <> ''""",
            "brain_history_of_task",
            """
            CREATE INDEX brain_history_of_task ON brain_history (task_id) WHERE task_id IS NOT NULL""",
            "brain_history_of_site",
            """
            CREATE INDEX brain_history_of_site ON brain_history (site_id, id)""",
            "brain_history_of_incident",
            """
            CREATE INDEX brain_history_of_incident ON brain_history (incident_id) WHERE incident_id IS NOT NULL""",
            "brain_history_of_person",
            """
            CREATE INDEX brain_history_of_person ON brain_history (actor, id) WHERE actor_kind = 'person'""",
            // one entry of many: see HistoryTable
            "brain_history_times",
            """
            CREATE INDEX brain_history_times ON brain_history (recorded_at) WHERE id % 256 = 0""",
            "brain_notification_of_incident",
            """
            CREATE INDEX brain_notification_of_incident ON brain_notification (incident_id, id)""",
            "brain_notification_due",
            """
            CREATE INDEX brain_notification_due ON brain_notification (due_at)""");

    /** Indexes of earlier versions that are no longer needed. */
    static final List<String> OLD_INDEXES =
            List.of("$queue_resource", "$queue_in_work", "$queue_waiting", "$queue_active");

    /** Tells the tasks of earlier versions from those that another program is just queueing. */
    static final String FILL_REVISIONS = "UPDATE \"$queue\" SET revision = 0 WHERE revision IS NULL";

    /** Earlier versions had another code for tasks that may have been submitted. */
    static final List<String> RENAMED_CODE = List.of("""
            UPDATE "$queue" SET failure_code = 'SUBMIT_UNKNOWN' WHERE failure_code = 'LEASE_LOST_AFTER_SUBMIT'""", """
            UPDATE brain_incident SET code = 'SUBMIT_UNKNOWN',
                message = replace(message, 'LEASE_LOST_AFTER_SUBMIT', 'SUBMIT_UNKNOWN')
            WHERE code = 'LEASE_LOST_AFTER_SUBMIT'""");

    /** The start of a line that declares a column. */
    private static final Pattern COLUMN = Pattern.compile("[a-z_]+ ");

    private Tables() {}

    /**
     * A table.
     *
     * @param needs the columns without which an existing table is refused
     * @param adds declarations of the columns that are added to an existing table
     */
    record Table(String name, String create, List<String> needs, List<String> adds) {
        Set<String> columns() {
            Set<String> columns = new HashSet<>(needs);
            adds.forEach(declaration -> columns.add(column(declaration)));
            return columns;
        }

        /** Returns the columns in their order, with their types as they are declared. */
        Map<String, String> types() {
            Map<String, String> types = new LinkedHashMap<>();
            Stream.concat(declarations(), adds.stream())
                    .forEach(declaration ->
                            types.putIfAbsent(column(declaration), declaration.split(" ", 3)[1]));
            return types;
        }

        /** Returns the declarations of the columns that the table is created with. */
        private Stream<String> declarations() {
            return create.lines()
                    .map(String::strip)
                    .filter(line -> COLUMN.matcher(line).lookingAt())
                    .map(line -> line.replaceFirst(",$", ""));
        }

        static String column(String declaration) {
            return declaration.substring(0, declaration.indexOf(' '));
        }
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

    /** Returns statements by name, from pairs of a name and a statement. */
    static Map<String, String> named(String... pairs) {
        Map<String, String> statements = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            statements.put(pairs[i], pairs[i + 1]);
        }
        return statements;
    }
}
