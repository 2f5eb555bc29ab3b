package dev.brain.sqlite;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.Actor;
import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another program queues a resource that already has an active task: no worker gets both. */
class DuplicateTasksTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("queue.db");
    }

    /** Inserts a task as another program does, which knows only the first columns. */
    private void insert(int resource, String status) {
        TestDatabase.execute(
                file(),
                "INSERT INTO tramite_queue (site_id, payload, status) VALUES ('" + Drafts.SITE + "', '{\"idRecurso\": "
                        + resource + "}', '" + status + "')");
    }

    private static void queue(SqliteStore store, int... ids) {
        store.queue()
                .settle(store.queue().reserve(Drafts.of(ids)).stream()
                        .map(reservation -> new Settlement(reservation, CONFIRM))
                        .toList());
    }

    private static List<Lease> take(SqliteStore store, int most) {
        return store.queue()
                .take(new TakeRequest("w", most, Duration.ofMinutes(5), List.of(SiteLimits.none(Drafts.SITE))));
    }

    private static List<Long> taken(SqliteStore store, int most) {
        return take(store, most).stream().map(Lease::taskId).toList();
    }

    private static List<Incident.Report> incidents(SqliteStore store) {
        return store.incidents().list(Set.of(), true, 10).stream()
                .map(Incident::report)
                .toList();
    }

    @Test
    void aSecondTaskOfAnActiveResourceWaitsUntilAPersonRetriesIt() {
        try (SqliteStore store = SqliteStore.open(file())) {
            queue(store, 1);
            insert(1, "pending");

            List<Lease> first = take(store, 10);
            assertThat(first).extracting(Lease::taskId).containsExactly(1L);
            Task held = store.operations().find(2).orElseThrow();
            assertThat(held.status()).isEqualTo(TaskStatus.FAILED);
            assertThat(held.failureCode()).isEqualTo("DUPLICATE");
            assertThat(held.failure()).contains("task 1");
            assertThat(incidents(store)).singleElement().satisfies(incident -> {
                assertThat(incident.code()).isEqualTo(IncidentCode.BUSINESS_FAILURE);
                assertThat(incident.resourceId()).isEqualTo(ResourceId.of(1));
                assertThat(incident.message()).contains("task 2", "task 1", "retry it only if both must be filed");
            });

            assertThat(store.operations().retry(Actor.ofProcess(), 2))
                    .as("while the first is active")
                    .isFalse();
            store.queue().finish(first.get(0), new TaskResult.Completed("filed"));
            assertThat(taken(store, 10)).as("nobody has decided").isEmpty();

            assertThat(store.operations().retry(Actor.ofProcess(), 2)).isTrue();
            assertThat(incidents(store)).isEmpty();
            assertThat(taken(store, 10)).containsExactly(2L);
        }
    }

    @Test
    void ofTwoTasksOfAnotherProgramWorkersGetOne() {
        try (SqliteStore store = SqliteStore.open(file())) {
            insert(1, "pending");
            insert(1, "pending");
            insert(2, "pending");
            assertThat(taken(store, 10)).containsExactly(1L, 3L);
            assertThat(incidents(store)).hasSize(1);
        }
    }

    @Test
    void aTaskThatTheOtherProgramWorksOnKeepsAnotherFromBeingTaken() {
        try (SqliteStore store = SqliteStore.open(file())) {
            insert(1, "processing");
            insert(1, "pending");
            assertThat(taken(store, 10)).isEmpty();
            assertThat(incidents(store)).hasSize(1);
        }
    }

    @Test
    void aSecondTaskThatTheOtherProgramAlreadyWorksOnIsReportedAndLeftAlone() {
        try (SqliteStore store = SqliteStore.open(file())) {
            queue(store, 1);
            insert(1, "processing");
            assertThat(taken(store, 10)).containsExactly(1L);
            assertThat(store.operations().find(2).orElseThrow().status()).isEqualTo(TaskStatus.PROCESSING);
            assertThat(incidents(store))
                    .singleElement()
                    .satisfies(incident -> assertThat(incident.message()).contains("see to it that only one is filed"));

            TestDatabase.execute(file(), "UPDATE tramite_queue SET status = 'pending' WHERE id = 2");
            assertThat(taken(store, 10)).as("returned by the other program").isEmpty();
            assertThat(store.operations().find(2).orElseThrow().status()).isEqualTo(TaskStatus.FAILED);
        }
    }

    @Test
    void aTaskThatWasNotLookedAtYetIsNotTaken() {
        try (SqliteStore store = SqliteStore.open(file())) {
            queue(store, 1);
            TestDatabase.execute(
                    file(),
                    "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 600) INSERT INTO tramite_queue"
                            + " (site_id, payload) SELECT '" + Drafts.SITE + "', '{\"idRecurso\":' || i || '}' FROM n");
            insert(1, "pending");
            TestDatabase.execute(file(), "UPDATE tramite_queue SET priority = 1 WHERE id = 601");

            List<Long> all = new ArrayList<>();
            for (List<Long> some = taken(store, 1); !some.isEmpty(); some = taken(store, 100)) {
                all.addAll(some);
            }
            assertThat(all).hasSize(600).doesNotContain(601L);
        }
    }

    @Test
    void manyTasksOfAnotherSiteHideNone() {
        try (SqliteStore store = SqliteStore.open(file())) {
            TestDatabase.execute(
                    file(),
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) INSERT INTO tramite_queue"
                            + " (site_id, payload) SELECT 'other', '{\"idRecurso\":' || i || '}' FROM n");
            insert(1, "pending");
            assertThat(taken(store, 1)).containsExactly(1201L);
        }
    }
}
