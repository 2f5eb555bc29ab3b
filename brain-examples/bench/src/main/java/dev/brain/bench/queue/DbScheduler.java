package dev.brain.bench.queue;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.SystemClock;
import com.github.kagkarlsson.scheduler.TaskResolver;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.event.SchedulerListeners;
import com.github.kagkarlsson.scheduler.jdbc.JdbcTaskRepository;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** db-scheduler: one-time tasks, whose rows it deletes when they are done. */
record DbScheduler(Engine engine) implements Contender {
    /** One on SQLite, as in db-scheduler's own tests: with more, those that wait for the lock sleep too long. */
    private static final Map<Engine, Integer> CONNECTIONS = Map.of(Engine.SQLITE, 1, Engine.POSTGRESQL, 16);

    /** Only for when nothing is left: it fetches more by itself as soon as few of what it fetched are left. */
    private static final Duration POLL = Duration.ofMillis(100);

    private static final double FETCH_WHEN_LEFT_PER_THREAD = 1;
    private static final double FETCHED_PER_THREAD = 20;

    private static final List<String> SCHEMA = List.of(
            """
            CREATE TABLE IF NOT EXISTS scheduled_tasks (
                task_name VARCHAR(100),
                task_instance VARCHAR(100),
                task_data {BYTES},
                execution_time {TIME},
                picked {FLAG},
                picked_by VARCHAR(50),
                last_success {TIME},
                last_failure {TIME},
                consecutive_failures INT,
                last_heartbeat {TIME},
                version BIGINT,
                priority SMALLINT,
                PRIMARY KEY (task_name, task_instance)
            )""",
            "CREATE INDEX IF NOT EXISTS execution_time_idx ON scheduled_tasks (execution_time)",
            "CREATE INDEX IF NOT EXISTS last_heartbeat_idx ON scheduled_tasks (last_heartbeat)",
            "CREATE INDEX IF NOT EXISTS priority_execution_time_idx ON scheduled_tasks (priority DESC, execution_time)");

    @Override
    public String name() {
        return "db-scheduler";
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
    public Session open(Target target) throws SQLException {
        HikariDataSource pool = target.pool(CONNECTIONS.getOrDefault(engine, 1));
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : SCHEMA) {
                statement.executeUpdate(
                        engine == Engine.SQLITE
                                ? types(sql, "BLOB", "TIMESTAMP", "BIT")
                                : types(sql, "BYTEA", "TIMESTAMPTZ", "BOOLEAN"));
            }
        }
        return new Opened(pool, engine);
    }

    private static String types(String sql, String bytes, String time, String flag) {
        return sql.replace("{BYTES}", bytes).replace("{TIME}", time).replace("{FLAG}", flag);
    }

    private static final class Opened implements Session {
        private final HikariDataSource pool;
        private final Engine engine;
        private final AtomicInteger done = new AtomicInteger();
        private final OneTimeTask<String> task =
                Tasks.oneTime("noop", String.class).execute((instance, context) -> done.incrementAndGet());
        private final SchedulerClient client;

        Opened(HikariDataSource pool, Engine engine) {
            this.pool = pool;
            this.engine = engine;
            this.client = SchedulerClient.Builder.create(pool, task).build();
        }

        @Override
        public void enqueue(int first, int count) {
            if (count == 1) {
                client.scheduleIfNotExists(instance(first), Instant.now());
                return;
            }
            List<TaskInstance<?>> instances = new ArrayList<>(count);
            for (int i = first; i < first + count; i++) {
                instances.add(instance(i));
            }
            client.scheduleBatch(instances, Instant.now());
        }

        private TaskInstance<String> instance(int number) {
            return task.instance(String.valueOf(number), Work.payload(number));
        }

        /** Does what its runtime does for a task. */
        @Override
        public Duration takeAndComplete(int tasks) {
            JdbcTaskRepository repository = new JdbcTaskRepository(
                    pool,
                    true,
                    JdbcTaskRepository.DEFAULT_TABLE_NAME,
                    new TaskResolver(new SchedulerListeners(List.of()), new SystemClock(), List.of(task)),
                    new SchedulerName.Fixed("bench"),
                    false,
                    new SystemClock());
            int completed = 0;
            long start = System.nanoTime();
            for (List<Execution> due = repository.getDue(Instant.now(), 1);
                    !due.isEmpty();
                    due = repository.getDue(Instant.now(), 1)) {
                Optional<Execution> picked = repository.pick(due.get(0), Instant.now());
                picked.ifPresent(repository::remove);
                completed += picked.isPresent() ? 1 : 0;
            }
            return Check.done(tasks, completed, start);
        }

        /** Measures from the beginning of the first task until the end of the last one is durable. */
        @Override
        public Duration drain(int tasks, int workers) throws InterruptedException {
            CountDownLatch left = new CountDownLatch(tasks);
            AtomicLong start = new AtomicLong();
            AtomicLong end = new AtomicLong();
            SchedulerBuilder builder =
                    Scheduler.create(pool, task).threads(workers).pollingInterval(POLL);
            Scheduler scheduler = (engine == Engine.SQLITE
                            ? builder.pollUsingFetch(FETCH_WHEN_LEFT_PER_THREAD, FETCHED_PER_THREAD)
                            : builder.pollUsingLockAndFetch(FETCH_WHEN_LEFT_PER_THREAD, FETCHED_PER_THREAD))
                    .enableImmediateExecution()
                    .addSchedulerListener(new AbstractSchedulerListener() {
                        @Override
                        public void onExecutionStart(
                                com.github.kagkarlsson.scheduler.CurrentlyExecuting currentlyExecuting) {
                            start.compareAndSet(0, System.nanoTime());
                        }

                        @Override
                        public void onExecutionComplete(ExecutionComplete executionComplete) {
                            end.set(System.nanoTime());
                            left.countDown();
                        }
                    })
                    .build();
            scheduler.start();
            left.await();
            scheduler.stop();
            Check.done(tasks, done.get());
            return Duration.ofNanos(end.get() - start.get());
        }

        @Override
        public void close() {
            pool.close();
        }
    }
}
