package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.config.Environment;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.history.Actor;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Store;
import dev.brain.queue.Store.Options.Access;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskStatus;
import dev.brain.site.Site;
import dev.brain.store.RelationalStore;
import dev.brain.store.StoreCopy;
import dev.brain.store.StoreCopy.Copied;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue is moved between a SQLite file and PostgreSQL. */
class StoreCopyTest {
    private static final int TASKS = 450;

    /** Times that other programs read; they are text in SQLite. */
    private static final Set<String> SHARED = Set.of("created_at", "processed_at", "last_sync_at", "updated_at");

    private static final List<String> TABLES = List.of(
            "tramite_queue",
            "brain_incident",
            "brain_site",
            "brain_task_start",
            "brain_notification",
            "organismo_config");

    @TempDir
    Path folder;

    private final TestSchema schema = new TestSchema();
    private String file = "";

    @BeforeEach
    void nameFile() {
        file = "jdbc:sqlite:" + folder.resolve("queue.db");
    }

    @AfterEach
    void dropSchema() {
        schema.close();
    }

    private static Store open(String url, Access access) {
        return Store.open(
                new Store.Options(url, access, Environment.of(Map.of()), Clock.systemUTC()),
                List.of(StoreCopyTest.class.getClassLoader()));
    }

    private static List<Copied> copy(String from, String to) {
        return copy(from, to, (what, done, all) -> {});
    }

    private static List<Copied> copy(String from, String to, StoreCopy.Listener listener) {
        try (Store target = open(to, Access.CREATE)) {
            return StoreCopy.run(() -> open(from, Access.READ_ONLY), target, listener);
        }
    }

    /** Fills a file with tasks of every status, and with everything else that a store has. */
    private void fill() throws SQLException {
        try (Store store = open(file, Access.CREATE)) {
            TaskQueue queue = store.queue();
            for (int from = 1; from <= TASKS; from += 150) {
                TestSchema.queue(queue, from, from + 149);
            }
            store.sites()
                    .save(
                            Actor.ofProcess(),
                            List.of(
                                    Site.builder(TestSchema.SITE).build(),
                                    Site.builder("Other_1.x").build()),
                            true);
            store.operations().pause(Actor.ofProcess(), TestSchema.SITE, true);
            store.incidents()
                    .report(List.of(new Incident.Report(
                            IncidentCode.CLAIM_FAILED, TestSchema.SITE, null, "it's \"odd\" \\ 日本 🙂", "a b.png")));
        }
        change(
                file,
                "UPDATE tramite_queue SET status = 'completed', result = '{\"a\":[1,2.50,\"é\"]}', attempts = 2,"
                        + " processed_at = '2026-01-02 03:04:05', lease_token = 3000000000 WHERE id = 2",
                "UPDATE tramite_queue SET status = 'failed', failures = 3, crashes = 2, failure_kind = 'technical',"
                        + " failure_code = 'E_1', error_log = '  line 1\nline 2\t€ 🙂 '' \"' || char(0) || '\\ ',"
                        + " screenshot_path = 'evidence/ä.png', unblocked_at = 1767323045006 WHERE id = 3",
                "UPDATE tramite_queue SET status = 'cancelled', created_at = 'no time' WHERE id = 4",
                "UPDATE tramite_queue SET status = 'scheduled', due_at = 9223372036854775807 WHERE id = 5",
                "UPDATE tramite_queue SET status = 'scheduled', due_at = 1767323045006, progress = 'wait' WHERE id = 6",
                "UPDATE tramite_queue SET status = 'processing', lease_owner = 'w 1', lease_token = 7, submitting = 1,"
                        + " lease_until = 1767323045006 WHERE id = 7",
                "UPDATE tramite_queue SET status = 'claiming', run = 'gone' WHERE id = 8",
                "UPDATE tramite_queue SET status = 'revisión', resource_id = '  010 ', priority = -3,"
                        + " attachments_count = NULL, attachments_metadata = '[]' WHERE id = 9",
                "INSERT INTO tramite_queue (site_id, payload, status) VALUES ('other', '{\"x\":null}', NULL)",
                "INSERT INTO brain_task_start VALUES ('a', 1767323045006, 1), ('a', 1767323045006, 2), ('B', 5, 1)",
                "INSERT INTO brain_notification (incident_id, event, count, task_id, happened_at, due_at, problem) VALUES"
                        + " (1, 'incident_opened', 1, 2, 1767323045006, 1767323045006, 'it answered HTTP 500')",
                "UPDATE organismo_config SET last_sync_at = '2026-01-02 03:04:05', priority = 7 WHERE id = 2");
    }

    private static void change(String file, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(file);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private Map<String, List<String>> inPostgres() throws SQLException {
        try (Connection connection = schema.connect()) {
            return rows(
                    connection,
                    "(extract(epoch FROM %1$s) * 1000)::bigint",
                    "to_char(%1$s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')");
        }
    }

    private static Map<String, List<String>> inFile(String file) throws SQLException {
        try (Connection connection = DriverManager.getConnection(file)) {
            return rows(connection, "%1$s", "CASE WHEN %1$s <> 'no time' THEN %1$s END");
        }
    }

    /** Returns the rows of each table, every column as a text. */
    private static Map<String, List<String>> rows(Connection connection, String time, String sharedTime)
            throws SQLException {
        Map<String, List<String>> rows = new TreeMap<>();
        for (String table : TABLES) {
            Map<String, String> selected = new TreeMap<>();
            try (ResultSet columns = connection.getMetaData().getColumns(null, connection.getSchema(), table, null)) {
                while (columns.next()) {
                    String name = columns.getString("COLUMN_NAME");
                    String column = SHARED.contains(name)
                            ? sharedTime
                            : columns.getString("TYPE_NAME").equals("timestamptz") ? time : "%1$s";
                    selected.put(name, column.formatted(name) + " AS " + name);
                }
            }
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(
                            "SELECT " + String.join(", ", selected.values()) + " FROM " + table)) {
                List<String> lines = new ArrayList<>();
                while (result.next()) {
                    String[] values = new String[selected.size()];
                    for (int i = 0; i < values.length; i++) {
                        String value = result.getString(i + 1);
                        values[i] = result.getMetaData().getColumnLabel(i + 1) + "="
                                + (value == null ? null : value.replace('\0', '\uFFFD'));
                    }
                    lines.add(Arrays.toString(values));
                }
                lines.sort(null);
                rows.put(table, lines);
            }
        }
        return rows;
    }

    private void assertEqual() throws SQLException {
        Map<String, List<String>> expected = inFile(file);
        // the end of time of a PostgreSQL database
        expected.get("tramite_queue")
                .replaceAll(row -> row.replace(
                        "=9223372036854775807",
                        "=" + Instant.parse("+294276-01-01T00:00:00Z").toEpochMilli()));
        Map<String, List<String>> actual = inPostgres();
        TABLES.forEach(
                table -> assertThat(actual.get(table)).as(table).isNotEmpty().isEqualTo(expected.get(table)));
    }

    @Test
    void everythingIsCopiedToPostgres() throws SQLException {
        fill();
        List<String> progress = new ArrayList<>();
        List<Copied> copied =
                copy(file, schema.url(), (what, done, all) -> progress.add(what + " " + done + "/" + all));

        assertThat(copied)
                .containsExactly(
                        new Copied("tasks", TASKS + 1, TASKS + 1),
                        new Copied("incidents", 1, 1),
                        new Copied("site states", 1, 1),
                        new Copied("task starts", 3, 3),
                        new Copied("steps", 0, 0),
                        new Copied("changes", 912, 912),
                        new Copied("notifications", 1, 1),
                        new Copied("sites", 2, 2));
        assertThat(progress).startsWith("tasks 200/451", "tasks 400/451", "tasks 451/451");
        assertEqual();
    }

    @Test
    @Tag("slow")
    void tasksThatAreQueuedLaterHaveHigherNumbers() throws SQLException {
        fill();
        copy(file, schema.url());

        try (RelationalStore store = schema.open()) {
            assertThat(TestSchema.queue(store.queue(), 1_001, 1_001))
                    .allMatch(reservation -> reservation.id() > TASKS + 1);
            store.incidents()
                    .report(List.of(new Incident.Report(IncidentCode.CLAIM_FAILED, "other", null, "new", null)));
            store.sites().save(Actor.ofProcess(), List.of(Site.builder("new").build()), true);
            assertThat(store.sites().find("new")).isPresent();
        }
    }

    @Test
    void copyMayBeRepeated() throws SQLException {
        fill();
        copy(file, schema.url());

        assertThat(copy(file, schema.url())).hasSize(8).allMatch(each -> each.added() == 0);
        assertEqual();
    }

    @Test
    void interruptedCopyIsRepeated() throws SQLException {
        fill();
        schema.open().close();
        schema.execute(
                "CREATE FUNCTION fail() RETURNS trigger AS 'BEGIN RAISE EXCEPTION ''cut''; END' LANGUAGE plpgsql;"
                        + " CREATE TRIGGER brain_fault BEFORE INSERT ON tramite_queue FOR EACH ROW WHEN (NEW.id = 250)"
                        + " EXECUTE FUNCTION fail()");
        assertThatThrownBy(() -> copy(file, schema.url()))
                .isInstanceOf(BrainException.class)
                .hasMessageContaining("cut");
        assertThat(schema.texts("SELECT count(*) FROM tramite_queue")).containsExactly("200");
        schema.execute("DROP TRIGGER brain_fault ON tramite_queue");

        assertThat(copy(file, schema.url()).get(0)).isEqualTo(new Copied("tasks", TASKS + 1, TASKS + 1 - 200));
        assertEqual();
    }

    @Test
    void copyGoesBackToAFile() throws SQLException {
        fill();
        copy(file, schema.url());
        String back = "jdbc:sqlite:" + folder.resolve("back.db");

        copy(schema.url(), back);

        assertThat(copy(schema.url(), back)).allMatch(each -> each.added() == 0);
        try (Store store = open(back, Access.READ_ONLY)) {
            assertThat(store.operations().list(TaskFilter.newest(1_000))).hasSize(TASKS + 1);
        }
        file = back;
        Map<String, List<String>> copied = inFile(back);
        assertThat(copied.get("brain_incident")).isEqualTo(inPostgres().get("brain_incident"));
        assertThat(copied.get("tramite_queue")).isEqualTo(inPostgres().get("tramite_queue"));
        try (Store store = open(back, Access.CREATE)) {
            assertThat(TestSchema.queue(store.queue(), 1_001, 1_001))
                    .allMatch(reservation -> reservation.id() > TASKS + 1);
        }
    }

    @Test
    void sourceWhoseWorkerHasATaskIsRefused() throws SQLException {
        fill();
        try (Store store = open(file, Access.EXISTING)) {
            store.operations().pause(Actor.ofProcess(), TestSchema.SITE, false);
            store.queue()
                    .take(new TaskQueue.TakeRequest(
                            "robot-1", 1, Duration.ofMinutes(5), List.of(SiteLimits.none(TestSchema.SITE))));
        }
        assertRefused("the source is in use: task 1 is in work at robot-1");
    }

    @Test
    @Tag("slow")
    void sourceWithATaskOfAnotherProgramInWorkIsRefused() throws SQLException {
        fill();
        change(file, "UPDATE tramite_queue SET status = 'processing' WHERE id = 1");
        assertRefused("the source is in use: task 1 is in work at another program's worker");
    }

    @Test
    void sourceWithALivingRunIsRefused() throws SQLException {
        fill();
        try (Store store = open(file, Access.EXISTING)) {
            store.queue().reserve(TestSchema.drafts(1_001, 1_001));
            assertRefused("the source is in use: the run ");
        }
    }

    @Test
    @Tag("slow")
    void targetWithALivingRunIsRefused() throws SQLException {
        fill();
        try (RelationalStore used = schema.open()) {
            assertRefused("the target is in use: the run ");
            assertThat(used.operations().list(TaskFilter.newest(1))).isEmpty();
        }
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> copy(file, schema.url()))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining(message);
        try (RelationalStore store = schema.open()) {
            assertThat(store.operations().list(TaskFilter.newest(1))).isEmpty();
        }
    }

    @Test
    void targetWithOtherTasksIsRefusedUnchanged() throws SQLException {
        fill();
        try (RelationalStore store = schema.open()) {
            TestSchema.queue(store.queue(), 7, 7);
        }
        assertThatThrownBy(() -> copy(file, schema.url()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("other tasks (id 1)");
        assertThat(schema.texts("SELECT count(*) FROM tramite_queue")).containsExactly("1");
    }

    @Test
    @Tag("slow")
    void targetThatWasUsedAfterACopyIsRefused() throws SQLException {
        fill();
        copy(file, schema.url());
        schema.execute("UPDATE tramite_queue SET status = 'cancelled' WHERE id = 300");
        assertThatThrownBy(() -> copy(file, schema.url()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("other tasks (id 300)");
    }

    @Test
    void sourceThatChangesDuringTheCopyIsNoticed() throws SQLException {
        fill();
        assertThatThrownBy(() -> copy(file, schema.url(), (what, done, all) -> {
                    if (what.equals("sites")) {
                        try (Store store = open(file, Access.EXISTING)) {
                            store.operations().cancel(Actor.ofProcess(), 400);
                        }
                    }
                }))
                .isExactlyInstanceOf(BrainException.class)
                .hasMessageContaining("differs from the source in its tasks (id 400)");
        try (Store store = open(file, Access.READ_ONLY)) {
            assertThat(store.operations().find(400).orElseThrow().status()).isEqualTo(TaskStatus.CANCELLED);
        }
    }
}
