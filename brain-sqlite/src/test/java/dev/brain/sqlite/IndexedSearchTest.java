package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.Actor;
import dev.brain.history.History.Entry;
import dev.brain.history.History.Filter;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.tck.SettableClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people search for is found by indexes. */
class IndexedSearchTest {
    private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    @TempDir
    Path folder;

    private List<String> plan(String query) throws SQLException {
        List<String> plan = new ArrayList<>();
        try (Connection connection = TestDatabase.connect(folder.resolve("queue.db"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("EXPLAIN QUERY PLAN " + query)) {
            while (rows.next()) {
                plan.add(rows.getString("detail"));
            }
        }
        return plan;
    }

    @Test
    void indexesServeTheSearches() throws SQLException {
        SqliteStore.open(folder.resolve("queue.db")).close();
        assertThat(plan("SELECT detail FROM brain_history WHERE actor = 'anna' AND actor_kind = 'person'"
                        + " ORDER BY id DESC LIMIT 50"))
                .singleElement()
                .asString()
                .contains("brain_history_of_person");
        assertThat(plan("SELECT id FROM brain_history WHERE id % 256 = 0 AND recorded_at < 5"
                        + " ORDER BY recorded_at DESC LIMIT 1"))
                .singleElement()
                .asString()
                .contains("COVERING INDEX brain_history_times");
        assertThat(plan("SELECT detail FROM brain_history WHERE recorded_at >= 7 AND id > 5 ORDER BY id DESC LIMIT 50"))
                .singleElement()
                .asString()
                .contains("PRIMARY KEY (rowid>?)");
        assertThat(plan("SELECT payload FROM tramite_queue WHERE created_at >= '2026-03-01 00:00:00'"
                        + " AND created_at < '2026-03-02 00:00:00' ORDER BY id DESC LIMIT 20"))
                .first()
                .asString()
                .contains("tramite_queue_created (created_at>? AND created_at<?)");
    }

    @Test
    void changesAndTasksOfATimeAreFound() {
        SettableClock clock = new SettableClock(START);
        Path file = folder.resolve("queue.db");
        try (SqliteStore store = SqliteStore.builder(file).clock(clock).open()) {
            for (int day = 0; day < 4; day++) {
                int from = 1_000 * day;
                int[] ids = IntStream.range(from, from + 400).toArray();
                store.queue().reserve(Drafts.of(ids));
                clock.advance(Duration.ofDays(1));
            }
            store.operations().pause(new Actor("anna"), "fines", true);

            List<Entry> recent = store.history()
                    .list(new Filter(Set.of(), null, null, null, START.plus(Duration.ofDays(2)), null, 5_000));
            assertThat(recent)
                    .hasSize(801)
                    .allSatisfy(entry -> assertThat(entry.at()).isAfterOrEqualTo(START.plus(Duration.ofDays(2))));
            assertThat(store.history().list(new Filter(Set.of("fines"), null, null, "anna", START, null, 10)))
                    .hasSize(1);
            String run = recent.get(800).actor().name();
            assertThat(store.history().list(new Filter(Set.of(), null, null, run, null, null, 5_000)))
                    .as("a run, which no index serves")
                    .hasSize(1_600);
            List<Task> second = store.operations()
                    .list(new TaskFilter(
                            Set.of(),
                            Set.of(),
                            null,
                            null,
                            null,
                            START.plus(Duration.ofDays(1)),
                            START.plus(Duration.ofDays(2)),
                            null,
                            TaskFilter.Order.NEWEST,
                            5_000));
            assertThat(second)
                    .hasSize(400)
                    .allSatisfy(task ->
                            assertThat(String.valueOf(task.resourceId())).startsWith("1"));
        }
    }
}
