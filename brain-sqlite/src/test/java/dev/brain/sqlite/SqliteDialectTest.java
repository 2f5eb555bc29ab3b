package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Dialect.Fault;
import dev.brain.jdbc.Dialect.KeyColumn;
import dev.brain.jdbc.IdType;
import dev.brain.jdbc.JdbcRunner;
import dev.brain.plugin.ProviderContext;
import dev.brain.resource.ResourceId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;

class SqliteDialectTest {
    private final SqliteDialect dialect = new SqliteDialect();

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("record.db");
    }

    private static Database open(String url) {
        return Database.open(new ProviderContext(
                Environment.of(Map.of("BRAIN_SOURCE_URL", url)),
                Clock.systemUTC(),
                List.of(SqliteDialectTest.class.getClassLoader())));
    }

    private static List<Map<String, Object>> query(Database database, String sql) {
        return new JdbcRunner(database).read("look", session -> session.query(new BoundSql(sql, List.of())));
    }

    @Test
    void ofATablesNameOnlyTheLastPartCounts() {
        assertThat(dialect.table(List.of("db", "Recursos", "RecursosExp"))).isEqualTo("`RecursosExp`");
    }

    @Test
    void aPartOfANameEndsNoQuotes() {
        assertThat(dialect.quote("Importe (€)")).isEqualTo("`Importe (€)`");
        assertThat(dialect.quote("a]b\"c'd")).isEqualTo("`a]b\"c'd`");
        assertThat(dialect.quote("` = 1; DROP TABLE x --")).isEqualTo("``` = 1; DROP TABLE x --`");
    }

    @Test
    void idsAreBoundInTheTypeOfTheirColumn() {
        assertThat(bound(IdType.INTEGER)).isEqualTo("[7,12]");
        assertThat(bound(IdType.DECIMAL)).isEqualTo("[7,12]");
        assertThat(bound(IdType.TEXT)).isEqualTo("[\"7\",\"12\"]");
    }

    private Object bound(IdType type) {
        try (Database database = SqliteDatabaseProvider.database(file())) {
            TestDatabase.execute(file(), "CREATE TABLE IF NOT EXISTS t (a)");
            return new JdbcRunner(database)
                    .read("look", session -> dialect.isOneOf(session, new KeyColumn(List.of("t"), "a", type)))
                    .ids()
                    .apply(List.of(ResourceId.of(7), ResourceId.of(12)));
        }
    }

    @Test
    void theEnvironmentsUrlOpensAFile() {
        TestDatabase.execute(file(), "CREATE TABLE t (a)", "INSERT INTO t VALUES (5)");
        try (Database database = open("jdbc:sqlite:" + file())) {
            assertThat(database.location()).isEqualTo("SQLite file " + file());
            assertThat(query(database, "SELECT a AS \"a\" FROM t")).containsExactly(Map.of("a", 5L));
        }
    }

    @Test
    void aMissingFileIsToldAndNotMade() {
        try (Database database = open("jdbc:sqlite:" + file())) {
            assertThatThrownBy(() -> query(database, "SELECT 1"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("no such file")
                    .hasMessageContaining(file().toString());
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void aUrlThatNamesNoFileIsRefused() {
        for (String rest : List.of("", ":memory:", "file:x.db", "x.db?mode=ro")) {
            assertThatThrownBy(() -> open("jdbc:sqlite:" + rest))
                    .as(rest)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("BRAIN_SOURCE_URL");
        }
    }

    @Test
    void connectionsAreReusedWithoutWhatWasLeftOpen() throws SQLException {
        TestDatabase.execute(file(), "CREATE TABLE t (a)");
        try (SqliteDataSource source = new SqliteDataSource(file())) {
            try (Connection first = source.getConnection();
                    Statement statement = first.createStatement()) {
                first.setAutoCommit(false);
                statement.execute("CREATE TEMP TABLE mine (x)");
                first.commit();
                statement.execute("INSERT INTO t VALUES (1)");
            }
            try (Connection again = source.getConnection();
                    Statement statement = again.createStatement()) {
                assertThat(again.getAutoCommit()).isTrue();
                statement.execute("SELECT * FROM mine");
            }
            assertThat(TestDatabase.column(file(), "SELECT a FROM t")).isEmpty();
            Connection returned = source.getConnection();
            returned.close();
            returned.close();
            assertThat(returned.isClosed()).isTrue();
            assertThatThrownBy(returned::createStatement).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void errorsAreToldApart() throws SQLException {
        TestDatabase.execute(file(), "CREATE TABLE t (a UNIQUE)", "INSERT INTO t VALUES (1)");
        try (Connection connection = TestDatabase.connect(file());
                Statement statement = connection.createStatement();
                Connection other = TestDatabase.connect(file());
                Statement locking = other.createStatement()) {
            assertThat(fault(statement, "SELECT * FROM nowhere")).isEqualTo(Fault.CONFIGURATION);
            assertThat(fault(statement, "SELECT b FROM t")).isEqualTo(Fault.CONFIGURATION);
            assertThat(fault(statement, "SELEC")).isEqualTo(Fault.CONFIGURATION);
            assertThat(fault(statement, "SELECT `a FROM t")).isEqualTo(Fault.CONFIGURATION);
            assertThat(fault(statement, "SELECT a FROM t WHERE (a = 1")).isEqualTo(Fault.CONFIGURATION);
            assertThat(fault(statement, "SELECT a FROM t WHERE a = 'x' COLLATE spanish"))
                    .isEqualTo(Fault.CONFIGURATION);
            assertThat(fault(statement, "SELECT upper(a, a) FROM t")).isEqualTo(Fault.CONFIGURATION);
            assertThat(fault(statement, "INSERT INTO t VALUES (1)")).isEqualTo(Fault.ROW);
            assertThat(fault(statement, "INSERT INTO t VALUES (json('{'))")).isEqualTo(Fault.ROW);
            statement.execute("PRAGMA busy_timeout=0");
            locking.execute("BEGIN IMMEDIATE");
            assertThat(fault(statement, "INSERT INTO t VALUES (2)")).isEqualTo(Fault.OTHER);
            locking.execute("ROLLBACK");
            statement.execute("PRAGMA query_only=1");
            assertThat(fault(statement, "INSERT INTO t VALUES (2)")).isEqualTo(Fault.CONFIGURATION);
        }
        assertThat(dialect.classify(new SQLException("x", null, SQLiteErrorCode.SQLITE_IOERR.code)))
                .isEqualTo(Fault.CONNECTION);
        assertThat(dialect.classify(new SQLException("the data source is closed")))
                .isEqualTo(Fault.OTHER);
    }

    @Test
    void aFileThatIsLockedIsWaitedForOnce() throws SQLException {
        TestDatabase.execute(file(), "CREATE TABLE t (a)");
        SQLiteDataSource impatient = new SQLiteDataSource();
        impatient.setUrl("jdbc:sqlite:" + file());
        impatient.getConfig().setBusyTimeout(1);
        JdbcRunner runner = new JdbcRunner(new Database(impatient, dialect, "the file"));
        int[] tries = {0};
        try (Connection other = TestDatabase.connect(file());
                Statement locking = other.createStatement()) {
            locking.execute("BEGIN EXCLUSIVE");
            assertThatThrownBy(() -> runner.read("look", session -> {
                        tries[0]++;
                        return session.query(new BoundSql("SELECT a FROM t", List.of()));
                    }))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("another program keeps it locked");
        }
        assertThat(tries[0]).isEqualTo(1);
    }

    @Test
    void aStatementWaitsForALockAsLongAsItsConnectionDoes() {
        SQLiteDataSource impatient = new SQLiteDataSource();
        impatient.setUrl("jdbc:sqlite:" + file());
        impatient.getConfig().setBusyTimeout(7);
        JdbcRunner runner = new JdbcRunner(new Database(impatient, dialect, "the file"));

        Object timeout = runner.read(
                "look",
                session -> session.query(new BoundSql("PRAGMA busy_timeout", List.of()))
                        .get(0)
                        .get("timeout"));

        assertThat(timeout).isEqualTo(7L);
    }

    @Test
    void aSnapshotThatIsTooOldIsTakenAnew() throws SQLException {
        TestDatabase.execute(file(), "PRAGMA journal_mode=WAL", "CREATE TABLE t (a)");
        try (Connection connection = TestDatabase.connect(file());
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("SELECT * FROM t");
            TestDatabase.execute(file(), "INSERT INTO t VALUES (1)");
            assertThat(fault(statement, "INSERT INTO t VALUES (2)")).isEqualTo(Fault.TRANSIENT);
        }
    }

    @Test
    void anInterruptedThreadTriesNoFurther() {
        TestDatabase.execute(file(), "CREATE TABLE t (a)");
        int[] tries = {0};
        try (Database database = SqliteDatabaseProvider.database(file())) {
            assertThatThrownBy(() -> new JdbcRunner(database).read("look", session -> {
                        tries[0]++;
                        Thread.currentThread().interrupt();
                        throw new SQLException("a try may pass", null, SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT.code);
                    }))
                    .isInstanceOf(UnavailableException.class);
        }
        assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
        assertThat(tries[0]).isEqualTo(1);
    }

    private Fault fault(Statement statement, String sql) {
        try {
            statement.execute(sql);
            throw new AssertionError(sql + " went well");
        } catch (SQLException e) {
            return dialect.classify(e);
        }
    }
}
