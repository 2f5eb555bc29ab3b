package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.resource.ResourceId;
import dev.brain.store.Schema;
import dev.brain.tck.SettableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class SchemaTest {
    private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("queue.db");
    }

    private static List<Object> schema(Path file) {
        return TestDatabase.column(
                file,
                "SELECT t.name || '.' || c.name || ' ' || c.type || coalesce(c.dflt_value, '') FROM sqlite_schema AS t,"
                        + " pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
                        + " UNION ALL SELECT name || ': ' || sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
                        + " ORDER BY 1");
    }

    @Test
    void anOldFileKeepsItsRowsAndEndsUpLikeANewOne() {
        TestDatabase.execute(
                file(),
                Seed.OLD_QUEUE,
                Seed.SITES,
                "INSERT INTO tramite_queue (site_id, payload, status, attempts, created_at) VALUES"
                        + " ('xaloc', '{\"idRecurso\": 89157, \"expediente\": \"2025/1\"}', 'completed', 2, '2025-01-01 10:00:00')",
                "INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente) VALUES"
                        + " ('xaloc', '%XALOC%', '2,3', '.*')");
        try (SqliteStore store = SqliteStore.open(file())) {
            Task task = store.operations().find(1).orElseThrow();
            assertThat(task.resourceId()).isEqualTo(ResourceId.of(89157));
            assertThat(task.payload()).isEqualTo("{\"idRecurso\": 89157, \"expediente\": \"2025/1\"}");
            assertThat(task.attempts()).isEqualTo(2);
            assertThat(store.sites().find("xaloc")).isPresent();
        }
        Path fresh = folder.resolve("new.db");
        SqliteStore.open(fresh).close();
        assertThat(schema(file())).isEqualTo(schema(fresh));
        SqliteStore.open(file()).close();
        assertThat(schema(file())).as("opened again").isEqualTo(schema(fresh));
    }

    @Test
    void anIncidentOfAnEarlierVersionKeepsWhoHoldsItsResource() {
        SqliteStore.open(file()).close();
        TestDatabase.execute(
                file(),
                "ALTER TABLE brain_incident DROP COLUMN owner",
                "INSERT INTO brain_incident (site_id, resource_id, code, message, opened_at, last_seen_at) VALUES"
                        + " ('s', '1', 'ORPHAN_CLAIM', 'it is O''Hara''s, but there is no task for it: queue it', 1, 1),"
                        + " ('s', '2', 'BUSINESS_FAILURE', 'task 1: it is odd', 1, 1)");
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(store.incidents().list(Set.of(), true, 10))
                    .extracting(incident -> incident.report().owner())
                    .containsExactly(null, "O'Hara");
        }
    }

    @Test
    void theTasksOfAResourceAreFoundByAnIndexInFilesOfEarlierVersionsToo() {
        SqliteStore.open(file()).close();
        TestDatabase.execute(
                file(),
                "DROP INDEX tramite_queue_of_resource",
                "CREATE INDEX tramite_queue_resource ON tramite_queue (site_id, resource_id) WHERE resource_id IS NOT NULL");
        SqliteStore.open(file()).close();

        Path fresh = folder.resolve("new.db");
        SqliteStore.open(fresh).close();
        assertThat(schema(file())).isEqualTo(schema(fresh));
        for (String site : List.of("", " AND site_id = 's'")) {
            assertThat(plan("SELECT * FROM tramite_queue WHERE resource_id = '1'" + site + " ORDER BY id DESC LIMIT 9"))
                    .as(site)
                    .anyMatch(step -> step.contains("USING INDEX tramite_queue_of_resource"));
        }
    }

    private List<String> plan(String sql) {
        List<String> steps = new ArrayList<>();
        try (var connection = TestDatabase.connect(file());
                var result = connection.createStatement().executeQuery("EXPLAIN QUERY PLAN " + sql)) {
            while (result.next()) {
                steps.add(result.getString("detail"));
            }
            return steps;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFileThatNeedsNothingIsOpenedWithoutTheWriteLock() throws Exception {
        SqliteStore.open(file()).close();
        try (var other = TestDatabase.connect(file());
                var statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            try (SqliteStore store = SqliteStore.open(file())) {
                assertThat(store.operations().counts()).isEmpty();
            }
        }
    }

    @Test
    void resourcesAreFoundInPayloadsOfAnyKind() {
        TestDatabase.execute(file(), Seed.QUEUE);
        for (String payload : List.of(
                "{\"idRecurso\": 1}",
                "{\"idRecurso\": 2.0}",
                "{\"idRecurso\": \" 3 \"}",
                "{\"idRecurso\": true}",
                "{\"idRecurso\": \"\"}",
                "{\"idRecurso\": {}}",
                "{\"other\": 7}",
                "[1]",
                "8",
                "no JSON at all {",
                "")) {
            TestDatabase.execute(
                    file(), "INSERT INTO tramite_queue (site_id, payload) VALUES ('s', '" + payload + "')");
        }
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(store.operations().list(TaskFilter.newest(100))).hasSize(11);
            assertThat(TestDatabase.column(
                            file(), "SELECT resource_id FROM tramite_queue WHERE resource_id IS NOT NULL ORDER BY id"))
                    .containsExactly("1", "2", " 3 ");
        }
    }

    @Test
    void ofActiveDuplicatesOnlyTheFirstStaysActiveAndTheOthersAreTold() {
        TestDatabase.execute(
                file(),
                Seed.QUEUE,
                "INSERT INTO tramite_queue (site_id, payload, status) VALUES"
                        + " ('s', '{\"idRecurso\": 1}', 'completed'), ('s', '{\"idRecurso\": 1}', 'failed'),"
                        + " ('s', '{\"idRecurso\": 1}', 'processing'), ('s', '{\"idRecurso\": 1}', 'pending'),"
                        + " ('t', '{\"idRecurso\": 1}', 'pending')");
        Logger logger = (Logger) LoggerFactory.getLogger("dev.brain.store.UnidentifiedTasks");
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.addAppender(logged);
        try {
            SqliteStore.open(file()).close();
        } finally {
            logger.detachAppender(logged);
        }
        assertThat(TestDatabase.column(file(), "SELECT id FROM tramite_queue WHERE resource_id = '1' ORDER BY id"))
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(TestDatabase.column(file(), "SELECT status FROM tramite_queue ORDER BY id"))
                .containsExactly("completed", "failed", "processing", "failed", "pending");
        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .singleElement()
                .asString()
                .contains("task 4", "task 3");
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(store.incidents().list(Set.of(), true, 10))
                    .extracting(incident -> incident.report().code())
                    .containsExactly(IncidentCode.BUSINESS_FAILURE);
        }
    }

    @Test
    void manyRowsAreIdentifiedInShortTransactions() {
        TestDatabase.execute(
                file(),
                Seed.QUEUE,
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2600) INSERT INTO tramite_queue"
                        + " (site_id, payload, status) SELECT 's', '{\"idRecurso\":' || i || '}', 'completed' FROM n");
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(store.writer().commits()).isEqualTo(6);
            assertThat(TestDatabase.column(file(), "SELECT count(*) FROM tramite_queue WHERE resource_id IS NULL"))
                    .containsExactly(0);
        }
    }

    @Test
    void theCodeOfTasksThatMayHaveBeenSubmittedIsRenamedInFilesOfEarlierVersions() {
        SqliteStore.open(file()).close();
        TestDatabase.execute(
                file(),
                "INSERT INTO tramite_queue (site_id, resource_id, payload, status, failure_kind, failure_code) VALUES"
                        + " ('s', '1', '{\"idRecurso\":1}', 'failed', 'technical', 'LEASE_LOST_AFTER_SUBMIT'),"
                        + " ('s', '2', '{\"idRecurso\":2}', 'failed', 'technical', 'TIMEOUT')",
                "INSERT INTO brain_incident (site_id, resource_id, code, message, opened_at, last_seen_at) VALUES"
                        + " ('s', '1', 'LEASE_LOST_AFTER_SUBMIT', 'task 1: LEASE_LOST_AFTER_SUBMIT: it broke', 1, 1)",
                "PRAGMA user_version=1");
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(store.operations().find(1).orElseThrow().mayBeSubmitted())
                    .isTrue();
            assertThat(store.operations().find(2).orElseThrow().failureCode()).isEqualTo("TIMEOUT");
            assertThat(store.incidents().list(Set.of(), true, 10))
                    .singleElement()
                    .satisfies(incident -> {
                        assertThat(incident.report().code()).isEqualTo(IncidentCode.SUBMIT_UNKNOWN);
                        assertThat(incident.report().message()).isEqualTo("task 1: SUBMIT_UNKNOWN: it broke");
                    });
        }
        assertThat(TestDatabase.column(file(), "PRAGMA user_version")).containsExactly(Schema.VERSION);
    }

    @Test
    void theStartsOfTasksAreKeptInFilesOfEarlierVersions() {
        SqliteStore.open(file()).close();
        TestDatabase.execute(
                file(),
                "DROP TABLE brain_task_start",
                "CREATE TABLE brain_beginning (site_id TEXT NOT NULL, at INTEGER NOT NULL, task_id INTEGER NOT NULL,"
                        + " PRIMARY KEY (site_id, at, task_id)) WITHOUT ROWID",
                "INSERT INTO brain_beginning VALUES ('fines', "
                        + START.minusSeconds(10).toEpochMilli() + ", 7)",
                "PRAGMA user_version=2");
        SiteLimits onceInAMinute = new SiteLimits(
                Drafts.SITE, null, new SiteLimits.Rate(1, Duration.ofMinutes(1)), SiteLimits.Breaker.USUAL);
        TakeRequest request = new TakeRequest("worker", 1, Duration.ofMinutes(5), List.of(onceInAMinute));
        SettableClock clock = new SettableClock(START);
        try (SqliteStore store = SqliteStore.builder(file()).clock(clock).open()) {
            store.queue()
                    .settle(store.queue().reserve(Drafts.of(1)).stream()
                            .map(reservation -> new Settlement(reservation, Settlement.Verdict.CONFIRM))
                            .toList());
            assertThat(store.queue().take(request))
                    .as("within the period of an earlier start")
                    .isEmpty();
            clock.advance(Duration.ofSeconds(51));
            assertThat(store.queue().take(request)).hasSize(1);
        }
        assertThat(schema(file())).noneMatch(line -> line.toString().contains("brain_beginning"));
        Path fresh = folder.resolve("new.db");
        SqliteStore.open(fresh).close();
        assertThat(schema(file())).isEqualTo(schema(fresh));
    }

    @Test
    void aFileWithoutNotificationsGetsTheirTable() {
        Path fresh = folder.resolve("new.db");
        SqliteStore.open(fresh).close();
        SqliteStore.open(file()).close();
        TestDatabase.execute(file(), "DROP TABLE brain_notification");
        SqliteStore.open(file()).close();
        assertThat(schema(file())).containsExactlyInAnyOrderElementsOf(schema(fresh));
    }

    @Test
    void aFileOfANewerVersionIsRefusedAndStaysAsItIs() {
        SqliteStore.open(file()).close();
        TestDatabase.execute(file(), "PRAGMA user_version=" + (Schema.VERSION + 1));
        assertThatThrownBy(() -> SqliteStore.open(file()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(file().toString())
                .hasMessageContaining("newer version");
        assertThat(TestDatabase.column(file(), "PRAGMA user_version")).containsExactly(Schema.VERSION + 1);
    }

    @Test
    void aTableThatIsSomethingElseIsRefusedAndStaysAsItIs() throws Exception {
        TestDatabase.execute(file(), "CREATE TABLE tramite_queue (id INTEGER PRIMARY KEY, colour TEXT)");
        List<Object> before = schema(file());
        assertThatThrownBy(() -> SqliteStore.open(file()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("tramite_queue")
                .hasMessageContaining("payload");
        assertThat(schema(file())).isEqualTo(before);
        assertThat(Files.exists(file())).isTrue();
    }
}
