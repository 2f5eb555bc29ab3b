package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.internal.NoStoreException;
import dev.brain.queue.Store;
import dev.brain.store.TaskFailures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each error says in one line what is wrong, where, and what to do. */
class PostgresErrorsTest {
    private final TestSchema schema = new TestSchema();

    @AfterEach
    void dropSchema() {
        schema.close();
    }

    private static AbstractThrowableAssert<?, ?> assertThatOpening(String url) {
        return assertThatOpening(url, Store.Options.Access.CREATE);
    }

    private static AbstractThrowableAssert<?, ?> assertThatOpening(String url, Store.Options.Access access) {
        Store.Options options = new Store.Options(url, access, Environment.of(Map.of()), Clock.systemUTC());
        return assertThatThrownBy(() -> PostgresStoreProvider.open(options, TaskFailures.DEFAULT)
                        .close())
                .hasMessageNotContaining("\n");
    }

    /** Runs something as a user that exists only meanwhile. */
    private void asUser(String rights, java.util.function.Consumer<String> action) throws SQLException {
        String user = schema.name() + "_user";
        schema.execute("CREATE ROLE " + user + " LOGIN PASSWORD 'right'; " + rights.replace("USER", user));
        try {
            action.accept(
                    schema.url().replaceAll("[?&]user=[^&]*", "").replaceFirst("[?&]?currentSchema", "?currentSchema")
                            + "&user=" + user + "&password=right");
        } finally {
            schema.execute("DROP OWNED BY " + user + "; DROP ROLE " + user);
        }
    }

    @Test
    void databaseThatDoesNotExist() {
        assertThatOpening(schema.url().replaceFirst("/[a-z]+\\?", "/nowhere?"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("/nowhere does not exist");
    }

    @Test
    void schemaThatDoesNotExist() {
        assertThatOpening(TestServer.url("nowhere"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("has no schema for the tables");
    }

    @Test
    void userThatDoesNotExist() {
        assertThatOpening(schema.url()
                                .replaceAll("[?&]user=[^&]*", "")
                                .replaceFirst("[?&]?currentSchema", "?currentSchema")
                        + "&user=nobody_" + schema.name())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("refuses the user")
                .hasMessageContaining("BRAIN_QUEUE_USER");
    }

    @Test
    void serverThatDoesNotListen() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThatOpening("jdbc:postgresql://127.0.0.1:" + port + "/brain?password=secret")
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:" + port + "/brain can't be reached")
                .hasMessageNotContaining("secret");
    }

    @Test
    void urlThatCannotBeRead() {
        assertThatOpening("jdbc:postgresql://host:port/brain")
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("jdbc:postgresql://HOST:PORT/DATABASE");
    }

    @Test
    void userWithoutTheRightToCreateTables() throws SQLException {
        asUser(
                "GRANT USAGE ON SCHEMA " + schema.name() + " TO USER",
                url -> assertThatOpening(url)
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("the user lacks a right")
                        .hasMessageContaining("brain queue init"));
    }

    @Test
    void userWithoutRightsOnTheTables() throws SQLException {
        schema.open().close();
        asUser(
                "GRANT USAGE ON SCHEMA " + schema.name() + " TO USER",
                url -> assertThatOpening(url)
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("the user lacks a right"));
    }

    @Test
    void userWithRightsOnRowsOnlyCanWork() throws SQLException {
        schema.open().close();
        asUser(
                "GRANT USAGE ON SCHEMA " + schema.name()
                        + " TO USER; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES" + " IN SCHEMA " + schema.name()
                        + " TO USER",
                url -> {
                    try (var store = TestSchema.open(url)) {
                        assertThat(TestSchema.queue(store.queue(), 1, 2)).hasSize(2);
                    }
                });
    }

    @Test
    void serverThatCannotBeWritten() {
        schema.open().close();
        assertThatOpening(schema.url() + "&options="
                        + URLEncoder.encode("-c default_transaction_read_only=on", StandardCharsets.UTF_8))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is read-only, for example a standby")
                .hasMessageContaining("targetServerType=primary");
    }

    @Test
    void tablesOfANewerVersion() throws SQLException {
        schema.open().close();
        schema.execute("UPDATE brain_schema SET version = 1000");
        assertThatOpening(schema.url())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("was last used by a newer version of this program");
    }

    @Test
    void tablesOfAnEarlierVersionAreBroughtToThisOne() throws SQLException {
        schema.open().close();
        schema.execute("UPDATE brain_schema SET version = 1; DROP INDEX tramite_queue_ready;"
                + " ALTER TABLE tramite_queue DROP COLUMN progress");
        assertThatOpening(schema.url(), Store.Options.Access.READ_ONLY)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("brain queue init");
        schema.open().close();
        assertThat(schema.texts("SELECT version FROM brain_schema")).doesNotContain("1");
        assertThat(schema.texts("SELECT to_regclass('tramite_queue_ready')")).doesNotContainNull();
    }

    @Test
    void tableOfAnotherProgramThatCannotBeUsed() throws SQLException {
        schema.execute("CREATE TABLE tramite_queue (id bigint, site_id text)");
        assertThatOpening(schema.url())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the table tramite_queue")
                .hasMessageContaining("lacks the columns");
    }

    @Test
    void storeThatIsNotThereIsNotCreatedByWhoOnlyLooks() throws SQLException {
        for (Store.Options.Access access : List.of(Store.Options.Access.READ_ONLY, Store.Options.Access.EXISTING)) {
            assertThatOpening(schema.url(), access)
                    .isInstanceOf(NoStoreException.class)
                    .hasMessageContaining("there is no queue at jdbc:postgresql:");
        }
        assertThat(schema.texts("SELECT tablename FROM pg_tables WHERE schemaname = '" + schema.name() + "'"))
                .isEmpty();
    }

    @Test
    void printedStatementsCreateTheTables() throws SQLException {
        Store.Options options = TestSchema.options(schema.url());
        PostgresStoreProvider provider = new PostgresStoreProvider();
        List<String> statements = provider.missingStatements(options);
        schema.execute(String.join(";\n", statements));
        assertThat(provider.missingStatements(options)).isEmpty();
    }

    @Test
    void healthyServerHasNoErrors() {
        try (var store = schema.open()) {
            assertThat(store.check())
                    .noneMatch(finding -> finding.level() == dev.brain.check.Finding.Level.ERROR)
                    .anyMatch(finding -> finding.message().startsWith("PostgreSQL "));
        }
    }

    @Test
    void checkNamesWhatIsWrong() throws SQLException {
        try (var store = schema.open()) {
            schema.execute("DROP TABLE brain_task_start");
            assertThat(store.check())
                    .anyMatch(finding -> finding.level() == dev.brain.check.Finding.Level.ERROR
                            && finding.message().contains("lacks DELETE, INSERT, SELECT, UPDATE on brain_task_start"));
        }
    }
}
