package dev.brain.sqlite;

import static dev.brain.queue.TaskQueue.Settlement.Verdict.CONFIRM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.queue.Failure;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TaskQueue;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.tck.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker of another program takes tasks without a lease. If it has crashed, its tasks stay in work for ever. */
class BreakerBesideForeignWorkTest {
    private static final Failure TECHNICAL = new Failure(Failure.Kind.TECHNICAL, "TIMEOUT", "no answer");

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T08:00:00Z"));

    private static List<Lease> take(TaskQueue queue, Integer concurrent) {
        SiteLimits limits =
                new SiteLimits(Drafts.SITE, concurrent, null, new SiteLimits.Breaker(1, Duration.ofMinutes(5)));
        return queue.take(new TakeRequest("w", 5, Duration.ofMinutes(1), List.of(limits)));
    }

    @Test
    void aTaskThatNeverEndsDoesNotKeepAnOpenBreakerFromTryingOne() {
        Path file = folder.resolve("queue.db");
        try (SqliteStore store = SqliteStore.builder(file).clock(clock).open()) {
            TaskQueue queue = store.queue();
            queue.settle(queue.reserve(Drafts.of(1, 2, 3, 4)).stream()
                    .map(reservation -> new Settlement(reservation, CONFIRM))
                    .toList());
            TestDatabase.execute(file, "UPDATE tramite_queue SET status = 'processing' WHERE id = 1");
            Lease failed = take(queue, 2).get(0);
            queue.finish(failed, new TaskResult.Failed(TECHNICAL));
            assertThat(take(queue, null)).as("paused by the breaker").isEmpty();

            clock.advance(Duration.ofMinutes(5));

            assertThat(take(queue, 1))
                    .as("the limit of the site counts other programs' tasks")
                    .isEmpty();
            assertThat(take(queue, null)).as("one task is tried").hasSize(1);
            assertThat(take(queue, null)).as("one at a time").isEmpty();
        }
    }
}
