package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.Brain;
import dev.brain.check.Finding;
import dev.brain.cycle.SiteReport;
import dev.brain.error.ConfigurationException;
import dev.brain.history.Actor;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.queue.TaskFilter;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that are not quite what their profile says, and what people do to tasks that they shouldn't. */
class OddTablesTest {
    @TempDir
    Path folder;

    private Path cases() {
        return folder.resolve("cases.db");
    }

    private Brain brain(SqliteStore store, Database database) {
        return Brain.builder()
                .queue(store)
                .share(Database.class, database)
                .share(Profile.class, ManyCases.PROFILE)
                .site(ManyCases.SITE)
                .build();
    }

    @Test
    void aRowWithoutAnIdStopsNobody() {
        TestDatabase.execute(
                cases(),
                "CREATE TABLE cases (id INTEGER, reference TEXT, body TEXT, state INTEGER, owner TEXT)",
                "INSERT INTO cases VALUES (NULL, '2026/1', 'CITY', 0, NULL), (7, '2026/7', 'CITY', 0, NULL),"
                        + " (NULL, '2026/2', 'CITY', 1, 'ROBOT')");
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Database database = SqliteDatabaseProvider.database(cases());
                Brain brain = brain(store, database)) {
            SiteReport report = brain.runCycle().sites().get(0);
            assertThat(report.errors()).isEmpty();
            assertThat(report.enqueued()).isEqualTo(1);
        }
    }

    @Test
    void aCheckFindsWhatOnlyClaimingNeeds() {
        TestDatabase.execute(cases(), "CREATE TABLE cases (id INTEGER, reference TEXT, body TEXT, state INTEGER)");
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Database database = SqliteDatabaseProvider.database(cases());
                Brain brain = brain(store, database)) {
            assertThat(brain.operations().check(ManyCases.SITE)).anySatisfy(finding -> {
                assertThat(finding.level()).isEqualTo(Finding.Level.ERROR);
                assertThat(finding.message()).contains("owner");
            });
        }
    }

    @Test
    void aCompletedCaseIsNotGivenBackToBeFiledAgain() {
        ManyCases.create(cases(), 1, 1);
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Database database = SqliteDatabaseProvider.database(cases());
                Brain brain = brain(store, database)) {
            brain.runCycle();
            long task = store.operations().list(TaskFilter.newest(1)).get(0).id();
            TestDatabase.execute(folder.resolve("queue.db"), "UPDATE tramite_queue SET status = 'completed'");
            assertThatThrownBy(() -> brain.operations().release(Actor.ofProcess(), task))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("completed");
            assertThat(brain.runCycle().sites().get(0).candidates()).isZero();
        }
    }

    @Test
    void aSourceThatIsGoneIsAnIncidentUntilItIsBack() {
        try (SqliteStore store = SqliteStore.open(folder.resolve("queue.db"));
                Database database = SqliteDatabaseProvider.database(cases());
                Brain brain = brain(store, database)) {
            assertThat(brain.runCycle().errorCount()).isEqualTo(1);
            assertThat(store.incidents().list(Set.of(), true, 10))
                    .singleElement()
                    .extracting(incident -> incident.report().code())
                    .isEqualTo(IncidentCode.CONFIGURATION_INVALID);
            ManyCases.create(cases(), 1, 1);
            assertThat(brain.runCycle().enqueued()).isEqualTo(1);
            assertThat(store.incidents().list(Set.of(), true, 10)).isEmpty();
        }
    }
}
