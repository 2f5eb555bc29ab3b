package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.Brain;
import dev.brain.history.Actor;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.payload.Payload;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue.QueueState;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A queue of an earlier version, which kept ids without their outer blanks, and a table that pads its keys. */
class UnpaddedIdsTest {
    private static final String SITE = ManyCases.SITE.id();
    private static final ResourceId PADDED = new ResourceId("A7          ");

    @TempDir
    Path folder;

    @BeforeEach
    void createTables() {
        SqliteStore.open(queue()).close();
    }

    private Path queue() {
        return folder.resolve("queue.db");
    }

    /** As the earlier version wrote it. */
    private void earlierTask(String status) {
        TestDatabase.execute(
                queue(),
                "INSERT INTO tramite_queue (site_id, payload, status, resource_id, reference, claimant, resource) VALUES ('"
                        + SITE + "', '{\"idRecurso\": \"A7\"}', '" + status
                        + "', 'A7', '2026/1', 'ROBOT', '{\"id\": \"A7          \"}')");
    }

    private void earlierIncident(IncidentCode code) {
        TestDatabase.execute(
                queue(),
                "INSERT INTO brain_incident (site_id, resource_id, code, message, opened_at, last_seen_at) VALUES ('"
                        + SITE + "', 'A7', '" + code + "', 'look at it', 1, 1)");
    }

    private static TaskDraft draft(ResourceId id) {
        return new TaskDraft(
                SITE,
                new Resource(id, "2026/1", Map.of("id", id.value())),
                Payload.of(JsonNodeFactory.instance.objectNode().put("idRecurso", id.value())),
                new Claimant("ROBOT"),
                0);
    }

    private static List<Task> tasks(SqliteStore store) {
        return store.operations().list(TaskFilter.newest(10));
    }

    @ParameterizedTest
    @CsvSource({
        "claiming, ACTIVE",
        "pending, ACTIVE",
        "scheduled, ACTIVE",
        "processing, ACTIVE",
        "failed, BLOCKED",
        "cancelled, BLOCKED"
    })
    void anEarlierTaskStandsInTheWayOfItsPaddedResource(String status, QueueState expected) {
        earlierTask(status);
        try (SqliteStore store = SqliteStore.open(queue())) {
            assertThat(store.queue().standings(SITE, List.of(PADDED))).containsExactly(Map.entry(PADDED, expected));
            assertThat(store.queue().reserve(List.of(draft(PADDED)))).isEmpty();
            assertThat(tasks(store)).hasSize(1);
        }
    }

    @Test
    void aLaterTaskUnderTheOtherSpellingDecides() {
        earlierTask("completed");
        try (SqliteStore store = SqliteStore.open(queue())) {
            assertThat(store.queue().standings(SITE, List.of(PADDED)))
                    .containsExactly(Map.entry(PADDED, QueueState.COMPLETED));
        }
        TestDatabase.execute(
                queue(),
                "INSERT INTO tramite_queue (site_id, payload, status, resource_id) VALUES ('" + SITE
                        + "', '{}', 'failed', '" + PADDED + "')");
        try (SqliteStore store = SqliteStore.open(queue())) {
            assertThat(store.queue().standings(SITE, List.of(PADDED, new ResourceId("A7"))))
                    .containsExactly(
                            Map.entry(PADDED, QueueState.BLOCKED),
                            Map.entry(new ResourceId("A7"), QueueState.COMPLETED));
        }
    }

    @Test
    void aTaskWithoutBlanksIsNoTaskOfAnotherSite() {
        earlierTask("failed");
        try (SqliteStore store = SqliteStore.open(queue())) {
            assertThat(store.queue().standings("other", List.of(PADDED))).isEmpty();
        }
    }

    @Test
    void aPaddedResourceIsNoObstacleToTheOneWithoutBlanks() {
        try (SqliteStore store = SqliteStore.open(queue())) {
            assertThat(store.queue().reserve(List.of(draft(PADDED), draft(new ResourceId("A7")))))
                    .hasSize(2);
        }
    }

    @Test
    void aCompletedTaskIsFollowedByOneWithTheExactIdAndIsThenFoundUnderIt() {
        earlierTask("completed");
        try (SqliteStore store = SqliteStore.open(queue())) {
            assertThat(store.queue().reserve(List.of(draft(PADDED)))).hasSize(1);
            assertThat(tasks(store)).extracting(Task::resourceId).containsExactly(PADDED, PADDED);
            assertThat(store.operations().list(new TaskFilter(Set.of(SITE), Set.of(), PADDED, 10)))
                    .hasSize(2);
        }
    }

    @Test
    void anUnblockedTaskIsNotRetriedWhileItsPaddedResourceHasAnotherTask() {
        earlierTask("failed");
        earlierIncident(IncidentCode.BUSINESS_FAILURE);
        try (SqliteStore store = SqliteStore.open(queue())) {
            assertThat(store.operations().unblock(Actor.ofProcess(), SITE, PADDED))
                    .isTrue();
            assertThat(store.incidents().list(Set.of(), true, 10)).isEmpty();
            assertThat(store.queue().standings(SITE, List.of(PADDED))).isEmpty();
            assertThat(store.queue().reserve(List.of(draft(PADDED)))).hasSize(1);
            assertThat(store.operations().retry(Actor.ofProcess(), 1)).isFalse();
            assertThat(tasks(store)).extracting(Task::status).containsExactly(TaskStatus.CLAIMING, TaskStatus.FAILED);
        }
    }

    @Test
    void aTaskInWorkIsCompletedByItsWorker() {
        earlierTask("pending");
        try (SqliteStore store = SqliteStore.open(queue())) {
            TakeRequest request = new TakeRequest("worker", 1, Duration.ofMinutes(5), List.of(SiteLimits.none(SITE)));
            var lease = store.queue().take(request).get(0);
            assertThat(store.queue().reserve(List.of(draft(PADDED)))).isEmpty();
            assertThat(store.queue().finish(lease, new TaskResult.Completed(null)))
                    .isTrue();
            assertThat(store.queue().reserve(List.of(draft(PADDED)))).hasSize(1);
        }
    }

    @Test
    void anEarlierIncidentGoesOnUnderTheExactId() {
        earlierIncident(IncidentCode.PAYLOAD_INVALID);
        try (SqliteStore store = SqliteStore.open(queue())) {
            assertThat(store.incidents().openOn(SITE, IncidentCode.PAYLOAD_INVALID, List.of(PADDED)))
                    .containsExactly(PADDED);
            assertThat(store.incidents()
                            .report(List.of(new Report(IncidentCode.PAYLOAD_INVALID, SITE, PADDED, "look again"))))
                    .isEmpty();
            Incident incident = store.incidents().list(Set.of(), true, 10).get(0);
            assertThat(incident.count()).isEqualTo(2);
            assertThat(incident.report().resourceId()).isEqualTo(PADDED);
        }
    }

    @Test
    void anEarlierIncidentClosesWithItsResource() {
        earlierIncident(IncidentCode.ORPHAN_CLAIM);
        try (SqliteStore store = SqliteStore.open(queue())) {
            store.incidents().close(SITE, IncidentCode.ORPHAN_CLAIM, List.of(PADDED));
            assertThat(store.incidents().list(Set.of(), true, 10)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "processing"})
    void aCycleDoesNotClaimACaseWhoseEarlierTaskIsActiveOrFailed(String status) {
        earlierTask(status);
        Path cases = folder.resolve("cases.db");
        TestDatabase.execute(
                cases,
                "CREATE TABLE cases (id CHAR(12), reference TEXT, state INTEGER DEFAULT 0, owner TEXT)",
                "INSERT INTO cases (id, reference) VALUES ('A7          ', '2026/1'), ('B8          ', '2026/2')");
        try (SqliteStore store = SqliteStore.open(queue());
                Database database = SqliteDatabaseProvider.database(cases);
                Brain brain = Brain.builder()
                        .queue(store)
                        .share(Database.class, database)
                        .share(Profile.class, Profile.parse("""
                                {"name": "many", "table": "cases", "id": "id", "idType": "text", "reference": "reference",
                                 "columns": ["id", "reference"], "free": "state = 0", "owner": "owner", "ours": "state = 1",
                                 "claim": {"state": 1, "owner": ":claimant"},
                                 "payload": {"idRecurso": {"value": "id"}, "expediente": {"value": "reference"}}}
                                """, "the test's profile"))
                        .readBackDelays(List.of())
                        .site(ManyCases.SITE)
                        .build()) {
            assertThat(brain.runCycle().sites().get(0).enqueued()).isEqualTo(1);
        }
        assertThat(TestDatabase.column(cases, "SELECT id FROM cases WHERE state = 1"))
                .containsExactly("B8          ");
    }
}
