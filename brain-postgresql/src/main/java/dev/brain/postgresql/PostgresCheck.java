package dev.brain.postgresql;

import dev.brain.check.Finding;
import dev.brain.store.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Checks a server for what endangers or slows down a queue. Only reads, also on a standby. */
final class PostgresCheck {
    private static final int OLDEST_VERSION = 150_000;
    private static final Duration CLOCK_DIFFERENCE = Duration.ofSeconds(5);

    private PostgresCheck() {}

    static List<Finding> run(Sql sql, String location) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        String name = sql.value("SHOW server_version");
        findings.add(
                Integer.parseInt(sql.value("SHOW server_version_num")) < OLDEST_VERSION
                        ? Finding.error("server", "it is PostgreSQL " + name + "; Brain needs version 15 or newer")
                        : Finding.ok("server", "PostgreSQL " + name + " at " + location));
        if (sql.value("SELECT pg_is_in_recovery()").equals("t")) {
            findings.add(Finding.error("server", "it is a standby, which can't be written; name the primary"));
        }
        findings.addAll(rights(sql));
        findings.addAll(settings(sql));
        findings.addAll(invalidIndexes(sql));
        findings.addAll(deadRows(sql));
        findings.addAll(oldest(sql));
        findings.addAll(clock(sql));
        return findings;
    }

    private static List<Finding> rights(Sql sql) throws SQLException {
        return sql.query(
                """
                SELECT name, string_agg(needed, ', ' ORDER BY needed) AS lacking FROM unnest(ARRAY['"$queue"', '"$sites"',
                    'brain_incident', 'brain_site', 'brain_task_start', 'brain_notification', 'brain_cycle', 'brain_run']) AS name
                CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS needed
                WHERE NOT coalesce(has_table_privilege(to_regclass(name), needed), false)
                GROUP BY name ORDER BY name""",
                row -> Finding.error(
                        "rights",
                        "this user lacks " + row.required("lacking") + " on " + row.required("name") + "; grant it"));
    }

    private static List<Finding> settings(Sql sql) throws SQLException {
        return sql.query(
                """
                SELECT name, wrong, danger, remedy FROM (VALUES
                    ('fsync', 'off', 'a crash of the server can destroy the queue', 'set it on'),
                    ('full_page_writes', 'off', 'a crash of the server can damage pages of the queue', 'set it on'),
                    ('synchronous_commit', 'off', 'a crash of the server loses the last claims and results', 'set it on'),
                    ('autovacuum', 'off', 'dead rows are never removed, so that taking tasks slows down', 'set it on'),
                    ('enable_seqscan', 'on', 'plans may read the whole queue, because a pooler keeps Brain from setting it',
                        'set it off for this user'),
                    ('default_transaction_isolation', 'repeatable read', 'transactions may not see earlier tasks',
                        'set it to read committed for this user'),
                    ('default_transaction_isolation', 'serializable', 'transactions may not see earlier tasks',
                        'set it to read committed for this user'))
                    AS setting (name, wrong, danger, remedy) WHERE current_setting(name) = wrong""",
                row -> Finding.warning(
                        "settings",
                        row.required("name") + " is " + row.required("wrong") + ": " + row.required("danger") + "; "
                                + row.required("remedy")));
    }

    private static List<Finding> invalidIndexes(Sql sql) throws SQLException {
        return sql.query(
                """
                SELECT indexrelid::regclass::text AS name FROM pg_index
                WHERE indrelid IN (to_regclass('"$queue"'), to_regclass('brain_incident')) AND NOT indisvalid""",
                row -> Finding.error(
                        "indexes", row.required("name") + " can't be used; rebuild it with REINDEX INDEX"));
    }

    private static List<Finding> deadRows(Sql sql) throws SQLException {
        return sql.query(
                """
                SELECT n_dead_tup AS dead FROM pg_stat_user_tables WHERE relid = to_regclass('"$queue"')
                AND n_dead_tup > 50000 AND n_dead_tup > n_live_tup""",
                row -> Finding.warning(
                        "dead rows",
                        row.number("dead") + " dead rows are in the queue, more than live ones; look for old"
                                + " transactions, or run VACUUM"));
    }

    /** Returns what prevents dead rows from being removed. */
    private static List<Finding> oldest(Sql sql) throws SQLException {
        return sql.query(
                """
                SELECT 'a transaction of process ' || pid || ' (' || coalesce(nullif(application_name, ''), 'unnamed')
                    || ') has been open since ' || date_trunc('second', xact_start) AS what, 'end it' AS remedy
                FROM pg_stat_activity WHERE xact_start < clock_timestamp() - interval '10 minutes' AND backend_type = 'client backend'
                UNION ALL SELECT 'the prepared transaction ' || gid || ' waits since ' || date_trunc('second', prepared),
                    'commit it or roll it back' FROM pg_prepared_xacts WHERE prepared < clock_timestamp() - interval '10 minutes'
                UNION ALL SELECT 'the replication slot ' || slot_name || ' is not in use and holds back dead rows',
                    'drop it if nobody needs it' FROM pg_replication_slots
                    WHERE NOT active AND (xmin IS NOT NULL OR catalog_xmin IS NOT NULL)""",
                row -> Finding.warning(
                        "old transactions",
                        row.required("what") + ", so dead rows can't be removed; " + row.required("remedy")));
    }

    private static List<Finding> clock(Sql sql) throws SQLException {
        Instant server = sql.first("SELECT clock_timestamp() AS time", row -> row.requiredTime("time"))
                .orElseThrow();
        Duration difference = Duration.between(server, Instant.now()).abs();
        return difference.compareTo(CLOCK_DIFFERENCE) < 0
                ? List.of()
                : List.of(Finding.warning(
                        "clock",
                        "the clocks of the server and of this machine differ by " + difference.toSeconds()
                                + " seconds; leases use the server's, but set both"));
    }
}
