package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.queue.SiteLimits;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TakeRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Taking tasks costs as many statements for a thousand sites as for one. */
class TakeCostTest {
    @TempDir
    Path folder;

    private static TakeRequest request(int sites, boolean limited) {
        List<SiteLimits> limits = new ArrayList<>();
        for (int i = 1; i < sites; i++) {
            limits.add(limits("site" + i, limited));
        }
        limits.add(limits(Drafts.SITE, limited));
        return new TakeRequest("worker", 2, Duration.ofMinutes(5), limits);
    }

    private static SiteLimits limits(String site, boolean limited) {
        return limited
                ? new SiteLimits(site, 100, new SiteLimits.Rate(100, Duration.ofMinutes(1)), SiteLimits.Breaker.USUAL)
                : SiteLimits.none(site);
    }

    private long statements(int sites, boolean limited) {
        Clock fixed = Clock.fixed(Instant.parse("2026-03-01T08:00:00Z"), ZoneOffset.UTC);
        Path file = folder.resolve(sites + "-" + limited + ".db");
        try (SqliteStore store = SqliteStore.builder(file).clock(fixed).open()) {
            store.queue()
                    .settle(store.queue().reserve(Drafts.of(1, 2, 3, 4)).stream()
                            .map(reservation -> new Settlement(reservation, Settlement.Verdict.CONFIRM))
                            .toList());
            assertThat(store.queue().take(request(sites, limited))).hasSize(2);
            long before = store.statements();
            assertThat(store.queue().take(request(sites, limited))).hasSize(2);
            long some = store.statements() - before;
            assertThat(store.queue().take(request(sites, limited))).isEmpty();
            return some;
        }
    }

    @Test
    void takingCostsAConstantNumberOfStatements() {
        assertThat(statements(1, false))
                .as("begin, tasks of other programs, states, waiting, lease, history, commit")
                .isEqualTo(7);
        assertThat(statements(1_000, false)).as("and which sites come first").isEqualTo(8);
    }

    @Test
    void takingUnderLimitsCostsAConstantNumberOfStatements() {
        assertThat(statements(1, true))
                .as("two counts, and two for the starts of tasks")
                .isEqualTo(11);
        assertThat(statements(1_000, true)).isEqualTo(12);
    }
}
