package dev.brain.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.check.Finding;
import dev.brain.error.ConfigurationException;
import dev.brain.jdbc.Dialect.Fault;
import dev.brain.jdbc.Dialect.KeyColumn;
import dev.brain.jdbc.Dialect.TableUse;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardDatabaseTest {
    private static final String URL = "jdbc:h2:mem:;DATABASE_TO_LOWER=TRUE";

    @Test
    void aUrlWithoutADriverSaysWhichJarToPutWhere() {
        assertThatThrownBy(() -> Urls.open("jdbc:oracle:thin:scott/tiger@//db.example/cases"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("jdbc:oracle:")
                .hasMessageContaining("ojdbc11")
                .hasMessageContaining("plugins/")
                .hasMessageNotContaining("tiger");
        assertThatThrownBy(() -> Urls.open("jdbc:unheard-of://x")).hasMessageContaining("jdbc:unheard-of:");
        assertThatThrownBy(() -> Urls.open("db.example/cases")).hasMessageContaining("is not a JDBC URL");
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:mariadb://db/cases?user=u&password=secret, jdbc:mariadb://db/cases",
        "jdbc:oracle:thin:u/secret@//db:1521/x, jdbc:oracle:…@//db:1521/x",
        "jdbc:h2:file:/cases;PASSWORD=secret, jdbc:h2:file:/cases",
        "jdbc:db2://db:50000/cases:user=u;password=secret;, jdbc:db2://db:50000/cases",
        "jdbc:mysql://u:secret@db/cases, jdbc:mysql:…@db/cases",
    })
    void aLocationShowsNoPassword(String url, String shown) {
        Location location = Location.of(url, new Properties());
        assertThat(location.shown()).isEqualTo(shown);
        assertThat(location.withoutSecrets("cannot open " + url + " with secret"))
                .doesNotContain("secret");
    }

    @Test
    void aWrongPasswordIsTriedOnceAndNeverShown() throws SQLException {
        String place = "jdbc:h2:mem:guarded";
        try (var open = new org.h2.Driver().connect(place + ";USER=sa;PASSWORD=right", new Properties());
                Database database = Urls.open(Map.of(
                        Database.URL, place, StandardDatabase.USER, "sa", StandardDatabase.PASSWORD, "wrong-one"))) {
            assertThat(open.isValid(1)).isTrue();
            JdbcRunner runner = new JdbcRunner(database);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> runner.read("look", session -> null))
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining(StandardDatabase.PASSWORD)
                        .hasMessageNotContaining("wrong-one")
                        .hasMessageNotContaining("tried");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "08006, CONNECTION",
        "40001, TRANSIENT",
        "40002, ROW",
        "40003, CONNECTION",
        "23505, ROW",
        "22001, ROW",
        "45000, ROW",
        "42S02, CONFIGURATION",
        "28000, CONFIGURATION",
        "25006, CONFIGURATION",
        "HYT00, TRANSIENT",
        "HY000, OTHER",
        ", OTHER"
    })
    void anErrorIsClassifiedByTheClassOfItsState(String state, Fault fault) {
        SQLException error = new SQLException("no", state);
        assertThat(SqlStates.classify(error)).isEqualTo(fault);
        BatchUpdateException batch = new BatchUpdateException("of a batch", "HY000", new int[0]);
        batch.setNextException(error);
        assertThat(SqlStates.classify(batch)).as("in a batch").isEqualTo(fault);
    }

    @Test
    void anErrorWithoutAStateIsClassifiedByItsType() {
        assertThat(SqlStates.classify(new SQLRecoverableException("gone"))).isEqualTo(Fault.CONNECTION);
        assertThat(SqlStates.classify(new SQLTimeoutException("late"))).isEqualTo(Fault.TRANSIENT);
    }

    private static List<Finding> check(Database database, TableUse use) {
        return new JdbcRunner(database)
                .read("check", session -> database.dialect().check(session, use));
    }

    @Test
    void aCheckComparesTheTableWithTheCatalogue() {
        try (Database database = Urls.open("jdbc:h2:mem:checked;DATABASE_TO_LOWER=TRUE;DB_CLOSE_DELAY=-1")) {
            for (String sql : List.of(
                    "CREATE TABLE cases (id VARCHAR(10), owner VARCHAR(10), twice INTEGER GENERATED ALWAYS AS (1))",
                    "CREATE TABLE keyed (id INTEGER PRIMARY KEY)")) {
                new JdbcRunner(database).write("set up", session -> session.update(new BoundSql(sql, List.of())));
            }
            KeyColumn key = new KeyColumn(List.of("cases"), "id", IdType.INTEGER);
            assertThat(check(database, new TableUse(key, Set.of("owner"), Set.of(), new BoundSql("", List.of()))))
                    .extracting(Finding::message)
                    .anyMatch(message -> message.contains("set its idType"))
                    .anyMatch(message -> message.contains("no index begins with id"))
                    .anyMatch(message -> message.contains("two rows"));
            assertThat(check(database, new TableUse(key, Set.of("nobody"), Set.of(), null)))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.message()).contains("nobody", "owner"));
            assertThat(check(database, new TableUse(key, Set.of(), Set.of("twice"), null)))
                    .extracting(Finding::message)
                    .anyMatch(message -> message.contains("twice can't be set"));
            assertThat(check(
                            database,
                            new TableUse(
                                    new KeyColumn(List.of("KEYED"), "id", IdType.INTEGER), Set.of(), Set.of(), null)))
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.message()).contains("there is public.keyed"));
            assertThat(check(
                            database,
                            new TableUse(
                                    new KeyColumn(List.of("keyed"), "id", IdType.INTEGER),
                                    Set.of(),
                                    Set.of(),
                                    new BoundSql("", List.of()))))
                    .allMatch(finding -> finding.level() == Finding.Level.OK);
        }
    }

    @Test
    void valuesAreOfTypesThatResourcesName() {
        try (Database database = Urls.open(URL)) {
            Map<String, Object> row = new JdbcRunner(database)
                    .read(
                            "look",
                            session -> session.query(new BoundSql(
                                    "SELECT CAST('long text' AS CLOB) AS text, TIMESTAMP '2026-03-29 02:30:00.123456' AS time,"
                                            + " CAST('7b3f1c9e-0000-4000-8000-000000000001' AS UUID) AS uuid,"
                                            + " CAST(7 AS NUMERIC(20)) AS number, INTERVAL '1' DAY AS days",
                                    List.of())))
                    .get(0);
            assertThat(row)
                    .containsEntry("text", "long text")
                    .containsEntry("uuid", "7b3f1c9e-0000-4000-8000-000000000001")
                    .containsEntry("number", 7L);
            assertThat(row.get("time")).hasToString("2026-03-29T02:30:00.123456");
            assertThat(row.get("days")).isInstanceOf(String.class);
        }
    }
}
