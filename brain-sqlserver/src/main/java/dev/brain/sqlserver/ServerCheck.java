package dev.brain.sqlserver;

import static dev.brain.sqlserver.Catalogue.number;
import static dev.brain.sqlserver.Catalogue.text;

import dev.brain.check.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the server and the connection to it. */
final class ServerCheck {
    private final Catalogue catalogue;
    private final Connection connection;
    private final Duration queryTimeout;
    private final ConnectionForm form;

    ServerCheck(Catalogue catalogue, Connection connection, Duration queryTimeout, ConnectionForm form) {
        this.form = form;
        this.catalogue = catalogue;
        this.connection = connection;
        this.queryTimeout = queryTimeout;
    }

    void run() throws SQLException {
        catalogue.look("server", this::server);
        catalogue.look("encryption", this::encryption);
        catalogue.look("isolation", this::isolation);
        catalogue.look("time-outs", this::timeOuts);
    }

    private void server() throws SQLException {
        Map<String, @Nullable Object> row = catalogue.rows("""
                        SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(60)) AS [version],
                               CAST(SERVERPROPERTY('Edition') AS nvarchar(120)) AS [edition],
                               CAST(d.compatibility_level AS int) AS [level],
                               DB_NAME() AS [database], SUSER_SNAME() AS [login], USER_NAME() AS [user]
                        FROM sys.databases AS d WHERE d.database_id = DB_ID()""").get(0);
        String version = text(row, "version");
        String server = "SQL Server " + release(version) + " (" + version + ", " + text(row, "edition")
                + "), database " + text(row, "database") + " at compatibility level " + text(row, "level")
                + ", as login " + text(row, "login") + ", user " + text(row, "user");
        if (major(version) < 11) {
            catalogue.add(Finding.warning(
                    "server",
                    server + "; this release is older than any that Brain knows: upgrade it to 2012 or later"));
        } else if (number(row, "level") < SqlServerDialect.JSON_LEVEL) {
            catalogue.add(Finding.ok(
                    "server",
                    server + "; below level " + SqlServerDialect.JSON_LEVEL
                            + " ids travel as parameters: nothing to do, batches of up to " + SqlServerDialect.LIST_SIZE
                            + " take one call"));
        } else {
            catalogue.add(Finding.ok("server", server));
        }
    }

    private static int major(String version) {
        String first = version.replaceAll("\\..*", "");
        return first.matches("\\d{1,4}") ? Integer.parseInt(first) : 0;
    }

    private static String release(String version) {
        return switch (major(version)) {
            case 10 -> "2008";
            case 11 -> "2012";
            case 12 -> "2014";
            case 13 -> "2016";
            case 14 -> "2017";
            case 15 -> "2019";
            case 16 -> "2022";
            case 17 -> "2025";
            default -> "of unknown release";
        };
    }

    private void encryption() throws SQLException {
        // a driver's word, since the server's (sys.dm_exec_connections) takes a permission that nothing else needs
        String url = String.valueOf(connection.getMetaData().getURL()).toLowerCase(Locale.ROOT) + ";";
        boolean encrypted = !url.contains(";encrypt=false;")
                && !url.contains(";encrypt=no;")
                && !url.contains(";encrypt=optional;");
        if (!encrypted) {
            catalogue.add(Finding.warning(
                    "encryption",
                    "the connection requests none, so case data can be read in transit: remove "
                            + form.noEncryption()));
        } else if (url.contains(";trustservercertificate=true;") && !url.contains(";encrypt=strict;")) {
            catalogue.add(Finding.warning(
                    "encryption",
                    "encrypted, but any certificate is trusted: remove " + form.anyCertificate() + ", and "
                            + form.trust()));
        } else {
            catalogue.add(Finding.ok("encryption", "encrypted, and the server's certificate is checked"));
        }
    }

    private void isolation() throws SQLException {
        boolean versions = catalogue
                .rows("SELECT CAST(is_read_committed_snapshot_on AS int) AS [rcsi] FROM sys.databases"
                        + " WHERE database_id = DB_ID()")
                .stream()
                .anyMatch(row -> number(row, "rcsi") == 1);
        String level = switch (connection.getTransactionIsolation()) {
            case Connection.TRANSACTION_READ_COMMITTED -> "READ COMMITTED";
            case Connection.TRANSACTION_READ_UNCOMMITTED -> "READ UNCOMMITTED";
            case Connection.TRANSACTION_REPEATABLE_READ -> "REPEATABLE READ";
            case Connection.TRANSACTION_SERIALIZABLE -> "SERIALIZABLE";
            default -> "SNAPSHOT";
        };
        String message = level + (versions ? " with" : " without")
                + " row versions (READ_COMMITTED_SNAPSHOT); the statements' own hints decide in either case: lists pass by"
                + " rows that somebody is changing, read-backs wait for them";
        catalogue.add(
                level.equals("READ COMMITTED")
                        ? Finding.ok("isolation", message)
                        : Finding.warning(
                                "isolation", message + ". Let the DataSource give connections in READ COMMITTED"));
    }

    private void timeOuts() throws SQLException {
        long lock = catalogue.rows("SELECT @@LOCK_TIMEOUT AS [millis]").stream()
                .mapToLong(row -> number(row, "millis"))
                .findFirst()
                .orElse(-1);
        int network = connection.getNetworkTimeout();
        if (network <= 0 || lock < 0) {
            catalogue.add(Finding.warning(
                    "time-outs",
                    (network <= 0 ? "a server that stops answering is waited for without end" : "")
                            + (network <= 0 && lock < 0 ? ", and " : "")
                            + (lock < 0 ? "a locked row is waited for until the query's time-out" : "")
                            + ": give the DataSource socketTimeout and lockTimeout"));
        } else {
            catalogue.add(Finding.ok(
                    "time-outs",
                    "query " + queryTimeout.toSeconds() + " s, lock " + lock + " ms, network " + network + " ms"));
        }
    }
}
