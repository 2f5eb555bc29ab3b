package dev.brain.bench.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.bench.measurement.Benchmark;
import dev.brain.payload.Payload;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Store;
import dev.brain.queue.TaskQueue.Finished;
import dev.brain.queue.TaskQueue.FinishedTask;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.queue.TaskResult;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import dev.brain.work.WorkerBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Brain as it is used. It enqueues as a claim does, by reserving and settling, which are two commits.
 *
 * @param sites how many sites the tasks belong to, by turns
 * @param batch how many tasks one thread takes at a time
 */
record Brain(int sites, int batch) implements Contender {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Claimant CLAIMANT = new Claimant("BENCH");

    Brain() {
        this(1, 1);
    }

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
    public Opened open(Target target) {
        return new Opened(target.store(), sites, batch);
    }

    record Opened(Store store, int sites, int batch) implements Session {
        @Override
        public void enqueue(int first, int count) {
            List<TaskDraft> drafts = new ArrayList<>(count);
            for (int i = first; i < first + count; i++) {
                drafts.add(draft(i));
            }
            List<Reservation> reservations = store.queue().reserve(drafts);
            int visible = store.queue()
                    .settle(reservations.stream()
                            .map(reservation -> new Settlement(reservation, Settlement.Verdict.CONFIRM))
                            .toList());
            Check.done(count, visible);
        }

        private String site(int number) {
            return number % sites == 0 ? Work.SITE : Work.SITE + number % sites;
        }

        private TaskDraft draft(int number) {
            try {
                return new TaskDraft(
                        site(number),
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
            TakeRequest request = request();
            int done = 0;
            long start = System.nanoTime();
            for (List<Lease> leases = store.queue().take(request);
                    !leases.isEmpty();
                    leases = store.queue().take(request)) {
                done += store.queue().finish(completed(leases), null).held().size();
            }
            return Check.done(tasks, done, start);
        }

        /** Finishes each batch in the same transaction that takes the next one, on this thread. */
        Duration exchange(int tasks) {
            TakeRequest request = request();
            int done = 0;
            long start = System.nanoTime();
            for (List<Lease> leases = store.queue().take(request); !leases.isEmpty(); ) {
                Finished finished = store.queue().finish(completed(leases), request);
                done += finished.held().size();
                leases = finished.next();
            }
            return Check.done(tasks, done, start);
        }

        /** Returns how many milliseconds it takes to take a batch, which is the median of so many. */
        double takeMillis(int times) {
            TakeRequest request = request();
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                long start = System.nanoTime();
                int taken = store.queue().take(request).size();
                millis.add((System.nanoTime() - start) / 1e6);
                Check.done(batch, taken);
            }
            return Benchmark.median(millis);
        }

        private TakeRequest request() {
            return new TakeRequest(
                    "bench",
                    batch,
                    Duration.ofMinutes(2),
                    IntStream.range(0, sites)
                            .mapToObj(number -> SiteLimits.none(site(number)))
                            .toList());
        }

        private static List<FinishedTask> completed(List<Lease> leases) {
            return leases.stream()
                    .map(lease -> new FinishedTask(lease, new TaskResult.Completed(null)))
                    .toList();
        }

        @Override
        public Duration drain(int tasks, int workers) throws InterruptedException {
            AtomicInteger done = new AtomicInteger();
            WorkerBuilder builder = Worker.builder().queue(store).threads(workers);
            for (int i = 0; i < sites; i++) {
                builder.handler(site(i), task -> {
                    done.incrementAndGet();
                    return TaskOutcome.done();
                });
            }
            Worker worker = builder.build();
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
