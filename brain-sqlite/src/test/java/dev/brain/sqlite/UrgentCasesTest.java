package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.cycle.SiteReport;
import dev.brain.history.Actor;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.site.Site;
import dev.brain.tck.SettableClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The most urgent cases of a large table are claimed, and a bad deadline affects only its own case. */
class UrgentCasesTest {
    private static final Profile PROFILE = Profile.parse("""
            {"name": "many", "table": "cases", "id": "id", "reference": "reference", "deadline": "due",
             "columns": ["id", "reference"], "free": "state = 0", "owner": "owner", "ours": "state = 1",
             "claim": {"state": 1, "owner": ":claimant"},
             "payload": {"idRecurso": {"value": "id"}, "expediente": {"value": "reference"}}}
            """, "the test's profile");

    private static final Site SITE =
            ManyCases.SITE.toBuilder().setting("time_zone", "Europe/Madrid").build();

    @TempDir
    Path folder;

    private final CountedDatabase counter = new CountedDatabase();

    private Path cases(int number) {
        Path file = folder.resolve("cases" + number + ".db");
        ManyCases.create(file, number, 1);
        TestDatabase.execute(file, "ALTER TABLE cases ADD due TIMESTAMP");
        return file;
    }

    /** Gives each case a random day in the future, the same for several, or none. Returns the ids in the order of urgency. */
    private static List<Integer> setRandomDeadlines(Path file, int number) throws SQLException {
        Random random = new Random(7);
        record Case(int id, int day) {}
        List<Case> cases = new ArrayList<>();
        try (Connection connection = TestDatabase.connect(file);
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE cases SET due = datetime('2100-01-01', ? || ' days') WHERE id = ?")) {
            connection.setAutoCommit(false);
            for (int id = 1; id <= number; id++) {
                int day = random.nextInt(10_000);
                cases.add(new Case(id, day < 9_000 ? day : Integer.MAX_VALUE));
                update.setObject(1, day < 9_000 ? day : null);
                update.setInt(2, id);
                update.addBatch();
            }
            update.executeBatch();
            connection.commit();
        }
        cases.sort(Comparator.comparingInt(Case::day).thenComparingInt(Case::id));
        return cases.stream().map(Case::id).toList();
    }

    /** Claims 50 of that many cases. Returns the number of statements on the system of record and on the queue. */
    private List<Long> claimMostUrgent(int number) throws SQLException {
        Path file = cases(number);
        List<Integer> byUrgency = setRandomDeadlines(file, number);
        Database real = SqliteDatabaseProvider.database(file);
        Database counted = counter.of(real);
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue" + number + ".db"));
                Brain brain = Brain.builder()
                        .queue(store)
                        .share(Database.class, counted)
                        .share(Profile.class, PROFILE)
                        .maxClaims(50)
                        .site(SITE)
                        .build()) {
            brain.operations().check(SITE);
            long before = store.statements();
            counter.statements.set(0);
            SiteReport report = brain.runCycle().sites().get(0);
            List<Long> cost = List.of((long) counter.statements.get(), store.statements() - before);
            assertThat(report.claimed()).isEqualTo(50);
            assertThat(store.operations().list(TaskFilter.newest(100)).stream()
                            .sorted(Comparator.comparing(Task::id))
                            .map(task -> Integer.valueOf(String.valueOf(task.resourceId()))))
                    .isEqualTo(byUrgency.subList(0, 50));
            return cost;
        } finally {
            real.close();
        }
    }

    @Test
    void theMostUrgentOfManyAreClaimedInAConstantNumberOfStatements() throws SQLException {
        assertThat(claimMostUrgent(100_000)).isEqualTo(claimMostUrgent(1_000));
    }

    @Test
    void aDeadlineThatCannotBeReadIsAnIncidentOfItsRow() {
        int bad = 150;
        Path file = cases(bad + 3);
        TestDatabase.execute(
                file,
                "UPDATE cases SET due = '01/03/2026' WHERE id <= " + bad,
                "UPDATE cases SET due = '2100-03-01' WHERE id = " + (bad + 1),
                "UPDATE cases SET due = 4102444800 WHERE id = " + (bad + 2));
        try (Database database = SqliteDatabaseProvider.database(file);
                SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Brain brain = Brain.builder()
                        .queue(store)
                        .share(Database.class, database)
                        .share(Profile.class, PROFILE)
                        .pageSize(20)
                        .site(SITE)
                        .build()) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.claimed()).as("a day that can be read, and none").isEqualTo(2);
            assertThat(report.errorCount()).isEqualTo(bad + 1);
            List<Incident> incidents = store.incidents().list(Set.of(), true, 1_000);
            assertThat(incidents)
                    .hasSize(bad + 1)
                    .allMatch(incident -> incident.report().code() == IncidentCode.PAYLOAD_INVALID);
            assertThat(incidents.stream().map(incident -> incident.report().message()))
                    .contains(
                            "the deadline '01/03/2026' in due is neither a date like 2026-03-01 nor a time like 2026-03-01"
                                    + " 14:00:00",
                            "the deadline 4102444800 in due is neither a date like 2026-03-01 nor a time like 2026-03-01"
                                    + " 14:00:00");
            assertThat(brain.runCycle().sites().get(0).errorCount()).as("known").isZero();
            assertThat(brain.operations().check(SITE))
                    .anyMatch(finding -> finding.subject().equals("deadline")
                            && finding.message().contains("can be read"));
            assertThat(store.operations().list(TaskFilter.newest(10)).stream()
                            .map(Task::deadline)
                            .map(String::valueOf))
                    .as("the end of its day in Madrid")
                    .containsExactly("null", "2100-03-01T23:00:00Z");
        }
    }

    @Test
    void sitesCheckSaysWhetherAnIndexServesTheDeadlines() {
        Path file = cases(1);
        try (Database database = SqliteDatabaseProvider.database(file);
                SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Brain brain = Brain.builder()
                        .queue(store)
                        .share(Database.class, database)
                        .share(Profile.class, PROFILE)
                        .site(SITE)
                        .build()) {
            assertThat(brain.operations().check(SITE))
                    .anyMatch(finding -> finding.message().contains("ask for an index on (due, id)"));
            TestDatabase.execute(file, "CREATE INDEX urgent ON cases (state, due, id)");
            assertThat(brain.operations().check(SITE))
                    .anyMatch(
                            finding -> finding.message().equals("candidates are listed by due with the index urgent"));
        }
    }

    @Test
    void tasksAreTakenByAnIndexWithoutSorting() throws SQLException {
        Path file = folder.resolve("queue.db");
        SqliteStore.open(file).close();
        List<String> plan = new ArrayList<>();
        try (Connection connection = TestDatabase.connect(file);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "EXPLAIN QUERY PLAN SELECT q.id FROM tramite_queue AS q WHERE q.status = 'pending'"
                                + " AND q.site_id = 'fines' AND (q.resource_id IS NOT NULL OR q.id <= 5)"
                                + " ORDER BY q.priority DESC, q.deadline IS NULL, q.deadline, q.created_at, q.id LIMIT 3")) {
            while (rows.next()) {
                plan.add(rows.getString("detail"));
            }
        }
        assertThat(plan).singleElement().asString().contains("tramite_queue_ready");
    }

    private Brain brain(SqliteStore store, Database database, Clock clock) {
        return Brain.builder()
                .queue(store)
                .share(Database.class, database)
                .share(Profile.class, PROFILE)
                .pageSize(500)
                .maxClaims(10_000)
                .batchSize(1_000)
                .clock(clock)
                .site(SITE)
                .build();
    }

    private static int incidents(SqliteStore store, IncidentCode code) {
        return store.incidents()
                .list(new IncidentLog.Filter(Set.of(), Set.of(code), null, null, true, 10_000))
                .size();
    }

    @Test
    void noDueCaseIsPassedOverHoweverManyThereAre() {
        Path file = cases(2_300);
        TestDatabase.execute(file, "UPDATE cases SET due = datetime('2026-01-01', (id % 7) || ' days')");
        SettableClock clock = new SettableClock(Instant.parse("2026-03-01T08:00:00Z"));
        try (Database database = SqliteDatabaseProvider.database(file);
                SqliteStore store = SqliteStore.builder(folder.resolve("queue.db"))
                        .clock(clock)
                        .open();
                Brain brain = brain(store, database, clock)) {
            store.operations().pause(new Actor("anna"), SITE.id(), true);
            SiteReport first = brain.runCycle().sites().get(0);
            assertThat(first.warnings()).singleElement().asString().contains("more than 1000 free resources");
            assertThat(incidents(store, IncidentCode.DEADLINE_MISSED)).isEqualTo(1_000);
            brain.runCycle();
            brain.runCycle();
            assertThat(incidents(store, IncidentCode.DEADLINE_MISSED)).isEqualTo(2_300);

            TestDatabase.execute(file, "UPDATE cases SET due = '2026-06-01' WHERE id > 900");
            brain.runCycle();
            assertThat(brain.runCycle().sites().get(0).warnings()).isEmpty();
            assertThat(incidents(store, IncidentCode.DEADLINE_MISSED))
                    .as("all looked at")
                    .isEqualTo(900);
        }
    }

    @Test
    void noDueTaskIsPassedOverHoweverManyThereAre() {
        Path file = cases(2_300);
        TestDatabase.execute(file, "UPDATE cases SET due = '2026-03-03'");
        SettableClock clock = new SettableClock(Instant.parse("2026-03-01T08:00:00Z"));
        try (Database database = SqliteDatabaseProvider.database(file);
                SqliteStore store = SqliteStore.builder(folder.resolve("queue.db"))
                        .clock(clock)
                        .open();
                Brain brain = brain(store, database, clock)) {
            assertThat(brain.runCycle().claimed()).isEqualTo(2_300);
            clock.advance(Duration.ofDays(2));
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.warnings()).isEmpty();
            assertThat(incidents(store, IncidentCode.DEADLINE_NEAR)).isEqualTo(2_300);
        }
    }
}
