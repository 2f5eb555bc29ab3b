package dev.brain.bench.queue;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jobrunr.jobs.Job;
import org.jobrunr.jobs.filters.ApplyStateFilter;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.jobs.states.JobState;
import org.jobrunr.jobs.states.StateName;
import org.jobrunr.scheduling.JobScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.Paging.AmountBasedList;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.jobrunr.utils.mapper.jackson.JacksonJsonMapper;
import org.jspecify.annotations.Nullable;

/** JobRunr, with the storage that its factory makes for the database. */
record JobRunrQueue() implements Contender {
    private static final int CONNECTIONS = 10;
    private static final Duration SHORTEST_POLL = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "JobRunr";
    }

    @Override
    public boolean can(Measure measure) {
        return true;
    }

    @Override
    public boolean isSlow(Measure measure) {
        return true;
    }

    @Override
    public Session open(Target target) {
        return new Opened(target.pool(CONNECTIONS));
    }

    /** The job; it must be public and static. */
    public static final class Noop {
        private static final AtomicInteger DONE = new AtomicInteger();
        private static final AtomicLong STARTED = new AtomicLong();

        private Noop() {}

        static void reset() {
            DONE.set(0);
            STARTED.set(0);
        }

        /** Does nothing with the payload. */
        public static void run(String payload) {
            STARTED.compareAndSet(0, System.nanoTime());
            DONE.incrementAndGet();
        }
    }

    private static final class Opened implements Session {
        private final HikariDataSource pool;
        private final StorageProvider storage;
        private final JacksonJsonMapper json = new JacksonJsonMapper();
        private final JobScheduler scheduler;

        Opened(HikariDataSource pool) {
            this.pool = pool;
            storage = SqlStorageProviderFactory.using(pool);
            storage.setJobMapper(new JobMapper(json));
            scheduler = new JobScheduler(storage);
        }

        @Override
        public void enqueue(int first, int count) {
            if (count == 1) {
                String payload = Work.payload(first);
                scheduler.enqueue(() -> Noop.run(payload));
            } else {
                scheduler.enqueue(
                        Stream.iterate(first, i -> i + 1).limit(count).map(Work::payload),
                        payload -> Noop.run(payload));
            }
        }

        /** Does what its runtime does for a job. */
        @Override
        public Duration takeAndComplete(int tasks) {
            BackgroundJobServer server = server(1);
            int done = 0;
            long start = System.nanoTime();
            for (List<Job> jobs = storage.getJobsToProcess(server, AmountBasedList.ascOnUpdatedAt(1));
                    !jobs.isEmpty();
                    jobs = storage.getJobsToProcess(server, AmountBasedList.ascOnUpdatedAt(1))) {
                storage.save(jobs.get(0).succeeded());
                done++;
            }
            return Check.done(tasks, done, start);
        }

        /**
         * Measures from the beginning of the first job until the end of the last one is durable. The server looks for work
         * whenever a worker is free, and so its poll interval doesn't count; its start, of a second and more, neither.
         */
        @Override
        public Duration drain(int tasks, int workers) throws InterruptedException {
            Noop.reset();
            CountDownLatch left = new CountDownLatch(tasks);
            AtomicLong end = new AtomicLong();
            BackgroundJobServer server = server(workers);
            server.setJobFilters(List.of(new ApplyStateFilter() {
                @Override
                public void onStateApplied(Job job, @Nullable JobState before, JobState after) {
                    if (after.getName() == StateName.SUCCEEDED) {
                        end.set(System.nanoTime());
                        left.countDown();
                    }
                }
            }));
            server.start();
            left.await();
            server.stop();
            Check.done(tasks, (int) storage.countJobs(StateName.SUCCEEDED));
            return Duration.ofNanos(end.get() - Noop.STARTED.get());
        }

        private BackgroundJobServer server(int workers) {
            return new BackgroundJobServer(
                    storage,
                    json,
                    new JobActivator() {
                        @Override
                        public <T> @Nullable T activateJob(Class<T> type) {
                            return null;
                        }
                    },
                    BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                            .andPollInterval(SHORTEST_POLL)
                            .andWorkerCount(workers));
        }

        @Override
        public void close() {
            storage.close();
            pool.close();
        }
    }
}
