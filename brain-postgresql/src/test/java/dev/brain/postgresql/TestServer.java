package dev.brain.postgresql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The server of all tests of a module: the one that {@code BRAIN_TEST_POSTGRESQL_URL} names, else one that is started
 * with the first test and ended with the JVM.
 */
public final class TestServer {
    private static final String URL = url();

    private TestServer() {}

    private static String url() {
        String url = System.getenv("BRAIN_TEST_POSTGRESQL_URL");
        return url == null || url.isBlank() ? start().getJdbcUrl("postgres", "postgres") : url;
    }

    @SuppressWarnings("resource") // the server's own shutdown hook closes it
    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "200")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the URL of a schema. */
    public static String url(String schema) {
        return URL + (URL.contains("?") ? "&" : "?") + "currentSchema=" + schema;
    }

    public static void createSchema(String schema) {
        execute("CREATE SCHEMA IF NOT EXISTS " + schema);
    }

    public static void dropSchema(String schema) {
        execute("DROP SCHEMA IF EXISTS " + schema + " CASCADE");
    }

    static Connection connect(String schema) throws SQLException {
        PGSimpleDataSource driver = new PGSimpleDataSource();
        driver.setURL(url(schema));
        return driver.getConnection();
    }

    private static void execute(String sql) {
        try (Connection connection = connect("public");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
