package dev.brain.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.history.History.Entry;
import dev.brain.history.History.Filter;
import dev.brain.store.RelationalStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much of a long history its queries read. */
class HistoryCostTest {
    /** More than two ranges of the index, and the pages of the index; the history has thousands of pages. */
    private static final int FEW_PAGES = 250;

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    /** Four changes each of 50,000 tasks, one task a minute; one task in 10,000 belongs to another site. */
    private static final String FILL =
            "INSERT INTO brain_history (recorded_at, actor_kind, actor, event, site_id, task_id)"
                    + " SELECT timestamptz '" + START + "' + task * interval '1 minute', 'worker', 'robot', event,"
                    + " CASE task % 10000 WHEN 0 THEN 'parking' ELSE 'fines' END, task"
                    + " FROM generate_series(1, 50000) AS task, unnest(ARRAY['reserved', 'claimed', 'taken', 'completed']) AS event"
                    + " ORDER BY task";

    private final TestSchema schema = new TestSchema();

    @BeforeEach
    void fill() throws SQLException {
        schema.open().close();
        try (Connection connection = schema.connect()) {
            TestSchema.execute(connection, "SET application_name = '" + schema.name() + "'");
            TestSchema.execute(connection, FILL);
            TestSchema.execute(connection, "VACUUM ANALYZE brain_history");
        }
        schema.awaitEndOf(schema.name());
    }

    @AfterEach
    void dropSchema() {
        schema.close();
    }

    private List<Entry> list(Filter filter) throws SQLException {
        long before = pages();
        List<Entry> entries;
        try (RelationalStore store = TestSchema.open(schema.url() + "&ApplicationName=" + schema.name())) {
            entries = store.history().list(filter);
        }
        schema.awaitEndOf(schema.name());
        assertThat(pages() - before).as("pages read").isLessThan(FEW_PAGES);
        return entries;
    }

    private long pages() throws SQLException {
        return Long.parseLong(schema.texts("SELECT heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit"
                        + " FROM pg_statio_user_tables WHERE relid = 'brain_history'::regclass")
                .get(0));
    }

    @Test
    void changesOfATaskAreReadInFewPages() throws SQLException {
        assertThat(list(Filter.ofTask(25_000, 100)))
                .extracting(Entry::taskId)
                .containsExactly(25_000L, 25_000L, 25_000L, 25_000L);
        schema.execute("INSERT INTO brain_history (recorded_at, actor_kind, actor, event, site_id, task_id)"
                + " VALUES (now(), 'person', 'anna', 'retried', 'fines', 25000)");
        assertThat(list(Filter.ofTask(25_000, 100))).hasSize(5);
    }

    @Test
    void newestChangesOfASiteAreReadInFewPages() throws SQLException {
        assertThat(list(new Filter(Set.of("fines"), null, null, null, null, null, 50)))
                .hasSize(50);
        assertThat(list(new Filter(Set.of("parking"), null, null, null, null, null, 50)))
                .hasSize(20);
    }

    @Test
    void changesSinceATimeAreReadInFewPages() throws SQLException {
        Instant end = START.plus(Duration.ofMinutes(50_000));
        assertThat(list(new Filter(Set.of(), null, null, null, end.minus(Duration.ofMinutes(9)), null, 100)))
                .hasSize(40);
        assertThat(list(new Filter(Set.of(), null, null, null, START, null, 100)))
                .hasSize(100);
    }
}
