package dev.brain.sqlserver;

import dev.brain.config.Environment;
import dev.brain.jdbc.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.mssqlserver.MSSQLServerContainer;

/** A real server, and in its database a schema of our own that goes when this is closed. */
final class TestServer implements AutoCloseable {
    static final String VARIABLE = "BRAIN_TEST_SQLSERVER_URL";

    private final MSSQLServerContainer container;
    private final String url;
    private final String schema =
            "brain_test_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    private final Connection connection;

    /** Lets a test class run where there is a server, and says why not elsewhere. */
    static final class Available implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (named().isPresent()) {
                return ConditionEvaluationResult.enabled(VARIABLE + " is set");
            }
            return DockerClientFactory.instance().isDockerAvailable()
                    ? ConditionEvaluationResult.enabled("Docker runs")
                    : ConditionEvaluationResult.disabled("no SQL Server to test with: set " + VARIABLE
                            + " to a JDBC URL with user and password, or let Docker run");
        }
    }

    private static Optional<String> named() {
        return Optional.ofNullable(System.getenv(VARIABLE)).filter(text -> !text.isBlank());
    }

    private TestServer(MSSQLServerContainer container, String url) throws SQLException {
        this.container = container;
        this.url = url;
        connection = connect();
        execute("CREATE SCHEMA [" + schema + "]");
    }

    static TestServer open() throws SQLException {
        if (named().isPresent()) {
            return new TestServer(null, named().get());
        }
        MSSQLServerContainer container =
                new MSSQLServerContainer("mcr.microsoft.com/mssql/server:2022-latest").acceptLicense();
        container.start();
        return new TestServer(
                container,
                container.getJdbcUrl() + ";user=" + container.getUsername() + ";password={"
                        + container.getPassword().replace("}", "}}") + "};trustServerCertificate=true");
    }

    String jdbcUrl() {
        return url;
    }

    /** The schema's name and a dot. */
    String prefix() {
        return schema + ".";
    }

    String schema() {
        return schema;
    }

    /** A connection of the test's own; nothing that it waits for can hold up the tests for ever. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url + ";lockTimeout=60000;socketTimeout=120000");
    }

    /** Whether the tests' login has a permission on the server; one that doesn't know the permission isn't believed. */
    boolean permits(String permission) throws SQLException {
        return !column("SELECT CAST(HAS_PERMS_BY_NAME(NULL, NULL, '" + permission + "') AS int)")
                .equals(List.of(0));
    }

    /** A new pool as the environment would open it. */
    Database database() {
        return database("");
    }

    /** A new pool with further driver properties, each with a semicolon before it. */
    Database database(String properties) {
        return SqlServerDatabaseProvider.open(settings(url + properties), Hints.standard());
    }

    static ConnectionSettings settings(String url) {
        return ConnectionSettings.from(Environment.of(Map.of(ConnectionSettings.URL, url)))
                .orElseThrow();
    }

    void execute(String... statements) throws SQLException {
        execute(connection, statements);
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** The first column of a query's rows. */
    List<Object> column(String sql) throws SQLException {
        return column(connection, sql);
    }

    static List<Object> column(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<Object> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getObject(1));
            }
            return values;
        }
    }

    /** Drops all that is in the schema. */
    void clean() throws SQLException {
        for (Object table :
                column("SELECT t.name FROM sys.tables AS t JOIN sys.schemas AS s ON s.schema_id = t.schema_id"
                        + " WHERE s.name = '" + schema + "'")) {
            execute("DROP TABLE [" + schema + "].[" + table.toString().replace("]", "]]") + "]");
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            clean();
            execute("DROP SCHEMA [" + schema + "]");
        } finally {
            connection.close();
            if (container != null) {
                container.close();
            }
        }
    }
}
