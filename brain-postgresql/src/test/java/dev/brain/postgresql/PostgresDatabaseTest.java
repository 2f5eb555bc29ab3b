package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.config.Environment;
import dev.brain.queue.Store;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** How the connections of a queue are set up. */
class PostgresDatabaseTest {
    private final TestSchema schema = new TestSchema();

    @AfterEach
    void dropSchema() {
        schema.close();
    }

    private PostgresDatabase connect(String parameters) {
        return PostgresDatabase.connect(new Store.Options(
                schema.url() + parameters, Store.Options.Access.CREATE, Environment.of(Map.of()), Clock.systemUTC()));
    }

    private static PGSimpleDataSource driver(PostgresDatabase database) {
        return (PGSimpleDataSource) database.listening();
    }

    @Test
    void connectionsThatHangAreGivenUp() {
        try (PostgresDatabase database = connect("")) {
            assertThat(driver(database).getConnectTimeout()).isEqualTo(10);
            assertThat(driver(database).getSocketTimeout()).isEqualTo(60);
            assertThat(driver(database).getTcpKeepAlive()).isTrue();
            assertThat(driver(database).getApplicationName()).isEqualTo("brain");
        }
    }

    @Test
    void urlOverridesWhatIsSetUp() {
        try (PostgresDatabase database =
                connect("&connectTimeout=7&socketTimeout=0&tcpKeepAlive=false&ApplicationName=robots")) {
            assertThat(driver(database).getConnectTimeout()).isEqualTo(7);
            assertThat(driver(database).getSocketTimeout()).isZero();
            assertThat(driver(database).getTcpKeepAlive()).isFalse();
            assertThat(driver(database).getApplicationName()).isEqualTo("robots");
        }
    }

    @Test
    void eachStatementSeesWhatWasCommittedBefore() throws SQLException {
        String options = "-c default_transaction_isolation=serializable -c enable_hashjoin=on";
        try (PostgresDatabase database = connect("&options=" + URLEncoder.encode(options, StandardCharsets.UTF_8));
                Connection connection = database.pool().getConnection()) {
            assertThat(shown(connection, "transaction_isolation")).isEqualTo("read committed");
            assertThat(shown(connection, "enable_seqscan")).isEqualTo("off");
            assertThat(shown(connection, "enable_hashjoin"))
                    .as("set in the URL")
                    .isEqualTo("on");
        }
    }

    private static String shown(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW " + setting)) {
            result.next();
            return result.getString(1);
        }
    }
}
