package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.check.Finding;
import dev.brain.config.Environment;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.jdbc.Profiles;
import dev.brain.jdbc.SqlResourceSource;
import dev.brain.plugin.ProviderContext;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that can't be claimed, or not under the id that was read: each is reported, and the others are claimed. */
class BadRowsTest {
    @TempDir
    Path folder;

    private SqliteStore store;
    private Database database;
    private Brain brain;

    private Path cases() {
        return folder.resolve("cases.db");
    }

    private Path queue() {
        return folder.resolve("queue.db");
    }

    @AfterEach
    void close() {
        if (brain != null) {
            brain.close();
            database.close();
            store.close();
        }
    }

    private void open(String idType, int pageSize) {
        open(idType, pageSize, "cases");
    }

    private void open(String idType, int pageSize, String table) {
        store = SqliteStore.open(queue());
        database = SqliteDatabaseProvider.database(cases());
        brain = Brain.builder()
                .queue(store)
                .share(Database.class, database)
                .share(Profile.class, Profile.parse("""
                        {"name": "many", "table": "%s", "id": "id", "idType": "%s", "reference": "reference",
                         "columns": ["id", "reference"], "free": "state = 0", "owner": "owner", "ours": "state = 1",
                         "claim": {"state": 1, "owner": ":claimant"},
                         "payload": {"idRecurso": {"value": "id"}, "expediente": {"value": "reference"}}}
                        """.formatted(table, idType), "the test's profile"))
                .pageSize(pageSize)
                .readBackDelays(List.of())
                .site(ManyCases.SITE)
                .build();
    }

    private void table(String idType, String... ids) {
        TestDatabase.execute(
                cases(), "CREATE TABLE cases (id " + idType + ", reference TEXT, state INTEGER DEFAULT 0, owner TEXT)");
        for (String id : ids) {
            TestDatabase.execute(cases(), "INSERT INTO cases (id, reference) VALUES (" + id + ", '2026/1')");
        }
    }

    private SiteReport cycle() {
        return brain.runCycle().sites().get(0);
    }

    private List<String> incidents(IncidentCode code) {
        return store.incidents().list(Set.of(), true, 1000).stream()
                .map(Incident::report)
                .filter(report -> report.code() == code)
                .map(report -> String.valueOf(report.resourceId()))
                .toList();
    }

    private List<String> queued() {
        return store.operations().list(TaskFilter.newest(1000)).stream()
                .map(task -> String.valueOf(task.resourceId()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ABORT", "FAIL", "ROLLBACK"})
    void aRowThatATriggerRefusesIsLeftOutAndTheOthersAreClaimed(String how) {
        ManyCases.create(cases(), 120, 1);
        TestDatabase.execute(
                cases(),
                "CREATE TRIGGER refuse BEFORE UPDATE ON cases WHEN old.id = 60 BEGIN SELECT RAISE(" + how
                        + ", 'this case is closed'); END");
        open("integer", 50);
        SiteReport first = cycle();
        SiteReport second = cycle();
        SiteReport third = cycle();
        assertThat(first.enqueued() + second.enqueued() + third.enqueued()).isEqualTo(119);
        assertThat(first.errorCount() + second.errorCount() + third.errorCount())
                .isEqualTo(1);
        assertThat(third.known()).isEqualTo(1);
        assertThat(incidents(IncidentCode.CLAIM_FAILED)).containsExactly("60");
        assertThat(store.incidents().list(Set.of(), true, 10).get(0).report().message())
                .contains("this case is closed");
        assertThat(TestDatabase.column(cases(), "SELECT id FROM cases WHERE state = 0"))
                .containsExactly(60);
    }

    @Test
    void aRowThatATriggerLeavesAloneIsNotSilentlyLost() {
        ManyCases.create(cases(), 3, 1);
        TestDatabase.execute(
                cases(),
                "CREATE TRIGGER ignore BEFORE UPDATE ON cases WHEN old.id = 2 BEGIN SELECT RAISE(IGNORE); END");
        open("integer", 50);
        SiteReport first = cycle();
        assertThat(first.enqueued()).isEqualTo(2);
        assertThat(first.errors()).singleElement().asString().contains("resource 2", "triggers");
        assertThat(incidents(IncidentCode.CLAIM_FAILED)).containsExactly("2");
        assertThat(cycle().known()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "500"})
    void unusableIdsAreIncidentsOfTheirRows(int pageSize) {
        table("INTEGER", "-9e999", "1", "2.5", "3", "9e999", "1e300", "'see note'", "'  '", "x'0102'");
        open("integer", pageSize);
        SiteReport first = cycle();
        assertThat(queued()).containsExactlyInAnyOrder("1", "3");
        assertThat(first.errorCount()).isEqualTo(7);
        assertThat(incidents(IncidentCode.CLAIM_FAILED))
                .hasSize(7)
                .contains("'see note'", "'  '", "0x0102", "2.5", "'Infinity'", "'-Infinity'");
        SiteReport second = cycle();
        assertThat(second.errorCount()).isZero();
        assertThat(second.known()).isEqualTo(7);
    }

    @Test
    void anUnusableIdAmongWhatIsHeldIsAnIncidentOfItsRow() {
        table("INTEGER", "1", "'see note'", "3");
        TestDatabase.execute(cases(), "UPDATE cases SET state = 1, owner = 'ROBOT' WHERE id <> 3");
        open("integer", 1);
        SiteReport report = cycle();
        assertThat(report.enqueued()).isEqualTo(1);
        assertThat(incidents(IncidentCode.CLAIM_FAILED)).containsExactly("'see note'");
        assertThat(incidents(IncidentCode.ORPHAN_CLAIM)).containsExactly("1");
    }

    @Test
    void aKeyThatIsBytesIsTheProfilesFaultAndSaidOnce() {
        table("BLOB");
        TestDatabase.execute(
                cases(),
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150)"
                        + " INSERT INTO cases (id, reference) SELECT CAST(i AS BLOB), '2026/1' FROM n");
        open("text", 20);
        assertThat(cycle().errors()).singleElement().asString().contains("bytes");
        assertThat(incidents(IncidentCode.CLAIM_FAILED)).isEmpty();
        assertThat(check()).anySatisfy(message -> assertThat(message).contains("bytes"));
    }

    @Test
    void numbersInATextColumnAreNotPagedAsNumbers() {
        table("TEXT", "'9'", "'10'", "'2'", "'30'");
        open("integer", 1);
        assertThat(cycle().errors()).singleElement().asString().contains("another order", "idType");
    }

    @Test
    void textsInAnUntypedColumnEndTheCycleAndAreTold() {
        table("", "'1'", "'2'", "'3'");
        open("integer", 1);
        assertThat(cycle().errors()).singleElement().asString().contains("compare");
        assertThat(queued()).isEmpty();
        assertThat(check()).anySatisfy(message -> assertThat(message).contains("not found", "idType"));
    }

    @Test
    void aRowWhoseIdFindsNothingIsToldThoughItsPageIsTheOnlyOne() {
        table("", "2", "'5'");
        open("integer", 500);
        SiteReport report = cycle();
        assertThat(queued()).containsExactly("2");
        assertThat(report.errors()).singleElement().asString().contains("resource 5", "no row is found");
        assertThat(report.lost()).isZero();
        assertThat(cycle().errorCount()).isZero();
    }

    @Test
    void theExpressionOfAViewComparesAsItIsOrIsTold() {
        table("INTEGER PRIMARY KEY", "1", "2", "3");
        TestDatabase.execute(
                cases(),
                "CREATE VIEW listed AS SELECT id || '' AS id, reference, state, owner FROM cases",
                "CREATE TRIGGER claim INSTEAD OF UPDATE ON listed BEGIN UPDATE cases SET state = new.state,"
                        + " owner = new.owner WHERE id = old.id; END");
        open("integer", 1, "listed");
        assertThat(cycle().errors()).singleElement().asString().contains("compare");
        brain.close();
        database.close();
        store.close();
        open("text", 1, "listed");
        assertThat(cycle().enqueued()).isEqualTo(3);
    }

    @Test
    void aFloatingPointNumberBeyondItsExactDigitsIsFoundAgain() {
        table("REAL", "1152921504606846976.0", "5.0");
        open("decimal", 1);
        assertThat(cycle().enqueued()).isEqualTo(2);
        assertThat(queued()).containsExactlyInAnyOrder("5", "1152921504606846976");
    }

    @Test
    void aReservationThatCannotBeReadIsAnErrorAndAnIncidentAndThenKnown() {
        ManyCases.create(cases(), 1, 1);
        open("integer", 500);
        TestDatabase.execute(
                queue(),
                "INSERT INTO tramite_queue (site_id, payload, status, resource_id, claimant)"
                        + " VALUES ('many', '[1', 'claiming', '7', 'ROBOT')");
        CycleReport first = brain.runCycle();
        assertThat(first.errorCount()).isEqualTo(1);
        assertThat(first.sites().get(0).errors()).singleElement().asString().contains("resource 7", "by hand");
        assertThat(incidents(IncidentCode.CLAIM_UNKNOWN)).containsExactly("7");
        SiteReport second = cycle();
        assertThat(second.errorCount()).isZero();
        assertThat(second.known()).isEqualTo(1);
    }

    @Test
    void oneForeignRowKeepsNoQueueFromOpening() {
        SqliteStore.open(queue()).close();
        TestDatabase.execute(
                queue(),
                "INSERT INTO tramite_queue (site_id, payload) VALUES ('many', '{\"idRecurso\": 1e999}'),"
                        + " ('many', '{\"idRecurso\": 1e999999999}'), ('many', '{\"idRecurso\": \" \"}'),"
                        + " ('many', '{\"idRecurso\": 12345678901234567890}'), ('many', '{\"idRecurso\": 7.0}'),"
                        + " ('many', '{\"idRecurso\": \" 7\"}'), ('many', 'no JSON'), ('many', '{\"idRecurso\": [1]}')",
                "INSERT INTO tramite_queue (site_id, payload, status, resource_id, failure_kind)"
                        + " VALUES ('many', '{}', 'failed', ' ', 'odd')");
        try (SqliteStore opened = SqliteStore.open(queue())) {
            assertThat(opened.operations().list(TaskFilter.newest(100)))
                    .hasSize(9)
                    .filteredOn(task -> task.status() == TaskStatus.PENDING)
                    .extracting(Task::resourceId)
                    .extracting(String::valueOf)
                    .containsExactlyInAnyOrder(
                            "null", "null", "null", "null", "null", "12345678901234567890", "7", " 7");
        }
    }

    @Test
    void rowsOfAChildAreFoundThoughOnlyOneOfTheColumnsIsPadded() {
        table("CHAR(10)", "'A7        '", "'a7        '", "'   B8     '");
        TestDatabase.execute(
                cases(),
                "CREATE TABLE documents (id TEXT, name TEXT)",
                "INSERT INTO documents VALUES ('A7', 'padded.pdf'), ('   B8     ', 'exact.pdf')");
        try (Database record = SqliteDatabaseProvider.database(cases())) {
            Profile profile = Profile.parse("""
                    {"name": "many", "table": "cases", "id": "id", "idType": "text", "reference": "reference",
                     "columns": ["id"], "free": "state = 0", "owner": "owner", "claim": {"owner": ":claimant"},
                     "children": {"files": {"table": "documents", "key": "id", "keyType": "text", "parent": "id",
                                            "columns": ["name"], "orderBy": "name"}}}
                    """, "the test's profile");
            ProviderContext context = new ProviderContext(
                    Environment.of(Map.of()),
                    Clock.systemUTC(),
                    List.of(getClass().getClassLoader()));
            assertThat(new SqlResourceSource(record, new Profiles(context, List.of(profile), null))
                            .candidates(ManyCases.SITE, null, 10))
                    .extracting(resource ->
                            resource.id() + ": " + resource.children().get("files"))
                    .containsExactly(
                            "   B8     : [{name=exact.pdf}]", "A7        : [{name=padded.pdf}]", "a7        : []");
        }
    }

    private List<String> check() {
        return brain.operations().check(ManyCases.SITE).stream()
                .filter(finding -> finding.level() != Finding.Level.OK)
                .map(Finding::message)
                .toList();
    }
}
