package dev.brain.bench.queue;

import dev.brain.queue.TaskQueue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.payload.Payload;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.sqlite.SqliteStore;
import dev.brain.sqlite.SqliteStore.Synchronous;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Brain as it is used. It enqueues as a claim does, by reserving and settling, which are two commits. */
record Brain() implements Contender {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Claimant CLAIMANT = new Claimant("BENCH");

    @Override
    public String name() {
        return "Brain";
    }

    @Override
    public boolean can(Measure measure) {
        return true;
    }

    @Override
    public boolean isSlow(Measure measure) {
        return measure == Measure.ENQUEUE_ONE || measure == Measure.TAKE_COMPLETE || measure == Measure.DRAIN_ONE;
    }

    @Override
    public Session open(Path file, Synchronous synchronous) {
        return new Opened(SqliteStore.builder(file).synchronous(synchronous).open());
    }

    private record Opened(SqliteStore store) implements Session {
        @Override
        public void enqueue(int first, int count) {
            List<TaskDraft> drafts = new ArrayList<>(count);
            for (int i = first; i < first + count; i++) {
                drafts.add(draft(i));
            }
            List<Reservation> reservations = store.queue().reserve(drafts);
            int visible = store.queue().settle(reservations.stream()
                    .map(reservation -> new Settlement(reservation, Settlement.Verdict.CONFIRM))
                    .toList());
            Check.done(count, visible);
        }

        private static TaskDraft draft(int number) {
            try {
                return new TaskDraft(
                        Work.SITE,
                        new Resource(ResourceId.of(number), Work.reference(number), Map.of("Estado", 0L)),
                        Payload.of((ObjectNode) JSON.readTree(Work.payload(number))),
                        CLAIMANT,
                        0);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Duration takeAndComplete(int tasks) {
            TakeRequest one = new TakeRequest("bench", 1, Duration.ofMinutes(2), List.of(SiteLimits.none(Work.SITE)));
            int done = 0;
            long start = System.nanoTime();
            for (List<Lease> leases = store.queue().take(one); !leases.isEmpty(); leases = store.queue().take(one)) {
                for (Lease lease : leases) {
                    done += store.queue().finish(lease, new TaskResult.Completed(null)) ? 1 : 0;
                }
            }
            return Check.done(tasks, done, start);
        }

        @Override
        public Duration drain(int tasks, int workers) throws InterruptedException {
            AtomicInteger done = new AtomicInteger();
            Worker worker = Worker.builder()
                    .queue(store)
                    .threads(workers)
                    .handler(Work.SITE, task -> {
                        done.incrementAndGet();
                        return TaskOutcome.done();
                    })
                    .build();
            long start = System.nanoTime();
            worker.drain();
            return Check.done(tasks, done.get(), start);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
