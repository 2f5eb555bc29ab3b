package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.Actor;
import dev.brain.history.History.Entry;
import dev.brain.history.History.Event;
import dev.brain.history.History.Filter;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.Settlement.Verdict;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs without this library do to the queue is in its history. */
class ForeignChangesTest {
    @TempDir
    Path folder;

    private static List<Entry> history(SqliteStore store) {
        return store.history().list(Filter.newest(100));
    }

    @Test
    void theirTasksAndChangesAreTold() {
        Path file = folder.resolve("queue.db");
        try (SqliteStore store = SqliteStore.open(file)) {
            TestDatabase.execute(file, """
                    INSERT INTO tramite_queue (site_id, protocol, payload) VALUES ('madrid', 'P1', '{"idRecurso": 5}')""");
            TestDatabase.execute(
                    file, "UPDATE tramite_queue SET status = 'processing', attempts = attempts + 1 WHERE id = 1");
            TestDatabase.execute(file, "UPDATE tramite_queue SET screenshot_path = 'a.png' WHERE id = 1");
            TestDatabase.execute(file, "UPDATE tramite_queue SET status = 'completed', result = '{}' WHERE id = 1");

            assertThat(history(store))
                    .extracting(Entry::event)
                    .containsExactly(Event.CHANGED, Event.CHANGED, Event.QUEUED);
            assertThat(history(store))
                    .extracting(Entry::detail)
                    .containsExactly("processing -> completed", "pending -> processing", "pending");
            assertThat(history(store))
                    .extracting(Entry::actor)
                    .containsOnly(new Actor(Actor.Kind.PROGRAM, "another program"));
            assertThat(history(store)).extracting(Entry::taskId).containsOnly(1L);
            assertThat(history(store)).extracting(Entry::siteId).containsOnly("madrid");
        }
    }

    @Test
    void changesOfBothAreToldOnceEach() {
        Path file = folder.resolve("queue.db");
        try (SqliteStore store = SqliteStore.open(file)) {
            store.queue()
                    .settle(store.queue().reserve(Drafts.of(1)).stream()
                            .map(each -> new Settlement(each, Verdict.CONFIRM))
                            .toList());
            TestDatabase.execute(file, "UPDATE tramite_queue SET status = 'failed', error_log = 'no' WHERE id = 1");
            store.operations().retry(new Actor("anna"), 1);

            assertThat(history(store))
                    .extracting(Entry::event)
                    .containsExactly(Event.RETRIED, Event.CHANGED, Event.CLAIMED, Event.RESERVED);
        }
    }

    @Test
    void theirStatementsReportOnlyTheirOwnRows() {
        Path file = folder.resolve("queue.db");
        try (SqliteStore store = SqliteStore.open(file)) {
            assertThat(TestDatabase.update(file, """
                            INSERT INTO tramite_queue (site_id, payload) VALUES ('madrid', '{}'), ('madrid', '{}')""")).isEqualTo(2);
            assertThat(TestDatabase.update(file, "UPDATE tramite_queue SET status = 'failed'"))
                    .isEqualTo(2);
            assertThat(history(store)).hasSize(4);
        }
    }
}
