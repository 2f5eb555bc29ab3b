package dev.brain.sqlite;

import dev.brain.error.ConfigurationException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Brings a file to the tables and indexes that this version works with; what other programs put there stays. */
final class Schema {
    /** Kept in the file as its {@code user_version}; raised when an older program could no longer work with a file. */
    static final int VERSION = 2;

    /** One active task for each (site, resource). */
    static final String ACTIVE_INDEX = "$queue_active";

    private static final String CREATE_QUEUE = """
            CREATE TABLE "$queue" (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                site_id TEXT NOT NULL,
                protocol TEXT,
                payload JSON NOT NULL,
                status TEXT DEFAULT 'pending',
                attempts INTEGER DEFAULT 0,
                screenshot_path TEXT,
                error_log TEXT,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                processed_at TIMESTAMP,
                result JSON,
                attachments_count INTEGER DEFAULT 0,
                attachments_metadata JSON
            )""";

    private static final List<String> QUEUE_NEEDS = List.of(
            "id",
            "site_id",
            "protocol",
            "payload",
            "status",
            "attempts",
            "screenshot_path",
            "error_log",
            "created_at",
            "processed_at");

    /** What is added to a table that lacks it: columns of the contract that came later, then ours. */
    private static final Map<String, String> QUEUE_ADDS = ordered(
            "result JSON",
            "attachments_count INTEGER DEFAULT 0",
            "attachments_metadata JSON",
            "resource_id TEXT",
            "reference TEXT",
            "claimant TEXT",
            "resource JSON",
            "priority INTEGER NOT NULL DEFAULT 0",
            "run TEXT",
            "reserved_at INTEGER",
            "due_at INTEGER",
            "unblocked_at INTEGER",
            "lease_owner TEXT",
            "lease_token INTEGER",
            "lease_until INTEGER",
            "submitting INTEGER",
            "failures INTEGER NOT NULL DEFAULT 0",
            "crashes INTEGER NOT NULL DEFAULT 0",
            "failure_kind TEXT",
            "failure_code TEXT",
            "progress TEXT");

    private static final TableShape QUEUE_SHAPE = new TableShape(
            union(QUEUE_NEEDS, QUEUE_ADDS.keySet()),
            Set.of("site_id", "payload", "status", "created_at", "priority"),
            Set.of("attempts", "attachments_count", "failures", "crashes"),
            Set.of("site_id", "resource_id", "reference", "claimant"),
            true);

    private static final String CREATE_SITES = """
            CREATE TABLE "$sites" (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                site_id TEXT NOT NULL UNIQUE,
                query_organisme TEXT NOT NULL,
                filtro_texp TEXT NOT NULL,
                regex_expediente TEXT NOT NULL,
                url_template TEXT,
                bot_username TEXT NOT NULL DEFAULT 'BOT_MULTIVIA',
                active INTEGER DEFAULT 1,
                last_sync_at TIMESTAMP,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
            )""";

    private static final List<String> SITES_NEED =
            List.of("id", "site_id", "query_organisme", "filtro_texp", "regex_expediente", "created_at", "updated_at");

    private static final Map<String, String> SITES_ADD = ordered(
            "url_template TEXT",
            "bot_username TEXT NOT NULL DEFAULT 'BOT_MULTIVIA'",
            "active INTEGER DEFAULT 1",
            "last_sync_at TIMESTAMP",
            "priority INTEGER",
            "max_claims INTEGER",
            "source TEXT",
            "claim TEXT",
            "payload TEXT",
            "adopt_orphans INTEGER",
            "login_url TEXT",
            "recursos_url TEXT",
            "notes TEXT",
            "settings JSON");

    private static final TableShape SITES_SHAPE = new TableShape(
            union(SITES_NEED, SITES_ADD.keySet()),
            Set.of(
                    "site_id",
                    "query_organisme",
                    "filtro_texp",
                    "regex_expediente",
                    "bot_username",
                    "active",
                    "priority",
                    "source",
                    "claim",
                    "payload",
                    "adopt_orphans",
                    "created_at",
                    "updated_at"),
            Set.of(),
            Set.of("site_id"),
            false);

    private static final String CREATE_INCIDENTS = """
            CREATE TABLE brain_incident (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                site_id TEXT NOT NULL,
                resource_id TEXT NOT NULL DEFAULT '',
                code TEXT NOT NULL,
                message TEXT NOT NULL,
                evidence TEXT,
                count INTEGER NOT NULL DEFAULT 1,
                opened_at INTEGER NOT NULL,
                last_seen_at INTEGER NOT NULL,
                resolved_at INTEGER,
                owner TEXT
            )""";

    /** The holder of a resource that is claimed without a task; earlier versions had it only in the message. */
    private static final String FILL_OWNERS = """
            UPDATE brain_incident SET owner = substr(message, 7, instr(message, '''s, but') - 7)
            WHERE code = 'ORPHAN_CLAIM' AND message LIKE 'it is %''s, but%' AND owner IS NULL""";

    private static final String CREATE_SITE_STATES = """
            CREATE TABLE brain_site (
                site_id TEXT PRIMARY KEY,
                paused INTEGER NOT NULL DEFAULT 0,
                failures INTEGER NOT NULL DEFAULT 0,
                failed_at INTEGER
            ) WITHOUT ROWID""";

    /** When tasks of sites with a rate were begun. */
    private static final String CREATE_BEGINNINGS = """
            CREATE TABLE brain_beginning (
                site_id TEXT NOT NULL,
                at INTEGER NOT NULL,
                task_id INTEGER NOT NULL,
                PRIMARY KEY (site_id, at, task_id)
            ) WITHOUT ROWID""";

    /** By name. Partial ones stay small, and those on our own columns cost other programs' inserts next to nothing. */
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

    /** What earlier versions made and nothing needs any more. */
    private static final String OLD_INDEX = "$queue_resource";

    /** Earlier versions had another code for tasks that may have been submitted. */
    private static final List<String> RENAMED_CODE = List.of("""
            UPDATE "$queue" SET failure_code = 'SUBMIT_UNKNOWN' WHERE failure_code = 'LEASE_LOST_AFTER_SUBMIT'""", """
            UPDATE brain_incident SET code = 'SUBMIT_UNKNOWN',
                message = replace(message, 'LEASE_LOST_AFTER_SUBMIT', 'SUBMIT_UNKNOWN')
            WHERE code = 'LEASE_LOST_AFTER_SUBMIT'""");

    private final StoreFile file;
    private final Connected connected;

    Schema(StoreFile file, Connected connected) {
        this.file = file;
        this.connected = connected;
    }

    /**
     * Changes nothing.
     *
     * @throws ConfigurationException if the file can't be migrated to this version
     */
    void check() throws SQLException {
        missing();
    }

    /** Takes the write lock only if something is missing; two that come at once end up with the same file. */
    void prepare() throws SQLException {
        if (!missing().isEmpty()) {
            connected.update("BEGIN IMMEDIATE");
            try {
                for (String statement : missing()) {
                    connected.execute(statement);
                }
                connected.update("COMMIT");
            } catch (SQLException | RuntimeException e) {
                try {
                    connected.update("ROLLBACK");
                } catch (SQLException again) {
                    e.addSuppressed(again);
                }
                throw e;
            }
        }
    }

    /** The statements that are to be run on this file. */
    private List<String> missing() throws SQLException {
        int version = Integer.parseInt(connected.pragma("PRAGMA user_version"));
        if (version > VERSION) {
            throw new ConfigurationException(
                    file.original() + " was last used by a newer version of this program (its schema" + " is " + version
                            + ", this one knows " + VERSION + "); use that version, or another file");
        }
        List<String> statements = new ArrayList<>();
        table(file.names().queue(), CREATE_QUEUE, QUEUE_NEEDS, QUEUE_ADDS, statements);
        shape(file.names().queue(), QUEUE_SHAPE);
        table(file.names().sites(), CREATE_SITES, SITES_NEED, SITES_ADD, statements);
        shape(file.names().sites(), SITES_SHAPE);
        int before = statements.size();
        table(Names.INCIDENTS, CREATE_INCIDENTS, List.of(), ordered("owner TEXT"), statements);
        if (statements.size() > before) {
            statements.add(FILL_OWNERS);
        }
        table("brain_site", CREATE_SITE_STATES, List.of(), Map.of(), statements);
        table("brain_beginning", CREATE_BEGINNINGS, List.of(), Map.of(), statements);
        Set<String> indexes = new HashSet<>(
                connected.query("SELECT lower(name) FROM sqlite_schema WHERE type = 'index'", row -> row.getString(1)));
        INDEXES.forEach((name, statement) -> {
            if (!indexes.contains(file.names().in(name).toLowerCase(Locale.ROOT))) {
                statements.add(statement);
            }
        });
        if (indexes.contains(file.names().in(OLD_INDEX).toLowerCase(Locale.ROOT))) {
            statements.add("DROP INDEX \"" + OLD_INDEX + "\"");
        }
        if (version < VERSION) {
            statements.addAll(RENAMED_CODE);
            statements.add("PRAGMA user_version=" + VERSION);
        }
        return statements;
    }

    private void table(
            String name, String create, List<String> needs, Map<String, String> adds, List<String> statements)
            throws SQLException {
        Set<String> present = new HashSet<>(
                connected.query("SELECT lower(name) FROM pragma_table_xinfo(?)", row -> row.getString(1), name));
        if (present.isEmpty()) {
            statements.add(create);
        } else if (!present.containsAll(needs)) {
            List<String> lacking =
                    needs.stream().filter(column -> !present.contains(column)).toList();
            throw new ConfigurationException("the table " + name + " in " + file.original() + " lacks the columns "
                    + String.join(", ", lacking) + "; name another file, or another table");
        }
        adds.forEach((column, declaration) -> {
            boolean created = present.isEmpty() && create.contains(declaration);
            if (!created && !present.contains(column)) {
                statements.add("ALTER TABLE \"" + name + "\" ADD COLUMN " + declaration);
            }
        });
    }

    private void shape(String name, TableShape shape) throws SQLException {
        boolean exists = connected
                .first("SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE", row -> true, name)
                .isPresent();
        List<String> problems = exists ? shape.problems(connected, name, file.names()) : List.of();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(
                    "the table " + name + " in " + file.original() + " can't be used: " + String.join("; ", problems)
                            + ". Name another file, or rename the table so that Brain creates its own");
        }
    }

    private static Set<String> union(List<String> some, Set<String> others) {
        Set<String> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    /** Pairs of a name and a statement. */
    private static Map<String, String> named(String... pairs) {
        Map<String, String> statements = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            statements.put(pairs[i], pairs[i + 1]);
        }
        return statements;
    }

    private static Map<String, String> ordered(String... declarations) {
        Map<String, String> byName = new LinkedHashMap<>();
        for (String declaration : declarations) {
            byName.put(declaration.substring(0, declaration.indexOf(' ')), declaration);
        }
        return byName;
    }
}
