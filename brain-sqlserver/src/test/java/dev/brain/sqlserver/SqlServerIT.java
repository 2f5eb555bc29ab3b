package dev.brain.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import dev.brain.Brain;
import dev.brain.check.Finding;
import dev.brain.check.Finding.Level;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimOutcome.Result;
import dev.brain.config.Environment;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.jdbc.BoundSql;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Dialect;
import dev.brain.jdbc.JdbcRunner;
import dev.brain.jdbc.Profile;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.resource.ResourceSource.Ownership;
import dev.brain.resource.ResourceSource.Ownership.State;
import dev.brain.site.Site;
import dev.brain.sqlite.SqliteStore;
import dev.brain.tck.ClaimProtocolContract;
import dev.brain.tck.SystemOfRecordContract;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.Condition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All that only a real SQL Server can show: at {@code BRAIN_TEST_SQLSERVER_URL}, else in a container. */
@ExtendWith(TestServer.Available.class)
class SqlServerIT {
    /** How long a test waits for what must come; nothing depends on how long it takes. */
    private static TestServer server;

    @BeforeAll
    static void openServer() throws SQLException {
        server = TestServer.open();
    }

    @AfterAll
    static void closeServer() throws SQLException {
        server.close();
    }

    @Nested
    class MeetsTheSystemOfRecordsContract extends SystemOfRecordContract {
        /** Times of this type are rounded, so that a more precise one differs from what was read. */
        @Override
        protected String timeType() {
            return "datetime";
        }

        @Override
        protected Database newDatabase() {
            return emptied();
        }

        @Override
        protected String schema() {
            return server.prefix();
        }

        @Override
        protected String national() {
            return "N";
        }

        @Override
        protected String textType() {
            return "NVARCHAR(60)";
        }

        @Override
        protected List<String> triggerThatReassignsTo(String owner) {
            return triggerThatSets("assigned_to = N'" + owner + "'");
        }

        @Override
        protected List<String> triggerThatSetsKindTo(int kind) {
            return triggerThatSets("kind = " + kind);
        }

        private List<String> triggerThatSets(String assignment) {
            return List.of("CREATE TRIGGER " + server.prefix() + "meddles ON " + server.prefix()
                    + "cases AFTER UPDATE AS BEGIN SET NOCOUNT ON; IF TRIGGER_NESTLEVEL() > 1 RETURN; UPDATE c SET "
                    + assignment + " FROM " + server.prefix()
                    + "cases AS c JOIN inserted AS i ON i.case_id = c.case_id WHERE i.kind = 1; END");
        }
    }

    @Nested
    class MeetsTheClaimProtocolsContract extends ClaimProtocolContract {
        @TempDir
        Path folder;

        private final Database database = server.database();
        private int worlds;

        @AfterEach
        void close() {
            database.close();
        }

        @Override
        protected World newWorld() {
            clean();
            worlds++;
            Path queue = folder.resolve("queue" + worlds + ".db");
            Path other = folder.resolve("other" + worlds + ".db");
            return new World() {
                @Override
                public TaskQueue openQueue() {
                    return open(queue);
                }

                @Override
                public TaskQueue openOtherQueue() {
                    return open(other);
                }

                private TaskQueue open(Path file) {
                    // how well a commit lasts is of no matter here, and there are thousands
                    return SqliteStore.builder(file)
                            .synchronous(SqliteStore.Synchronous.NORMAL)
                            .open()
                            .queue();
                }

                @Override
                public Database database() {
                    return database;
                }
            };
        }

        @Override
        protected String schema() {
            return server.prefix();
        }

        @Override
        protected String national() {
            return "N";
        }

        @Override
        protected String textType() {
            return "NVARCHAR(60)";
        }
    }

    @Test
    void columnsOfEveryTypeAreReadAsTheyStandThere() {
        try (Database database = server.database()) {
            Map<String, Object> row = new JdbcRunner(database)
                    .read("read every type", session -> session.query(new BoundSql("""
                            SELECT CAST('2018-12-11T00:30:32.8631234+01:00' AS datetimeoffset) AS [datetimeoffset],
                                   CAST(CAST('2018-12-11T00:30:32+01:00' AS datetimeoffset) AS sql_variant) AS [variant],
                                   CAST('2018-03-25T02:30:00.1234567' AS datetime2) AS [datetime2],
                                   CAST('2018-03-25T02:30:00' AS datetime) AS [datetime],
                                   CAST('2018-03-25T02:30:00' AS smalldatetime) AS [smalldatetime],
                                   CAST('2018-12-11' AS date) AS [date],
                                   CAST('12:50:32.8631234' AS time) AS [time],
                                   CAST('00010203-0405-0607-0809-0A0B0C0D0E0F' AS uniqueidentifier) AS [guid],
                                   CAST(123.45 AS money) AS [money],
                                   CAST(7 AS smallmoney) AS [smallmoney],
                                   CAST(1 AS bit) AS [bit],
                                   CAST(200 AS tinyint) AS [tinyint],
                                   CAST(1.5 AS real) AS [real],
                                   CAST(N'<a>ñ</a>' AS xml) AS [xml],
                                   CAST(N'ñ' AS nvarchar(max)) AS [text],
                                   CAST(NULL AS datetimeoffset) AS [nothing]""", List.of())))
                    .get(0);
            assertThat(row.values())
                    .containsExactly(
                            OffsetDateTime.parse("2018-12-11T00:30:32.8631234+01:00"),
                            OffsetDateTime.parse("2018-12-11T00:30:32+01:00"),
                            LocalDateTime.parse("2018-03-25T02:30:00.1234567"),
                            LocalDateTime.parse("2018-03-25T02:30"),
                            LocalDateTime.parse("2018-03-25T02:30"),
                            LocalDate.parse("2018-12-11"),
                            LocalTime.parse("12:50:32.8631234"),
                            "00010203-0405-0607-0809-0A0B0C0D0E0F",
                            new BigDecimal("123.4500"),
                            7L,
                            true,
                            200L,
                            new BigDecimal("1.5"),
                            "<a>ñ</a>",
                            "ñ",
                            null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CAST(0x0708 AS varbinary(20))", "geography::Point(41.4, 2.2, 4326)"})
    void whatNoTextCanShowIsReadAsBytes(String value) {
        try (Database database = server.database()) {
            assertThat(new JdbcRunner(database)
                            .read(
                                    "read " + value,
                                    session -> session.query(new BoundSql("SELECT " + value + " AS [c]", List.of())))
                            .get(0)
                            .get("c"))
                    .isInstanceOf(byte[].class);
        }
    }

    @Nested
    class ClaimsBatches {
        private final Recursos cases = new Recursos(server.prefix(), "integer");
        private final Database database = emptied();

        @AfterEach
        void close() {
            database.close();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "integer | int                                           | nvarchar(60)                   | 7",
                    "integer | bigint                                        | varchar(60)                    | 7",
                    "integer | decimal(18, 0)                                | char(60)                       | 89157",
                    "decimal | numeric(12, 2)                                | nchar(60)                      | 89157",
                    "text    | varchar(20)                                   | nvarchar(60)                   | AB-7",
                    "text    | nvarchar(20)                                  | varchar(60)                    | ÑU/7",
                    "text    | char(12)                                      | nvarchar(60)                   | AB-7",
                    "text    | varchar(20) COLLATE Latin1_General_BIN2       | nvarchar(60)                   | AB-7",
                    "text    | nvarchar(20) COLLATE SQL_Latin1_General_CP1_CI_AS | varchar(60) COLLATE Latin1_General_CI_AI | AB-7"
                })
        void whateverTheTypesOfIdAndOwner(String idType, String idColumn, String ownerColumn, String id)
                throws SQLException {
            Recursos typed = new Recursos(server.prefix(), idType);
            typed.create(server, idColumn, ownerColumn);
            Object key = idType.equals("text") ? id : new BigDecimal(id);
            typed.insert(server, key);
            assertThat(typed.candidates(database)).containsExactly(ResourceId.of(key));
            Resource resource = typed.source(database)
                    .find(Recursos.SITE, ResourceId.of(key))
                    .orElseThrow();
            assertThat(typed.claim(database, key)).containsExactly(Map.entry(ResourceId.of(key), ClaimOutcome.won()));
            assertThat(typed.claim(database, key))
                    .containsExactly(Map.entry(ResourceId.of(key), ClaimOutcome.alreadyOurs()));
            assertThat(typed.source(database).held(Recursos.SITE, Recursos.ROBOT, null, 10))
                    .extracting(Resource::id)
                    .containsExactly(ResourceId.of(key));
            assertThat(typed.source(database)
                            .ownership(Recursos.SITE, Recursos.ROBOT, List.of(ResourceId.of(key)))
                            .get(ResourceId.of(key))
                            .state())
                    .isEqualTo(State.OURS);
            assertThat(typed.strategy(database).release(Recursos.SITE, Recursos.ROBOT, List.of(resource)))
                    .containsExactly(Map.entry(ResourceId.of(key), true));
            assertThat(typed.candidates(database)).containsExactly(ResourceId.of(key));
        }

        @Test
        void anIdThatIsNotExactlyARowsFindsNone() throws SQLException {
            Recursos typed = new Recursos(server.prefix(), "decimal");
            typed.create(server, "numeric(9, 0)", "nvarchar(60)");
            typed.insert(server, 8, 9);
            assertThat(typed.source(database).find(Recursos.SITE, ResourceId.of("8.6")))
                    .isEmpty();
            assertThat(typed.source(database).find(Recursos.SITE, ResourceId.of("12345678901234567890")))
                    .isEmpty();
            assertThat(typed.claim(database, "8.6").get(ResourceId.of("8.6"))).isEqualTo(ClaimOutcome.lost(null));
        }

        @Test
        void ownersCountWithoutPaddingCaseAndAccents() throws SQLException {
            cases.create(server, "int", "char(30)");
            cases.insert(server, 1, 2, 3, 4);
            for (String owner : List.of("1:robot", "2:RÓBOT", "3:ROBOT 2", "4:")) {
                String[] parts = owner.split(":", -1);
                server.execute("UPDATE " + cases.table() + " SET TExp = 1, UsuarioAsignado = "
                        + Recursos.literal(parts[1]) + " WHERE idRecurso = " + parts[0]);
            }
            List<ResourceId> ids =
                    IntStream.rangeClosed(1, 4).mapToObj(ResourceId::of).toList();
            assertThat(cases.source(database)
                            .ownership(Recursos.SITE, Recursos.ROBOT, ids)
                            .values())
                    .extracting(Ownership::state)
                    .containsExactly(State.OURS, State.OURS, State.OTHERS, State.OTHERS);
        }

        @Test
        void patternsOfAFilterMayBeEscapedAndHaveAlternatives() throws SQLException {
            cases.create(server, "int", "nvarchar(60)");
            cases.insert(server, 1, 2, 3);
            server.execute(
                    "UPDATE " + cases.table() + " SET Organisme = N'100% [CITY]' WHERE idRecurso = 1",
                    "UPDATE " + cases.table() + " SET Organisme = N'100 C' WHERE idRecurso = 2",
                    "UPDATE " + cases.table() + " SET Organisme = N'a_b' WHERE idRecurso = 3");
            Site site = Recursos.SITE.toBuilder()
                    .setting("query_organisme", "100\\% \\[C%|a\\_b")
                    .build();
            assertThat(cases.source(database).candidates(site, null, 10))
                    .extracting(Resource::id)
                    .containsExactly(ResourceId.of(1), ResourceId.of(3));
        }

        @Test
        void aTriggerThatCountsAndTalksSeesOneUpdate() throws SQLException {
            cases.create(server, "int", "nvarchar(60)");
            cases.insert(server, 1, 2, 3);
            server.execute("CREATE TABLE " + cases.audit() + " (changed int)");
            server.execute("CREATE TRIGGER " + server.prefix() + "counts ON " + cases.table() + " AFTER UPDATE AS BEGIN"
                    + " INSERT INTO " + cases.audit()
                    + " (changed) SELECT COUNT(*) FROM inserted; PRINT 'counted'; END");
            assertThat(cases.claim(database, 1, 2, 3, 4).values())
                    .containsExactly(
                            ClaimOutcome.won(), ClaimOutcome.won(), ClaimOutcome.won(), ClaimOutcome.lost(null));
            assertThat(server.column("SELECT changed FROM " + cases.audit())).containsExactly(3);
        }

        @Test
        void aTriggerThatGivesOneRowToSomebodyElse() throws SQLException {
            cases.create(server, "int", "nvarchar(60)");
            cases.insert(server, 1, 2, 3);
            server.execute("CREATE TRIGGER " + server.prefix() + "gives ON " + cases.table()
                    + " AFTER UPDATE AS BEGIN IF TRIGGER_NESTLEVEL() > 1 RETURN; UPDATE " + cases.table()
                    + " SET UsuarioAsignado = N'THE CHIEF' WHERE idRecurso = 2; END");
            assertThat(cases.claim(database, 1, 2, 3).values())
                    .containsExactly(ClaimOutcome.won(), ClaimOutcome.lost("THE CHIEF"), ClaimOutcome.won());
        }

        @Test
        void aTriggerThatRefusesLeavesAllAsItWas() throws SQLException {
            cases.create(server, "int", "nvarchar(60)");
            cases.insert(server, 1, 2);
            server.execute("CREATE TRIGGER " + server.prefix() + "refuses ON " + cases.table()
                    + " AFTER UPDATE AS BEGIN RAISERROR('not today', 16, 1); ROLLBACK TRANSACTION; END");
            assertThat(cases.claim(database, 1, 2).values()).allSatisfy(outcome -> {
                assertThat(outcome.result()).isEqualTo(ClaimOutcome.Result.FAILED);
                assertThat(outcome.detail()).contains("not today");
            });
            assertThat(cases.candidates(database)).hasSize(2);
        }

        @Test
        void ofABatchOnlyTheRowThatATriggerRefusesIsLeftOut() throws SQLException {
            cases.create(server, "int", "nvarchar(60)");
            cases.insert(server, 1, 2, 3);
            server.execute("CREATE TRIGGER " + server.prefix() + "refuses ON " + cases.table()
                    + " AFTER UPDATE AS IF EXISTS (SELECT 1 FROM inserted WHERE idRecurso = 2)"
                    + " THROW 51000, 'not this one', 1;");
            assertThat(cases.claim(database, 1, 2, 3).values())
                    .extracting(ClaimOutcome::result)
                    .containsExactlyInAnyOrder(
                            ClaimOutcome.Result.WON, ClaimOutcome.Result.FAILED, ClaimOutcome.Result.WON);
            assertThat(cases.candidates(database)).containsExactly(ResourceId.of(2));
        }

        @Test
        void whatATriggerRaisesAnErrorForAndLeavesClaimedIsUnknown() throws SQLException {
            cases.create(server, "int", "nvarchar(60)");
            cases.insert(server, 1, 2);
            server.execute("CREATE TRIGGER " + server.prefix() + "complains ON " + cases.table()
                    + " AFTER UPDATE AS RAISERROR('mind you', 16, 1);");
            assertThat(cases.claim(database, 1, 2).values())
                    .allSatisfy(outcome -> assertThat(outcome.result()).isEqualTo(ClaimOutcome.Result.UNKNOWN));
        }

        @Test
        void aRowThatSomebodyHasLockedIsSeenAgainAndNotLost() throws SQLException {
            cases.create(server, "int", "nvarchar(60)");
            cases.insert(server, 1, 2, 3);
            try (Connection person = server.connect()) {
                person.setAutoCommit(false);
                TestServer.execute(person, "UPDATE " + cases.table() + " SET Notas = N'reading' WHERE idRecurso = 2");
                assertThat(cases.candidates(database)).containsExactly(ResourceId.of(1), ResourceId.of(3));
                assertThat(cases.claim(database, 1, 2, 3).values())
                        .containsExactly(ClaimOutcome.won(), ClaimOutcome.lost(null), ClaimOutcome.won());
                person.rollback();
            }
            assertThat(cases.candidates(database)).containsExactly(ResourceId.of(2));
            assertThat(cases.claim(database, 2)).containsEntry(ResourceId.of(2), ClaimOutcome.won());
        }

        @Test
        void aReadBackWaitsForALockAndNeverTakesTheRowForGone() throws SQLException {
            cases.create(server, "int", "nvarchar(60)");
            cases.insert(server, 1);
            try (Database impatient = server.database(";lockTimeout=20");
                    Connection person = server.connect()) {
                person.setAutoCommit(false);
                TestServer.execute(person, "UPDATE " + cases.table() + " SET Notas = N'reading' WHERE idRecurso = 1");
                assertThatThrownBy(() -> cases.source(impatient)
                                .ownership(Recursos.SITE, Recursos.ROBOT, List.of(ResourceId.of(1))))
                        .isInstanceOf(UnavailableException.class)
                        .hasMessageContaining("1222");
                person.rollback();
                assertThat(cases.source(impatient)
                                .ownership(Recursos.SITE, Recursos.ROBOT, List.of(ResourceId.of(1)))
                                .get(ResourceId.of(1))
                                .state())
                        .isEqualTo(State.FREE);
            }
        }

        @Test
        void belowLevel130IdsTravelAsParametersInChunks() throws SQLException {
            cases.create(server, "int", "nvarchar(60)");
            server.execute("INSERT INTO " + cases.table()
                    + " (idRecurso, Expedient, Organisme, TExp, Estado) SELECT TOP (2000) ROW_NUMBER() OVER (ORDER BY (SELECT NULL)),"
                    + " N'2026/1', N'CITY FINES', 2, 0 FROM sys.all_columns AS a CROSS JOIN sys.all_columns AS b");
            Object[] ids = IntStream.rangeClosed(1, 2000).boxed().toArray();
            Database old = new Database(
                    database.dataSource(),
                    new SqlServerDialect(Hints.standard(), Duration.ofSeconds(30), ConnectionForm.DATA_SOURCE, 120),
                    "an old server");
            assertThat(cases.claim(old, ids).values())
                    .hasSize(2000)
                    .allMatch(outcome -> outcome.result() == Result.WON);
            assertThat(cases.claim(old, ids).values()).allMatch(outcome -> outcome.result() == Result.ALREADY_OURS);
            assertThat(cases.source(old)
                            .ownership(
                                    Recursos.SITE,
                                    Recursos.ROBOT,
                                    IntStream.rangeClosed(1, 3000)
                                            .mapToObj(ResourceId::of)
                                            .toList())
                            .values())
                    .extracting(Ownership::state)
                    .areExactly(2000, new Condition<>(State.OURS::equals, "ours"))
                    .areExactly(1000, new Condition<>(State.GONE::equals, "gone"));
        }

        @Test
        void aChunkedClaimThatItsProfileDoesNotFindOursIsTakenBackAsAWhole() throws SQLException {
            cases.create(server, "int", "nvarchar(60)");
            Object[] ids = IntStream.rangeClosed(1, 1000).boxed().toArray();
            cases.insert(server, ids);
            server.execute(
                    "CREATE TRIGGER " + server.prefix() + "meddles ON " + cases.table()
                            + " AFTER UPDATE AS BEGIN SET NOCOUNT ON; IF TRIGGER_NESTLEVEL() > 1 RETURN; UPDATE "
                            + cases.table()
                            + " SET TExp = 7 WHERE idRecurso IN (SELECT i.idRecurso FROM inserted AS i WHERE i.idRecurso = 1000); END");
            Database old = new Database(
                    database.dataSource(),
                    new SqlServerDialect(Hints.standard(), Duration.ofSeconds(30), ConnectionForm.DATA_SOURCE, 120),
                    "an old server");
            assertThatThrownBy(() -> cases.claim(old, ids))
                    .isInstanceOf(BrainException.class)
                    .hasMessageContaining("ours");
            assertThat(server.column("SELECT COUNT(*) FROM " + cases.table() + " WHERE TExp = 2"))
                    .containsExactly(1000);
        }

        @Test
        void textIdsWhereNumbersAreExpectedAreNamedAndNothingIsClaimed() throws SQLException {
            cases.create(server, "varchar(20)", "nvarchar(60)");
            cases.insert(server, "AB-1");
            assertThatThrownBy(() -> cases.claim(database, "AB-1"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("AB-1")
                    .hasMessageContaining("idType");
            assertThatThrownBy(() -> cases.source(database)
                            .candidates(Recursos.SITE, new Resource(ResourceId.of(1), null, Map.of()), 10))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("idType");
            assertThat(server.column("SELECT TExp FROM " + cases.table())).containsExactly(2);
            assertThat(cases.source(database).check(Recursos.SITE))
                    .anyMatch(finding -> finding.level() == Level.ERROR
                            && finding.message().contains("varchar(20)")
                            && finding.message().contains("idType"));
        }

        @Test
        void aClaimantLongerThanTheOwnersColumnClaimsNothing() throws SQLException {
            cases.create(server, "int", "nvarchar(3)");
            cases.insert(server, 1);
            assertThat(cases.claim(database, 1).get(ResourceId.of(1)))
                    .satisfies(outcome -> assertThat(outcome.result()).isEqualTo(ClaimOutcome.Result.FAILED))
                    .satisfies(outcome -> assertThat(outcome.detail()).contains("too long"));
            assertThat(cases.candidates(database)).hasSize(1);
        }
    }

    /** A trigger writes to a table that the test has locked: the claim stands still between its update and its answer. */
    @Nested
    class SurvivesWhatBreaksAClaim {
        @TempDir
        Path folder;

        private final Recursos cases = new Recursos(server.prefix(), "integer");
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private Connection person;

        @BeforeEach
        void open() throws SQLException {
            clean();
            cases.create(server, "int", "nvarchar(60)");
            cases.insert(server, 1, 2, 3);
            server.execute(
                    "CREATE TABLE " + cases.audit() + " (id int NOT NULL PRIMARY KEY, changed int)",
                    "INSERT INTO " + cases.audit() + " VALUES (1, 0)");
            server.execute("CREATE TRIGGER " + server.prefix() + "counts ON " + cases.table()
                    + " AFTER UPDATE AS BEGIN SET NOCOUNT ON; IF NOT EXISTS (SELECT 1 FROM inserted WHERE TExp = 1) RETURN;"
                    + " UPDATE " + cases.audit() + " SET changed = changed + 1 WHERE id = 1; END");
            person = server.connect();
        }

        @AfterEach
        void close() throws SQLException {
            threads.shutdownNow();
            if (!person.isClosed()) {
                person.close();
            }
        }

        private void lockTheAudit() throws SQLException {
            person.setAutoCommit(false);
            TestServer.execute(person, "UPDATE " + cases.audit() + " SET changed = changed WHERE id = 1");
        }

        /** Waits, looking again and again, until the claim has row 1 and so is at the trigger. */
        private void awaitTheClaimAtItsTrigger(Future<?> claim) throws SQLException {
            while (true) {
                boolean locked = server.column("SELECT idRecurso FROM " + cases.table()
                                + " WITH (READPAST, READCOMMITTEDLOCK) WHERE idRecurso = 1")
                        .isEmpty();
                if (locked) {
                    return;
                }
                assertThat(claim)
                        .as("the claim has to wait for the trigger's lock")
                        .isNotDone();
            }
        }

        private Brain brain(Database database, TaskQueue queue) {
            return Brain.builder()
                    .environment(Environment.of(Map.of()))
                    .queue(queue)
                    .share(Profile.class, cases.profile())
                    .share(Database.class, database)
                    .readBackDelays(List.of(Duration.ofMillis(10), Duration.ofMillis(200)))
                    .site(Recursos.SITE)
                    .build();
        }

        private List<String> held() throws SQLException {
            return server
                    .column("SELECT idRecurso FROM " + cases.table()
                            + " WHERE TExp = 1 AND UsuarioAsignado = N'ROBOT' ORDER BY idRecurso")
                    .stream()
                    .map(String::valueOf)
                    .toList();
        }

        private static List<String> pending(TaskQueue queue) {
            return queue.operations().list(TaskFilter.newest(100)).stream()
                    .filter(task -> task.status() == TaskStatus.PENDING)
                    .map(task -> task.resourceId().value())
                    .sorted()
                    .toList();
        }

        @Test
        void aDeadlocksVictimIsRunAgainAndWins() throws Exception {
            List<Integer> errors = new CopyOnWriteArrayList<>();
            try (Database database = server.database(";lockTimeout=60000")) {
                Database recording =
                        new Database(database.dataSource(), recording(database.dialect(), errors), database.location());
                TestServer.execute(person, "SET DEADLOCK_PRIORITY HIGH");
                lockTheAudit();
                Future<Map<ResourceId, ClaimOutcome>> claim = threads.submit(() -> cases.claim(recording, 1, 2, 3));
                awaitTheClaimAtItsTrigger(claim);
                // all at once, so that the claim is tried again when nobody has its row any more
                TestServer.execute(
                        person,
                        "UPDATE " + cases.table() + " SET Notas = N'mine' WHERE idRecurso = 1; ROLLBACK TRANSACTION");
                assertThat(claim.get().values())
                        .containsExactly(ClaimOutcome.won(), ClaimOutcome.won(), ClaimOutcome.won());
                assertThat(errors).contains(1205);
            }
        }

        private static Dialect recording(Dialect dialect, List<Integer> errors) {
            return (Dialect) Proxy.newProxyInstance(
                    Dialect.class.getClassLoader(), new Class<?>[] {Dialect.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("classify")) {
                            errors.add(((SQLException) arguments[0]).getErrorCode());
                        }
                        try {
                            return method.invoke(dialect, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }

        @Test
        void aSessionThatIsKilledInTheMiddleOfAClaimIsReadBackAndSettled() throws Exception {
            assumeTrue(server.permits("ALTER ANY CONNECTION"), "the test's login may not kill sessions");
            try (Database database = server.database(";lockTimeout=60000");
                    SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                    Brain brain = brain(database, store.queue())) {
                Object session = new JdbcRunner(database)
                        .read("look", found -> found.query(new BoundSql("SELECT @@SPID AS [id]", List.of())))
                        .get(0)
                        .get("id");
                lockTheAudit();
                Future<CycleReport> cycle = threads.submit(brain::runCycle);
                awaitTheClaimAtItsTrigger(cycle);
                server.execute("KILL " + session);
                person.rollback();
                SiteReport report = cycle.get().sites().get(0);
                assertThat(report.unknown()).isEqualTo(3);
                assertThat(report.errorCount()).isPositive();
                assertThat(pending(store.queue())).isEqualTo(held());
                brain.runCycle();
                brain.runCycle();
                assertThat(held()).containsExactly("1", "2", "3");
                assertThat(pending(store.queue())).containsExactly("1", "2", "3");
                assertThat(store.operations().list(TaskFilter.newest(100))).hasSize(3);
            }
        }

        @Test
        void anAnswerThatIsLostOnTheWayIsReadBackAndSettled() throws Exception {
            Map<String, String> where = driverProperties();
            try (CuttingProxy proxy =
                            new CuttingProxy(where.get("serverName"), Integer.parseInt(where.get("portNumber")));
                    Database database =
                            server.database(";lockTimeout=60000;serverName=localhost;instanceName=;portNumber="
                                    + proxy.port()
                                    + (where.get("hostNameInCertificate").isEmpty()
                                            ? ";hostNameInCertificate=" + where.get("serverName")
                                            : ""));
                    SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                    Brain brain = brain(database, store.queue())) {
                lockTheAudit();
                Future<CycleReport> cycle = threads.submit(brain::runCycle);
                awaitTheClaimAtItsTrigger(cycle);
                proxy.loseTheNextAnswer();
                person.rollback();
                proxy.awaitTheLoss();
                proxy.heal();
                SiteReport report = cycle.get().sites().get(0);
                assertThat(report.claimed() + report.unknown())
                        .as("each of them was found out")
                        .isEqualTo(3);
                assertThat(pending(store.queue())).isEqualTo(held());
                brain.runCycle();
                brain.runCycle();
                assertThat(held()).containsExactly("1", "2", "3");
                assertThat(pending(store.queue())).containsExactly("1", "2", "3");
                assertThat(store.operations().list(TaskFilter.newest(100))).hasSize(3);
            }
        }

        private Map<String, String> driverProperties() throws SQLException {
            Map<String, String> properties = new HashMap<>();
            for (DriverPropertyInfo info : new SQLServerDriver().getPropertyInfo(server.jdbcUrl(), new Properties())) {
                properties.put(info.name, info.value == null ? "" : info.value);
            }
            assumeTrue(
                    properties.getOrDefault("instanceName", "").isEmpty(),
                    "the test's URL names an instance, not a port");
            properties.putIfAbsent("hostNameInCertificate", "");
            return properties;
        }
    }

    /** As a login of its own that has been granted little. */
    @Nested
    class AsksForLittle {
        private static final String READ = "(idRecurso, Expedient, Organisme, TExp, Estado, UsuarioAsignado)";

        private final Recursos cases = new Recursos(server.prefix(), "integer");
        private final String login = server.schema();
        private final String password = "Inv}ent;ed-{1}" + login;
        private Database database;

        @BeforeEach
        void open() throws SQLException {
            clean();
            assumeTrue(
                    server.column("SELECT CAST(SERVERPROPERTY('IsIntegratedSecurityOnly') AS int)")
                            .equals(List.of(0)),
                    "the server takes no logins with a password");
            assumeTrue(server.permits("ALTER ANY LOGIN"), "the test's login may not create logins");
            cases.create(server, "int", "nvarchar(60)");
            cases.insert(server, 1, 2);
            // the test's URL may leave the database to the login's default
            Object home = server.column("SELECT QUOTENAME(DB_NAME())").get(0);
            server.execute(
                    "CREATE LOGIN [" + login + "] WITH PASSWORD = " + Recursos.literal(password)
                            + ", DEFAULT_DATABASE = " + home + ", CHECK_POLICY = OFF",
                    "CREATE USER [" + login + "] FOR LOGIN [" + login + "]");
            database = server.database(as(password));
        }

        private String as(String word) {
            return ";integratedSecurity=false;user=" + login + ";password={" + word.replace("}", "}}") + "}";
        }

        @AfterEach
        void close() throws SQLException {
            if (database != null) {
                database.close();
            }
            server.clean();
            // whatever of them there is, wherever the test ended
            server.execute("IF USER_ID('" + login + "') IS NOT NULL DROP USER [" + login + "]");
            // the server takes a moment to notice that a session has ended
            while (!server.column("SELECT session_id FROM sys.dm_exec_sessions WHERE login_name = '" + login + "'")
                    .isEmpty()) {
                Thread.onSpinWait();
            }
            server.execute("IF SUSER_ID('" + login + "') IS NOT NULL DROP LOGIN [" + login + "]");
        }

        private void grant(String permission, String columns) throws SQLException {
            server.execute("GRANT " + permission + " ON " + cases.table() + " " + columns + " TO [" + login + "]");
        }

        private List<Finding> findings() {
            List<Finding> findings = new ArrayList<>(cases.source(database).check(Recursos.SITE));
            findings.addAll(cases.strategy(database).check(Recursos.SITE));
            return findings;
        }

        @Test
        void theSmallestSetOfPermissionsIsEnough() throws SQLException {
            grant("SELECT", READ);
            grant("UPDATE", "(TExp, UsuarioAsignado)");
            List<Resource> page = cases.source(database).candidates(Recursos.SITE, null, 10);
            assertThat(page).hasSize(2);
            assertThat(cases.claim(database, 1, 2).values()).containsExactly(ClaimOutcome.won(), ClaimOutcome.won());
            assertThat(cases.source(database).held(Recursos.SITE, Recursos.ROBOT, null, 10))
                    .hasSize(2);
            assertThat(cases.strategy(database)
                            .release(Recursos.SITE, Recursos.ROBOT, page)
                            .values())
                    .containsExactly(true, true);
            assertThat(findings())
                    .noneMatch(finding -> finding.level() == Level.ERROR)
                    .anyMatch(finding -> (finding.subject().startsWith("update on")
                                    && finding.level() == Level.OK
                                    && finding.message().contains("exactly"))
                            // some releases show nothing of a table to a login that may use columns of it only
                            || finding.message().contains("the catalogue doesn't show it"));
        }

        @Test
        void aMissingUpdateIsNamedAndNothingIsClaimed() throws SQLException {
            grant("SELECT", READ);
            assertThatThrownBy(() -> cases.claim(database, 1, 2))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("GRANT UPDATE ON [" + server.schema() + "].[RecursosExp]");
            grant("UPDATE", "(TExp)");
            assertThatThrownBy(() -> cases.claim(database, 1, 2))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(
                            "GRANT UPDATE ON [" + server.schema() + "].[RecursosExp] ([UsuarioAsignado])");
            assertThat(findings())
                    .anyMatch(finding -> (finding.level() == Level.ERROR
                                    && finding.message().contains("GRANT UPDATE")
                                    && finding.message().contains("([UsuarioAsignado])"))
                            || finding.message().contains("the catalogue doesn't show it"));
            assertThat(cases.candidates(database)).hasSize(2);
        }

        @Test
        void aClaimThatMayNotBeReadBackIsTakenBack() throws SQLException {
            grant("SELECT", "(idRecurso, Expedient, Organisme, TExp, Estado)");
            grant("UPDATE", "(TExp, UsuarioAsignado)");
            assertThatThrownBy(() -> cases.claim(database, 1, 2))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("GRANT SELECT")
                    .hasMessageContaining("UsuarioAsignado");
            assertThat(server.column("SELECT TExp FROM " + cases.table())).containsExactly(2, 2);
        }

        @Test
        void aMissingSelectIsNamed() throws SQLException {
            grant("UPDATE", "(TExp, UsuarioAsignado)");
            assertThatThrownBy(() -> cases.candidates(database))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("GRANT SELECT");
            assertThat(findings())
                    .anyMatch(finding ->
                            finding.level() == Level.ERROR && finding.message().contains("GRANT SELECT"));
        }

        @Test
        void aWrongPasswordIsRefusedOnceAndNeverShown() {
            String wrong = "wr}ong-" + password;
            try (Database refused = server.database(as(wrong))) {
                for (int time = 0; time < 2; time++) {
                    assertThatThrownBy(() -> cases.candidates(refused))
                            .isInstanceOf(ConfigurationException.class)
                            .hasMessageContaining("18456")
                            .hasMessageContaining("password")
                            .hasMessageNotContaining(wrong)
                            .hasStackTraceContaining("SQLServerException")
                            .satisfies(e -> assertThat(Failures.text(e)).doesNotContain(wrong, password));
                }
            }
        }

        @Test
        void aWrongDatabaseIsNamed() {
            try (Database elsewhere = server.database(as(password) + ";databaseName=no_such_database")) {
                assertThatThrownBy(() -> cases.candidates(elsewhere))
                        .isInstanceOf(BrainException.class)
                        .hasMessageContaining("no_such_database")
                        .hasMessageContaining("check the database's name");
            }
        }

        @Test
        void aCertificateOfAnotherServerIsNotTrusted() {
            try (Database other = server.database(
                    ";encrypt=true;trustServerCertificate=false;hostNameInCertificate=another.invalid")) {
                assertThatThrownBy(() -> cases.candidates(other))
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("certificate");
            }
        }
    }

    @Nested
    class IsLookedAtByTheDoctor {
        private final Recursos cases = new Recursos(server.prefix(), "integer");
        private final Database database = emptied();

        @AfterEach
        void close() {
            database.close();
        }

        private List<Finding> findings() {
            List<Finding> findings = new ArrayList<>(cases.source(database).check(Recursos.SITE));
            findings.addAll(cases.strategy(database).check(Recursos.SITE));
            return findings;
        }

        @Test
        void everythingThatIsThereIsToldAndNothingIsChanged() throws SQLException {
            cases.create(server, "int", "nvarchar(60)");
            cases.insert(server, 1);
            server.execute("CREATE INDEX by_state ON " + cases.table() + " (Estado, TExp)");
            server.execute("CREATE TRIGGER " + server.prefix() + "notes ON " + cases.table()
                    + " AFTER UPDATE AS BEGIN SET NOCOUNT ON; END");
            List<Finding> findings = findings();
            assertThat(findings).noneMatch(finding -> finding.level() == Level.ERROR);
            assertThat(findings)
                    .extracting(Finding::subject)
                    .contains("server", "encryption", "isolation", "time-outs", "source", "claim");
            assertThat(findings)
                    .extracting(Finding::message)
                    .anyMatch(message -> message.contains("compatibility level"))
                    .anyMatch(message -> message.contains("idRecurso int"))
                    .anyMatch(message -> message.contains("by_state (Estado, TExp) can serve"))
                    .anyMatch(message -> message.contains("notes runs on each claim"))
                    .anyMatch(message -> message.contains("lock 5000 ms"));
            assertThat(cases.candidates(database)).hasSize(1);
        }

        @Test
        void aMissingTableColumnOrIndexIsTold() throws SQLException {
            assertThat(findings())
                    .anyMatch(finding ->
                            finding.level() == Level.ERROR && finding.message().contains("is not there"));
            server.execute("CREATE TABLE " + cases.table()
                    + " (idRecurso int, Expedient nvarchar(60), Organisme nvarchar(60))");
            assertThat(findings())
                    .anyMatch(finding -> finding.level() == Level.ERROR
                            && finding.message().contains("Estado, TExp, UsuarioAsignado are not there"));
            server.execute("ALTER TABLE " + cases.table() + " ADD TExp int, Estado int, UsuarioAsignado nvarchar(60)");
            assertThat(findings())
                    .noneMatch(finding -> finding.level() == Level.ERROR)
                    .anyMatch(finding -> finding.level() == Level.WARNING
                            && finding.message().contains("none begins with idRecurso"));
        }
    }

    private static void clean() {
        try {
            server.clean();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Database emptied() {
        clean();
        return server.database();
    }
}
