package dev.brain.sqlite;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.internal.NoStoreException;
import dev.brain.queue.Store;
import dev.brain.queue.Store.Options.Access;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import dev.brain.tck.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class SqliteStoreTest {
    private static final Instant NOW = Instant.parse("2026-03-01T08:00:00Z");

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("db").resolve("queue.db");
    }

    private SqliteStore open(Clock clock) {
        return SqliteStore.builder(file()).clock(clock).open();
    }

    private static QueueState standing(TaskQueue queue, int id) {
        return queue.standings(Drafts.SITE, List.of(ResourceId.of(id))).get(ResourceId.of(id));
    }

    private static long queued(TaskQueue queue, int id) {
        Reservation reservation = queue.reserve(Drafts.of(id)).get(0);
        queue.settle(List.of(new Settlement(reservation, CONFIRM)));
        return reservation.id();
    }

    @Test
    void foldersAndFileAreMadeWithAWriteAheadLog() {
        SqliteStore.open(file()).close();
        assertThat(TestDatabase.column(file(), "PRAGMA journal_mode")).containsExactly("wal");
    }

    @Test
    void theFirstColumnsAreExactlyThoseThatOtherProgramsKnow() {
        SqliteStore.open(file()).close();
        Path seed = folder.resolve("seed.db");
        TestDatabase.execute(seed, Seed.QUEUE, Seed.SITES);
        for (String table : List.of("tramite_queue", "organismo_config")) {
            String columns =
                    "SELECT name || ' ' || type || ' ' || \"notnull\" || ' ' || coalesce(dflt_value, '-') || pk"
                            + " FROM pragma_table_info('" + table + "') ORDER BY cid";
            List<Object> theirs = TestDatabase.column(seed, columns);
            assertThat(TestDatabase.column(file(), columns).subList(0, theirs.size()))
                    .isEqualTo(theirs);
        }
    }

    @Test
    void whatThePythonWorkersReadIsAsTheyWroteItThemselves() {
        try (SqliteStore store = open(Clock.fixed(NOW.plusMillis(789), java.time.ZoneOffset.UTC))) {
            long id = queued(store.queue(), 89157);
            assertThat(TestDatabase.column(file(), "SELECT created_at FROM tramite_queue"))
                    .containsExactly("2026-03-01 08:00:00");
            assertThat(TestDatabase.column(file(), "SELECT payload FROM tramite_queue"))
                    .containsExactly("{\"idRecurso\":89157}");
            assertThat(TestDatabase.column(file(), "SELECT typeof(created_at) || typeof(payload) FROM tramite_queue"))
                    .containsExactly("texttext");
            store.operations().cancel(Actor.ofProcess(), id);
            assertThat(TestDatabase.column(file(), "SELECT processed_at FROM tramite_queue"))
                    .containsExactly("2026-03-01 08:00:00");
        }
    }

    @Test
    void whatAPythonWorkerFailedIsBlockedAndCanBeRetried() {
        try (SqliteStore store = open(new SettableClock(NOW))) {
            long id = queued(store.queue(), 1);
            TestDatabase.execute(
                    file(),
                    "UPDATE tramite_queue SET status = 'failed', processed_at = '2026-03-01T09:00:00.5', screenshot_path = 'x.png',"
                            + " error_log = 'Traceback (most recent call last):' || char(10) || 'ValueError: no such plate' || char(10)");
            assertThat(standing(store.queue(), 1)).isEqualTo(QueueState.BLOCKED);
            assertThat(store.queue().reserve(Drafts.of(1))).isEmpty();
            Task failed = store.operations().find(id).orElseThrow();
            assertThat(failed.failure()).isEqualTo("ValueError: no such plate");
            assertThat(failed.processedAt()).isEqualTo(Instant.parse("2026-03-01T09:00:00.5Z"));
            assertThat(failed.screenshotPath()).isEqualTo("x.png");

            assertThat(store.operations().retry(Actor.ofProcess(), id)).isTrue();
            Task retried = store.operations().find(id).orElseThrow();
            assertThat(retried.status()).isEqualTo(TaskStatus.PENDING);
            assertThat(retried.failure()).isNull();
            assertThat(retried.screenshotPath()).isNull();
            assertThat(retried.processedAt()).isNull();
        }
    }

    @Test
    void theIncidentOfATaskThatAnotherProgramPutBackClosesWhenItIsCancelled() {
        try (SqliteStore store = open(new SettableClock(NOW))) {
            long id = queued(store.queue(), 1);
            store.incidents()
                    .report(List.of(new Report(IncidentCode.BUSINESS_FAILURE, "fines", ResourceId.of(1), "late")));
            assertThat(store.operations().cancel(Actor.ofProcess(), id)).isTrue();
            assertThat(store.incidents().list(Set.of(), true, 10)).isEmpty();
        }
    }

    @Test
    void ofAnotherProgramsFailureTheLastLineOfAPythonTraceIsToldElseTheFirstLines() {
        try (SqliteStore store = open(new SettableClock(NOW))) {
            long id = queued(store.queue(), 1);
            Map<String, String> told = Map.of(
                    "Traceback (most recent call last):\n  File \"worker.py\", line 7\nKeyError: 'x'\n",
                            "KeyError: 'x'",
                    "Timeout 30000ms exceeded.\nCall log:\n  - waiting\n  - more",
                            "Timeout 30000ms exceeded. Call log: - waiting",
                    "\nonly one\n", "only one");
            told.forEach((log, line) -> {
                TestDatabase.execute(
                        file(),
                        "UPDATE tramite_queue SET status = 'failed', error_log = '" + log.replace("'", "''") + "'");
                assertThat(store.operations().find(id).orElseThrow().failure()).isEqualTo(line);
            });
        }
    }

    @Test
    void whatWasCompletedMayBeQueuedAgain() {
        try (SqliteStore store = open(new SettableClock(NOW))) {
            queued(store.queue(), 1);
            TestDatabase.execute(file(), "UPDATE tramite_queue SET status = 'completed'");
            assertThat(standing(store.queue(), 1)).isEqualTo(QueueState.COMPLETED);
            assertThat(store.queue().reserve(Drafts.of(1))).hasSize(1);
            assertThat(standing(store.queue(), 1)).isEqualTo(QueueState.ACTIVE);
        }
    }

    @Test
    void anEarlierFailureStillBlocksAfterALaterSuccess() {
        try (SqliteStore store = open(new SettableClock(NOW))) {
            TestDatabase.execute(
                    file(),
                    "INSERT INTO tramite_queue (site_id, payload, status, resource_id) VALUES ('fines', '{}', 'failed', '1'),"
                            + " ('fines', '{}', 'completed', '1')");
            assertThat(standing(store.queue(), 1)).isEqualTo(QueueState.BLOCKED);
            assertThat(store.operations().unblock(Actor.ofProcess(), "fines", ResourceId.of(1)))
                    .isTrue();
            assertThat(standing(store.queue(), 1)).isEqualTo(QueueState.COMPLETED);
        }
    }

    @Test
    void whatAnotherProgramQueuesStandsInTheWayAtOnce() {
        try (SqliteStore store = open(new SettableClock(NOW))) {
            TestDatabase.execute(
                    file(),
                    "INSERT INTO tramite_queue (site_id, payload) VALUES ('fines', '{\"idRecurso\": 5}'), ('fines', 'no JSON')");
            assertThat(store.queue().reserve(Drafts.of(5, 6)))
                    .extracting(each -> each.resourceId().value())
                    .containsExactly("6");
            assertThat(standing(store.queue(), 5)).isEqualTo(QueueState.ACTIVE);
        }
    }

    @Test
    void rowsOfAStatusThatNobodyKnowsAreShownAsTheyStandAndLeftAlone() {
        SqliteStore.open(file()).close();
        TestDatabase.execute(
                file(),
                "INSERT INTO tramite_queue (site_id, payload, status) VALUES"
                        + " ('s', '{\"idRecurso\": 1}', 'en_curso'), ('s', '{\"idRecurso\": 2}', NULL),"
                        + " ('s', '{\"idRecurso\": 3}', 'Pending'), ('s', '{\"idRecurso\": 4}', 'pending')");
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(store.operations().list(TaskFilter.newest(10)))
                    .extracting(Task::statusText)
                    .containsExactly("pending", "Pending", "", "en_curso");
            assertThat(store.operations().list(new TaskFilter(Set.of("s"), Set.of(TaskStatus.OTHER), null, 10)))
                    .allMatch(task -> task.status() == TaskStatus.OTHER)
                    .hasSize(3);
            assertThat(store.operations().list(new TaskFilter(Set.of(), Set.of(TaskStatus.PENDING), null, 10)))
                    .extracting(Task::resourceId)
                    .containsExactly(ResourceId.of(4));
            assertThat(store.operations().find(1))
                    .get()
                    .extracting(Task::statusText)
                    .isEqualTo("en_curso");
            assertThat(store.operations().counts())
                    .isEqualTo(Map.of("s", Map.of("", 1L, "Pending", 1L, "en_curso", 1L, "pending", 1L)));
            for (long id = 1; id <= 3; id++) {
                assertThat(store.operations().retry(Actor.ofProcess(), id)
                                || store.operations().cancel(Actor.ofProcess(), id))
                        .as("it is left alone")
                        .isFalse();
            }
        }
    }

    @Test
    void aReservationThatCannotBeReadHidesNoOther() {
        try (SqliteStore store = open(new SettableClock(NOW))) {
            TestDatabase.execute(
                    file(),
                    "INSERT INTO tramite_queue (site_id, payload, status, resource_id) VALUES ('fines', '[', 'claiming', '9')");
            store.queue().reserve(Drafts.of(1));
            assertThat(store.queue().unsettled()).hasSize(1);
        }
    }

    @Test
    void anotherHostsReservationIsLeftAloneForTenMinutes() {
        SettableClock clock = new SettableClock(NOW);
        try (SqliteStore store = open(clock)) {
            store.queue().reserve(Drafts.of(1));
            TestDatabase.execute(file(), "UPDATE tramite_queue SET run = 'elsewhere/12/1700000000000/1'");
            clock.advance(Duration.ofMinutes(10).minusMillis(1));
            assertThat(store.queue().unsettled()).isEmpty();
            clock.advance(Duration.ofMillis(1));
            assertThat(store.queue().unsettled()).hasSize(1);
        }
    }

    @Test
    void aRunWithoutAReadableNameIsNobodys() {
        SettableClock clock = new SettableClock(NOW);
        try (SqliteStore store = open(clock)) {
            store.queue().reserve(Drafts.of(1));
            for (String run : List.of("NULL", "''", "'a/b'", "'" + host() + "/x/y/1'")) {
                TestDatabase.execute(file(), "UPDATE tramite_queue SET run = " + run);
                assertThat(store.queue().unsettled()).as(run).hasSize(1);
            }
        }
    }

    private String host() {
        return String.valueOf(TestDatabase.column(file(), "SELECT run FROM tramite_queue"))
                .replaceAll("[\\[\\]]", "")
                .split("/", -1)[0];
    }

    @Test
    void theReservationsOfAProcessAreItsOwnUntilItIsKilled() throws Exception {
        try (SqliteStore store = SqliteStore.open(file())) {
            try (OtherProcess other = OtherProcess.start(file(), 3)) {
                assertThat(other.reserved()).isEqualTo(3);
                assertThat(store.queue().reserve(Drafts.of(1, 2, 3, 4))).hasSize(1);
                assertThat(store.queue().unsettled()).hasSize(1);
            }
            assertThat(store.queue().unsettled()).hasSize(4);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProcessThatEndedIsDeadAlthoughItsParentDoesNotCollectIt() throws Exception {
        try (SqliteStore store = SqliteStore.open(file());
                OtherProcess other = OtherProcess.startUncollected(file(), 3)) {
            assertThat(other.reserved()).isEqualTo(3);
            assertThat(store.queue().unsettled()).isEmpty();
            other.killUncollected();
            assertThat(store.queue().unsettled()).hasSize(3);
        }
    }

    @Test
    void aRunOfAnotherProcessNamespaceOfThisHostIsLeftAloneForTenMinutes() {
        SettableClock clock = new SettableClock(NOW);
        try (SqliteStore store = open(clock)) {
            store.queue().reserve(Drafts.of(1));
            TestDatabase.execute(file(), "UPDATE tramite_queue SET run = '" + host() + "0/1/1700000000000/1'");
            assertThat(store.queue().unsettled()).isEmpty();
            clock.advance(Duration.ofMinutes(10));
            assertThat(store.queue().unsettled()).hasSize(1);
        }
    }

    @Test
    void processesThatOpenAnOldFileAtOnceEndUpWithOne() throws Exception {
        Files.createDirectories(file().getParent());
        TestDatabase.execute(file(), Seed.OLD_QUEUE);
        for (int id = 1; id <= 50; id++) {
            TestDatabase.execute(
                    file(),
                    "INSERT INTO tramite_queue (site_id, payload) VALUES ('fines', '{\"idRecurso\":" + id + "}')");
        }
        try (OtherProcess first = OtherProcess.start(file(), 100);
                OtherProcess second = OtherProcess.start(file(), 100);
                OtherProcess third = OtherProcess.start(file(), 100)) {
            assertThat(first.reserved() + second.reserved() + third.reserved()).isEqualTo(50);
        }
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(store.operations().list(TaskFilter.newest(1000))).hasSize(100);
        }
    }

    @Test
    void theTablesMayHaveOtherNames() {
        SqliteStore.Builder named =
                SqliteStore.builder(file()).queueTable("tasks").sitesTable("sites");
        try (SqliteStore store = named.open();
                SqliteStore usual = SqliteStore.open(file())) {
            queued(store.queue(), 1);
            assertThat(usual.operations().list(TaskFilter.newest(10))).isEmpty();
            assertThat(TestDatabase.column(file(), "SELECT resource_id FROM tasks"))
                    .containsExactly("1");
            assertThat(store.sites().sites()).isEmpty();
        }
    }

    @Test
    void aNameThatIsNoPlainIdentifierIsRefused() {
        for (String name :
                List.of("a b", "x\"; DROP TABLE y", "", "1st", "sqlite_x", "Brain_Incident", "organismo_config")) {
            assertThatThrownBy(
                            () -> SqliteStore.builder(file()).queueTable(name).open())
                    .as(name)
                    .isInstanceOf(ConfigurationException.class);
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void aPathMayHoldAnyCharacter() throws IOException {
        Path odd = Files.createDirectory(folder.resolve("50% Núñez #1 ?")).resolve("a?mode=ro&b.db");
        try (SqliteStore store = SqliteStore.open(odd)) {
            queued(store.queue(), 1);
            try (SqliteStore copy = SqliteStore.builder(odd).snapshot()) {
                assertThat(copy.operations().list(TaskFilter.newest(10))).hasSize(1);
            }
        }
        assertThat(odd).exists();
    }

    private Store opened(Map<String, String> variables, Access access) {
        Environment environment = Environment.of(variables);
        List<ClassLoader> loaders = List.of(SqliteStoreTest.class.getClassLoader());
        return Store.open(
                new Store.Options(Store.url(environment, loaders), access, environment, new SettableClock(NOW)),
                loaders);
    }

    @Test
    void theStoreIsOpenedByTheUrlOrTheFileThatTheEnvironmentNames() {
        for (Map<String, String> variables : List.of(
                Map.of("SQLITE_DB_PATH", file().toString()),
                Map.of("SQLITE_DB_PATH", "elsewhere.db", "BRAIN_QUEUE_URL", "JDBC:sqlite:" + file()))) {
            try (Store store = opened(variables, Access.CREATE)) {
                store.queue().reserve(Drafts.of(1));
                assertThat(store.operations().find(1).orElseThrow().createdAt()).isEqualTo(NOW);
            }
        }
        assertThat(file()).exists();
    }

    @Test
    void aMissingStoreIsCreatedOnlyIfItMayBe() {
        Map<String, String> variables = Map.of("SQLITE_DB_PATH", file().toString());
        for (Access access : List.of(Access.EXISTING, Access.READ_ONLY)) {
            assertThatThrownBy(() -> opened(variables, access))
                    .isInstanceOf(NoStoreException.class)
                    .hasMessageContaining(file().toString());
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void aStoreThatIsOnlyLookedAtStaysAsItIs() throws Exception {
        Map<String, String> variables = Map.of("SQLITE_DB_PATH", file().toString());
        try (Store store = opened(variables, Access.CREATE)) {
            store.queue().reserve(Drafts.of(1));
        }
        byte[] before = Files.readAllBytes(file());
        try (Store store = opened(variables, Access.READ_ONLY)) {
            assertThat(store.operations().find(1)).isPresent();
            store.queue().reserve(Drafts.of(2));
        }
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }

    @Test
    void aUrlThatNoStoreKnowsIsRefused() {
        assertThatThrownBy(() -> opened(Map.of("BRAIN_QUEUE_URL", "jdbc:nowhere:x"), Access.CREATE))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("jdbc:nowhere:x")
                .hasMessageContaining("sqlite");
        assertThatThrownBy(() -> opened(Map.of("BRAIN_QUEUE_URL", "jdbc:sqlite::memory:"), Access.CREATE))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("path of a file");
    }

    @Test
    void aClosedStoreSaysSo() {
        SqliteStore store = SqliteStore.open(file());
        store.close();
        assertThatThrownBy(() -> store.queue().reserve(Drafts.of(1))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(store.operations()::counts).isInstanceOf(IllegalStateException.class);
        store.close();
    }

    @Test
    void everyChangeByAPersonIsLoggedWithTheirName() {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.brain.store.RelationalTaskOperations");
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(logged);
        Actor maria = new Actor("maria");
        try (SqliteStore store = SqliteStore.open(folder.resolve("changes.db"))) {
            long id = store.queue().reserve(Drafts.of(1)).get(0).id();
            assertThat(store.operations().cancel(maria, id)).as("unsettled").isFalse();
            TestDatabase.execute(folder.resolve("changes.db"), "UPDATE tramite_queue SET status = 'pending'");
            assertThat(store.operations().cancel(maria, id)).isTrue();
            assertThat(store.operations().retry(maria, id, true)).isTrue();
            store.operations().pause(maria, Drafts.SITE, true);
        } finally {
            logger.detachAppender(logged);
            logger.setLevel(null);
        }
        assertThat(logged.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "maria cancelled task 1",
                        "maria retried task 1 and confirmed that it was not submitted",
                        "maria paused site " + Drafts.SITE);
    }
}
