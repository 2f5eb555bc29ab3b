package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.brain.Brain;
import dev.brain.BrainBuilder;
import dev.brain.check.Finding;
import dev.brain.claim.ClaimOutcome;
import dev.brain.claim.ClaimStrategy;
import dev.brain.config.Environment;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.error.UnavailableException;
import dev.brain.history.Actor;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.jdbc.Profiles;
import dev.brain.jdbc.SqlUpdateClaimStrategy;
import dev.brain.plugin.ProviderContext;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteDataSource;

/** A case has one task at a time, a task that workers see has a claim, and what goes wrong stays where it is. */
class ClaimedOnceTest {
    @TempDir
    Path folder;

    private Path cases;
    private Path queueFile;
    private SqliteStore store;
    private Database database;

    @BeforeEach
    void open() {
        cases = folder.resolve("cases.db");
        queueFile = folder.resolve("queue.db");
        ManyCases.create(cases, 2, 1);
        store = SqliteStore.open(queueFile);
        database = SqliteDatabaseProvider.database(cases);
    }

    @AfterEach
    void close() {
        database.close();
        store.close();
    }

    private BrainBuilder builder() {
        return Brain.builder()
                .queue(store)
                .share(Database.class, database)
                .share(Profile.class, ManyCases.PROFILE)
                .readBackDelays(List.of());
    }

    private Brain brain() {
        return builder().site(ManyCases.SITE).build();
    }

    private List<Task> tasks() {
        return store.operations().list(TaskFilter.newest(100));
    }

    private void complete() {
        TestDatabase.execute(queueFile, "UPDATE tramite_queue SET status = 'completed' WHERE status = 'pending'");
    }

    private List<Object> owners() {
        return TestDatabase.column(cases, "SELECT owner FROM cases ORDER BY id");
    }

    @Test
    void whatAnotherRunCompletedSinceItWasListedIsNotQueuedOnceMore() {
        try (Brain other = brain();
                Brain brain = builder()
                        .site(ManyCases.SITE)
                        // a site that waits for its turn, so that case 2 is not reserved when case 1 is settled
                        .site(Site.builder("waiting")
                                .referencePattern("none")
                                .claimant("NOBODY")
                                .build())
                        .batchSize(1)
                        .listener(event -> {
                            if (event instanceof BrainEvent.SiteProgressed progressed
                                    && progressed.report().claimed() == 1
                                    && tasks().size() == 1) {
                                // case 2 is listed and passed the gate
                                other.runCycle();
                                complete();
                            }
                        })
                        .build()) {
            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(report.claimed()).isEqualTo(1);
            assertThat(report.duplicates()).isEqualTo(1);
            assertThat(tasks()).hasSize(2).allMatch(task -> task.status() == TaskStatus.COMPLETED);
        }
    }

    @Test
    void syncDoesNotQueueACompletedCaseThatIsStillClaimed() {
        try (Brain brain = brain()) {
            brain.runCycle();
            complete();

            SiteReport report = brain.operations()
                    .sync("many", ResourceId.of(1), false)
                    .sites()
                    .get(0);

            assertThat(report.enqueued()).isZero();
            assertThat(report.duplicates()).isEqualTo(1);
        }
    }

    @Test
    void aReopenedCaseIsQueuedAgain() {
        try (Brain brain = brain()) {
            brain.runCycle();
            complete();
            TestDatabase.execute(cases, "UPDATE cases SET state = 0, owner = NULL WHERE id = 1");

            assertThat(brain.runCycle().enqueued()).isEqualTo(1);
        }
    }

    /** Claims, but its answer is lost. */
    private record Unanswered(ClaimStrategy real, boolean isReadBack) implements ClaimStrategy {
        @Override
        public Claimant claimant(Site site) {
            return real.claimant(site);
        }

        @Override
        public Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch) {
            real.claim(site, claimant, batch);
            throw new UnavailableException("the answer was lost");
        }

        @Override
        public Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources) {
            return real.release(site, claimant, resources);
        }
    }

    private CycleReport reopenedAndClaimedWithoutAnAnswer(boolean isReadBack) {
        Environment nothing = Environment.of(Map.of());
        Profiles profiles = new Profiles(
                new ProviderContext(nothing, Clock.systemUTC(), List.of()), List.of(ManyCases.PROFILE), null);
        try (Brain brain = brain()) {
            brain.runCycle();
            complete();
        }
        TestDatabase.execute(cases, "UPDATE cases SET state = 0, owner = NULL WHERE id = 1");
        try (Brain brain = builder()
                .claim(
                        "unanswered",
                        new Unanswered(new SqlUpdateClaimStrategy(database, profiles, nothing), isReadBack))
                .site(ManyCases.SITE.toBuilder().claim("unanswered").build())
                .build()) {
            return brain.runCycle();
        }
    }

    @Test
    void whetherACompletedCaseWasClaimedOnceMoreIsAPersonsToSayIfTheAnswerWasLost() {
        SiteReport report = reopenedAndClaimedWithoutAnAnswer(false).sites().get(0);

        assertThat(report.duplicates()).isEqualTo(1);
        assertThat(report.unknown()).isZero();
        assertThatOnlyAPersonIsTold();
    }

    @Test
    void aReopenedCaseThatWasSeenFreeBeforeItsClaimIsQueuedThoughTheAnswerWasLost() {
        assertThat(reopenedAndClaimedWithoutAnAnswer(true).enqueued()).isEqualTo(1);

        assertThat(taskOf(1).status()).isEqualTo(TaskStatus.PENDING);
        assertThat(store.incidents().list(Set.of(), true, 10)).isEmpty();
    }

    @Test
    void aReservationOfAnEndedRunForACompletedCaseIsAPersonsToSay() {
        try (Brain brain = brain()) {
            brain.runCycle();
            complete();
            TestDatabase.execute(
                    queueFile,
                    "INSERT INTO tramite_queue (site_id, payload, status, resource_id, reference, claimant, resource,"
                            + " reserved_at) SELECT site_id, payload, 'claiming', resource_id, reference, claimant,"
                            + " resource, reserved_at FROM tramite_queue WHERE resource_id = '1'");

            assertThat(brain.runCycle().enqueued()).isZero();
            assertThatOnlyAPersonIsTold();
        }
    }

    private void assertThatOnlyAPersonIsTold() {
        assertThat(tasks()).hasSize(2).allMatch(task -> task.status() == TaskStatus.COMPLETED);
        assertThat(store.incidents().list(Set.of(), true, 10)).singleElement().satisfies(incident -> {
            assertThat(incident.report().code()).isEqualTo(IncidentCode.ORPHAN_CLAIM);
            assertThat(incident.report().resourceId()).isEqualTo(ResourceId.of(1));
            assertThat(incident.report().message()).contains("release it by hand");
        });
    }

    @Test
    void aSystemOfRecordThatCannotBeWrittenIsAnIncident() {
        TestDatabase.execute(
                cases,
                "CREATE TRIGGER closed BEFORE UPDATE ON cases BEGIN SELECT RAISE(ABORT, 'closed for today'); END");
        try (Brain brain = builder().site(ManyCases.SITE).build()) {
            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(report.reserved()).isEqualTo(2);
            assertThat(report.errorCount()).isEqualTo(1);
            assertThatOneIncidentSays(IncidentCode.SOURCE_UNREACHABLE, "closed for today");
            TestDatabase.execute(cases, "DROP TRIGGER closed");
            assertThat(brain.runCycle().enqueued()).isEqualTo(2);
            assertThat(store.incidents().list(Set.of(), true, 10)).isEmpty();
        }
    }

    /** Another queue holds the lock while this one claims, and commits before anybody could read back. */
    private ClaimStrategy beatenByALock() {
        SQLiteDataSource impatient = new SQLiteDataSource();
        impatient.setUrl("jdbc:sqlite:" + cases);
        impatient.getConfig().setBusyTimeout(1);
        Environment nothing = Environment.of(Map.of());
        ClaimStrategy real = new SqlUpdateClaimStrategy(
                new Database(impatient, new SqliteDialect(), "the file"),
                new Profiles(
                        new ProviderContext(nothing, Clock.systemUTC(), List.of()), List.of(ManyCases.PROFILE), null),
                nothing);
        return new ClaimStrategy() {
            @Override
            public Claimant claimant(Site site) {
                return real.claimant(site);
            }

            @Override
            public Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch) {
                try (Connection other = TestDatabase.connect(cases);
                        Statement locking = other.createStatement()) {
                    locking.execute("BEGIN IMMEDIATE");
                    locking.execute("UPDATE cases SET state = 1, owner = 'ROBOT'");
                    Map<ResourceId, ClaimOutcome> outcomes = real.claim(site, claimant, batch);
                    locking.execute("COMMIT");
                    return outcomes;
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources) {
                return Map.of();
            }
        };
    }

    @Test
    void aClaimThatWasRolledBackIsNotReadBackAsItsOwn() {
        try (Brain brain = builder()
                .claim("beaten", beatenByALock())
                .site(ManyCases.SITE.toBuilder().claim("beaten").build())
                .build()) {
            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(owners()).containsOnly("ROBOT");
            assertThat(report.errorCount()).isEqualTo(1);
            assertThat(report.claimed()).isZero();
            assertThatOneIncidentSays(IncidentCode.SOURCE_UNREACHABLE, "locked");
        }
    }

    @Test
    void aClaimThatTheSystemOfRecordDoesNotAllowIsAnIncident() {
        ClaimStrategy forbidden = new ClaimStrategy() {
            @Override
            public Claimant claimant(Site site) {
                return new Claimant("ROBOT");
            }

            @Override
            public Map<ResourceId, ClaimOutcome> claim(Site site, Claimant claimant, List<Resource> batch) {
                throw new ConfigurationException("no permission to write cases");
            }

            @Override
            public Map<ResourceId, Boolean> release(Site site, Claimant claimant, List<Resource> resources) {
                return Map.of();
            }
        };
        try (Brain brain = builder()
                .claim("forbidden", forbidden)
                .site(ManyCases.SITE.toBuilder().claim("forbidden").build())
                .build()) {
            assertThat(brain.runCycle().errorCount()).isEqualTo(1);
            assertThatOneIncidentSays(IncidentCode.CONFIGURATION_INVALID, "no permission to write cases");
        }
    }

    private void assertThatOneIncidentSays(IncidentCode code, String words) {
        assertThat(tasks()).isEmpty();
        assertThat(store.incidents().list(Set.of(), true, 10)).singleElement().satisfies(incident -> {
            assertThat(incident.report().code()).isEqualTo(code);
            assertThat(incident.report().message()).contains(words);
        });
    }

    @Test
    void oneSyncedResourceDoesNotCloseTheIncidentsOfItsSite() {
        store.incidents().report(List.of(new Report(IncidentCode.SOURCE_UNREACHABLE, "many", null, "it was down")));
        try (Brain brain = brain()) {
            assertThat(brain.operations().sync("many", ResourceId.of(1), false).enqueued())
                    .isEqualTo(1);
            assertThat(store.incidents().list(Set.of(), true, 10)).hasSize(1);
            brain.runCycle();
            assertThat(store.incidents().list(Set.of(), true, 10)).isEmpty();
        }
    }

    @Test
    void anIntervalOfNothingAndTwoSitesOfOneIdAreRefused() {
        for (Duration interval : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> builder().interval(interval))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("interval");
        }
        BrainBuilder twice = builder().site(ManyCases.SITE).site(ManyCases.SITE);
        assertThatThrownBy(twice::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("'many'");
    }

    @Test
    void aSourceOfAnUnknownKindIsToldWithTheKindsThereAre() {
        Environment environment = Environment.of(Map.of("BRAIN_SOURCE_URL", "oracle:thin:x/secret@host"));
        ProviderContext context = new ProviderContext(
                environment, Clock.systemUTC(), List.of(getClass().getClassLoader()));
        assertThatThrownBy(() -> Database.open(context))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("BRAIN_SOURCE_URL is not a JDBC URL")
                .hasMessageContaining("sqlite")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aPausedSiteClaimsNothingButWhatItClaimedBeforeIsRecovered() {
        try (Brain brain = builder().maxClaims(1).site(ManyCases.SITE).build()) {
            brain.runCycle();
            TestDatabase.execute(queueFile, "UPDATE tramite_queue SET status = 'claiming'");
            store.operations().pause(Actor.ofProcess(), "many", true);

            SiteReport paused = brain.runCycle().sites().get(0);
            assertThat(paused.paused()).isTrue();
            assertThat(paused.recovered()).isEqualTo(1);
            assertThat(paused.claimed()).isZero();
            assertThat(brain.dryRun().enqueued()).isZero();
            CycleReport synced = brain.operations().sync("many", ResourceId.of(2), false);
            assertThat(synced.sites().get(0).errors())
                    .singleElement()
                    .asString()
                    .contains("paused");
            assertThat(owners()).containsExactly("ROBOT", null);

            store.operations().pause(Actor.ofProcess(), "many", false);
            CycleReport resumed = brain.runCycle();
            assertThat(resumed.claimed()).isEqualTo(1);
            assertThat(resumed.sites().get(0).paused()).isFalse();
        }
    }

    @Test
    void whatADryRunLogsIsMarked() {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.brain");
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.addAppender(logged);
        try (Brain brain = builder().maxClaims(1).site(ManyCases.SITE).build()) {
            brain.dryRun();
            assertThat(logged.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("dry run: site many: "))
                    .anyMatch(line -> line.contains("would claim 1,") && line.contains("would enqueue 1,"));
            logged.list.clear();
            brain.runCycle();
            assertThat(logged.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .isNotEmpty()
                    .noneMatch(line -> line.contains("dry run"))
                    .anyMatch(line -> line.contains("1 claimed") && line.contains("1 enqueued"));
        } finally {
            logger.detachAppender(logged);
            logger.setLevel(before);
        }
    }

    @Test
    void aSettingThatNothingDeclaresStopsItsOwnSiteOnly() {
        Site odd = ManyCases.SITE.toBuilder().setting("max_concurent", 2).build();
        Site other = Site.builder("other")
                .referencePattern(odd.referencePattern())
                .claimant("ROBOT")
                .setting("max_concurrent", 2)
                .build();
        store.sites().save(Actor.ofProcess(), List.of(odd, other), true);
        try (Brain brain = builder().sites(store.sites()).build()) {
            List<SiteReport> reports = brain.runCycle().sites();

            assertThat(reports).extracting(SiteReport::siteId).containsExactly("many", "other");
            assertThat(reports.get(0).errors())
                    .containsExactly("there is no setting 'max_concurent'; did you mean 'max_concurrent'?");
            assertThat(reports.get(0).claimed()).isZero();
            assertThat(reports.get(1).errors()).isEmpty();
            assertThat(reports.get(1).claimed()).isEqualTo(2);
        }
        assertThat(TestDatabase.column(queueFile, "SELECT site_id || ' ' || code FROM brain_incident"))
                .containsExactly("many CONFIGURATION_INVALID");
    }

    @Test
    void aMessageThatNamesItsSiteIsToldWithoutNamingItTwice() {
        Profile needing = Profile.parse("""
                {"name": "needing", "table": "cases", "id": "id", "reference": "reference", "columns": ["id"],
                 "parameters": {"body": {"setting": "body"}}, "free": "state = 0 AND body = :body", "owner": "owner",
                 "claim": {"state": 1, "owner": ":claimant"}, "payload": {"id": {"value": "id"}}}
                """, "the test's profile");
        Site site = ManyCases.SITE.toBuilder().setting("profile", "needing").build();
        String message = "the profile needing needs the setting 'body'";
        try (Brain brain = builder()
                .share(Profile.class, needing)
                .sites(SiteRegistry.of(List.of(site)))
                .build()) {
            assertThat(brain.runCycle().sites().get(0).errors()).containsExactly(message);
            assertThat(brain.operations().check(site))
                    .extracting(Finding::message)
                    .contains(message);
        }
    }

    @Test
    void placeholdersThatNothingFillsAreNamedAsTheyStandInTheTemplate() {
        Site site = ManyCases.SITE.toBuilder()
                .urlTemplate("https://example.org/{expediente}/{nope}")
                .build();
        try (Brain brain = builder().site(site).build()) {
            assertThat(brain.runCycle().sites().get(0).errors())
                    .singleElement()
                    .asString()
                    .startsWith("the URL template names {nope}, which is neither a column nor a setting");
            assertThat(brain.operations().check(site))
                    .extracting(Finding::message)
                    .anyMatch(message -> message.startsWith("it names {nope}, "));
        }
    }

    @Test
    void aCaseThatTwoSitesListGetsOneTask() {
        try (Brain brain = builder()
                .site(ManyCases.SITE)
                .site(Site.builder("too_wide")
                        .claimant("ROBOT")
                        .adoptOrphans(true)
                        .build())
                .build()) {
            brain.runCycle();
            brain.runCycle();

            assertThat(tasks()).extracting(Task::siteId).containsExactly("many", "many");
        }
    }

    @Test
    void anOldTasksReleaseLeavesALaterTaskItsClaim() {
        try (Brain brain = brain()) {
            brain.runCycle();
            long old = taskOf(1).id();
            assertThat(store.operations().cancel(Actor.ofProcess(), old)).isTrue();
            assertThat(store.operations().unblock(Actor.ofProcess(), "many", ResourceId.of(1)))
                    .isTrue();
            brain.operations().sync("many", ResourceId.of(1), false);
            assertThat(taskOf(1).id()).isGreaterThan(old);

            assertThatThrownBy(() -> brain.operations().release(Actor.ofProcess(), old))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("later task");
            assertThat(owners()).containsExactly("ROBOT", "ROBOT");
        }
    }

    @Test
    void aTaskWhoseCaseWasGivenBackIsNotRetried() {
        try (Brain brain = brain()) {
            brain.runCycle();
            long id = taskOf(1).id();
            store.operations().cancel(Actor.ofProcess(), id);
            assertThat(brain.operations().retry(Actor.ofProcess(), id))
                    .as("still claimed")
                    .isTrue();
            store.operations().cancel(Actor.ofProcess(), id);
            TestDatabase.execute(cases, "UPDATE cases SET owner = 'A PERSON' WHERE id = 1");

            assertThatThrownBy(() -> brain.operations().retry(Actor.ofProcess(), id))
                    .isInstanceOf(BrainException.class)
                    .hasMessageContaining("isn't ROBOT's any more");
            assertThat(taskOf(1).status()).isEqualTo(TaskStatus.CANCELLED);
        }
    }

    private Task taskOf(long resource) {
        return store.operations()
                .list(new TaskFilter(Set.of(), Set.of(), ResourceId.of(resource), 1))
                .get(0);
    }

    @Test
    void aProfileWhoseClaimIsNotOursTakesNothing() {
        Profile wrong = Profile.parse("""
                {"name": "wrong", "table": "cases", "id": "id", "reference": "reference", "columns": ["id"],
                 "free": "state = 0", "owner": "owner", "ours": "state = 2", "claim": {"state": 1, "owner": ":claimant"},
                 "payload": {"idRecurso": {"value": "id"}}}""", "the test's profile");
        try (Brain brain = Brain.builder()
                .queue(store)
                .share(Database.class, database)
                .share(Profile.class, wrong)
                .readBackDelays(List.of())
                .site(ManyCases.SITE)
                .build()) {
            CycleReport report = brain.runCycle();

            assertThat(report.sites().get(0).errors())
                    .anySatisfy(error -> assertThat(error).contains("correct its \"ours\" (state = 2)"));
            assertThat(owners()).containsOnlyNulls();
            assertThat(tasks()).isEmpty();
        }
    }

    @Test
    void aDrySyncTellsThatSomebodyElseHasIt() {
        TestDatabase.execute(cases, "UPDATE cases SET state = 1, owner = 'A PERSON' WHERE id = 1");
        try (Brain brain = brain()) {
            SiteReport report = brain.operations()
                    .sync("many", ResourceId.of(1), true)
                    .sites()
                    .get(0);

            assertThat(report.enqueued()).isZero();
            assertThat(report.lost()).isEqualTo(1);
        }
    }

    @Test
    void aPlugInThatLacksAClassStopsItsSiteOnlyAndNotTheLoop() throws InterruptedException {
        CountDownLatch cycles = new CountDownLatch(2);
        try (Brain brain = builder()
                .site(ManyCases.SITE)
                .site(Site.builder("another")
                        .claimant("ROBOT")
                        .payload("broken")
                        .build())
                .payload("broken", (site, resource, context) -> {
                    throw new NoClassDefFoundError("org/example/Gone");
                })
                .interval(Duration.ofMillis(1))
                .listener(event -> {
                    if (event instanceof BrainEvent.CycleFinished) {
                        cycles.countDown();
                        throw new AssertionError("not even this ends the loop");
                    }
                })
                .build()) {
            brain.start();

            cycles.await();
        }
    }

    @Test
    void whatAFailedBuilderQuotesOfACaseIsNotRepeated() {
        try (Brain brain = builder()
                .site(ManyCases.SITE.toBuilder().payload("careless").build())
                .payload("careless", (site, resource, context) -> {
                    throw new IllegalStateException("no such person: 12345678Z");
                })
                .build()) {
            CycleReport report = brain.runCycle();

            assertThat(report.sites().get(0).errors())
                    .isNotEmpty()
                    .allSatisfy(error -> assertThat(error)
                            .contains("IllegalStateException at ")
                            .doesNotContain("12345678Z"));
            assertThat(store.incidents().list(Set.of(), true, 10)).isNotEmpty().allSatisfy(incident -> {
                assertThat(incident.report().code()).isEqualTo(IncidentCode.PAYLOAD_INVALID);
                assertThat(incident.report().message()).doesNotContain("12345678Z");
            });
        }
    }

    @Test
    void aRowThatIsNoSiteIsNoErrorOfACycleOfOthers() {
        store.sites().save(Actor.ofProcess(), List.of(ManyCases.SITE), true);
        TestDatabase.execute(
                queueFile,
                "INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, max_claims)"
                        + " VALUES ('unreadable', '', '', '', 0)");
        try (Brain all = builder().sites(store.sites()).build();
                Brain one = builder()
                        .sites(store.sites())
                        .enabledSites(Set.of("many"))
                        .build()) {
            assertThat(all.dryRun().errorCount()).isEqualTo(1);
            assertThat(one.runCycle().errorCount()).isZero();
        }
    }

    @Test
    void aReferenceToChildrenThatIsNoKeyIsItsRowsFaultOnly() {
        TestDatabase.execute(
                cases,
                "ALTER TABLE cases ADD COLUMN client TEXT",
                "UPDATE cases SET client = 'see note' WHERE id = 1",
                "UPDATE cases SET client = '007' WHERE id = 2",
                "CREATE TABLE documents (client INTEGER, name TEXT)",
                "INSERT INTO documents VALUES (7, 'fine.pdf')");
        Profile profile = Profile.parse("""
                {"name": "files", "table": "cases", "id": "id", "reference": "reference", "columns": ["id", "client"],
                 "free": "state = 0", "owner": "owner", "ours": "state = 1", "claim": {"state": 1, "owner": ":claimant"},
                 "children": {"files": {"table": "documents", "key": "client", "parent": "client", "columns": ["name"]}},
                 "payload": {"idRecurso": {"value": "id"},
                             "adjuntos": {"children": "files", "each": {"filename": {"column": "name"}}}}}
                """, "the test's profile");
        try (Brain brain = Brain.builder()
                .queue(store)
                .share(Database.class, database)
                .share(Profile.class, profile)
                .site(ManyCases.SITE)
                .build()) {
            SiteReport report = brain.runCycle().sites().get(0);

            assertThat(report.errorCount()).isEqualTo(1);
            assertThat(tasks()).singleElement().satisfies(task -> {
                assertThat(task.resourceId()).isEqualTo(ResourceId.of(2));
                assertThat(task.payload()).contains("fine.pdf");
            });
        }
    }

    @Test
    void howeverMuchAnotherProgramQueuedStandsInTheWay() {
        TestDatabase.execute(
                queueFile,
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) INSERT INTO"
                        + " tramite_queue (site_id, payload) SELECT 'fines', json_object('idRecurso', i) FROM n");

        assertThat(store.queue().reserve(Drafts.of(1200, 1201)))
                .singleElement()
                .satisfies(reservation -> assertThat(reservation.resourceId()).isEqualTo(ResourceId.of(1201)));
    }
}
