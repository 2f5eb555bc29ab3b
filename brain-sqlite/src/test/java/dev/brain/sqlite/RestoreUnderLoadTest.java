package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.Brain;
import dev.brain.cycle.BrainEvent;
import dev.brain.history.Actor;
import dev.brain.incident.IncidentCode;
import dev.brain.jdbc.Database;
import dev.brain.jdbc.Profile;
import dev.brain.queue.Store;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import dev.brain.site.Site;
import dev.brain.tck.TaskHistories;
import dev.brain.work.TaskContext;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A backup that is taken while cases are claimed and filed. Afterwards no case is filed twice, and none is forgotten. */
class RestoreUnderLoadTest {
    private static final Actor ANNA = new Actor("anna");
    private static final int CASES = 150;

    @TempDir
    Path folder;

    /** How often each case was filed, as its public body sees it. */
    private final Map<String, Integer> filed = new ConcurrentHashMap<>();

    /** The case of each task that a worker ever got. */
    private final Map<Long, String> cases = new ConcurrentHashMap<>();

    /** How many batches may be claimed. */
    private final Semaphore batches = new Semaphore(0);

    private final CountDownLatch some = new CountDownLatch(15);
    private final CountDownLatch many = new CountDownLatch(75);

    private TaskOutcome file(TaskContext context) {
        String resource = String.valueOf(context.task().resourceId());
        String other = cases.putIfAbsent(context.task().id(), resource);
        assertThat(other == null || other.equals(resource))
                .as("a task's number names one case")
                .isTrue();
        filed.merge(resource, 1, Integer::sum);
        some.countDown();
        many.countDown();
        return TaskOutcome.done();
    }

    private void claimSlowly(BrainEvent event) {
        if (event instanceof BrainEvent.SiteProgressed) {
            batches.acquireUninterruptibly();
        }
    }

    private Brain brain(SqliteStore store, Database database, Site site) {
        return Brain.builder()
                .queue(store)
                .share(Database.class, database)
                .share(Profile.class, ManyCases.PROFILE)
                .site(site)
                .maxClaims(CASES)
                .batchSize(5)
                .readBackDelays(List.of())
                .listener(this::claimSlowly)
                .build();
    }

    private Worker worker(SqliteStore store) {
        return Worker.builder()
                .queue(store)
                .handler(ManyCases.SITE.id(), this::file)
                .threads(4)
                .build();
    }

    @ParameterizedTest(name = "adopts {0}, by hand {1}, approved early {2}")
    @CsvSource({"true,true,false", "true,false,true", "false,true,true", "false,false,false"})
    void noCaseIsFiledTwiceAndNoneIsForgotten(boolean adopts, boolean byHand, boolean approvedEarly) throws Exception {
        Site site = ManyCases.SITE.toBuilder().adoptOrphans(adopts).build();
        Path queue = folder.resolve("queue.db");
        Path backup = folder.resolve("backup.db");
        ManyCases.create(folder.resolve("cases.db"), CASES, 1);
        try (Database database = SqliteDatabaseProvider.database(folder.resolve("cases.db"))) {
            workAndBackUp(queue, backup, database, site);
            assertThat(TestDatabase.column(backup, TaskHistories.WRONG)).isEmpty();
            assertThat(TestDatabase.column(backup, "PRAGMA integrity_check")).containsExactly("ok");
            int before = filed.size();
            assertThat(before).as("not all are filed").isLessThan(CASES);

            if (byHand) {
                // no process has the file open, so there is no log beside it
                Files.copy(backup, queue, StandardCopyOption.REPLACE_EXISTING);
            } else {
                restore(queue, backup);
            }

            batches.release(1_000_000);
            try (SqliteStore store = SqliteStore.open(queue);
                    Brain brain = brain(store, database, site)) {
                worker(store).drain();
                assertThat(filed).as("before a person has looked").hasSize(before);
                if (approvedEarly) {
                    // what the queue has is compared before any cycle has looked for what it lacks
                    settleHeld(store);
                    store.operations().approveRestored(ANNA);
                }
                brain.runCycle();
                settleHeld(store);
                store.operations().approveRestored(ANNA);
                settleOrphans(store, brain, site);
                brain.runCycle();
                worker(store).drain();
                assertThat(batches.availablePermits()).isPositive();
                assertThat(store.operations().list(new TaskFilter(Set.of(), Set.of(TaskStatus.HELD), null, CASES)))
                        .isEmpty();
            }
        }
        assertThat(filed)
                .hasSize(CASES)
                .allSatisfy((resource, times) -> assertThat(times).as(resource).isEqualTo(1));
        assertThat(TestDatabase.column(queue, TaskHistories.WRONG)).isEmpty();
    }

    private void workAndBackUp(Path queue, Path backup, Database database, Site site) throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> cycle;
            try (SqliteStore store = SqliteStore.open(queue);
                    Brain brain = brain(store, database, site)) {
                cycle = thread.submit(brain::runCycle);
                try (Worker worker = worker(store)) {
                    worker.start();
                    batches.release(10);
                    some.await();
                    batches.release(10);
                    store.backUp(backup);
                    many.await();
                }
                // these are claimed and not filed; the cycle ends before it has claimed all
                batches.release(5);
            }
            cycle.get();
        } finally {
            thread.shutdownNow();
        }
    }

    private static void restore(Path queue, Path backup) throws Exception {
        try (SqliteStore copy = SqliteStore.builder(backup).snapshot();
                SqliteStore store = SqliteStore.open(queue)) {
            Path marked = Path.of(queue + ".part");
            copy.operations().markRestored(ANNA);
            copy.backUp(marked);
            store.restore(marked);
        }
    }

    /** Cancels what was filed, as a person does who looks at the web site of the public body. */
    private void settleHeld(Store store) {
        for (Task task : store.operations().list(new TaskFilter(Set.of(), Set.of(TaskStatus.HELD), null, CASES))) {
            if (filed.containsKey(String.valueOf(task.resourceId()))) {
                assertThat(store.operations().cancel(ANNA, task.id())).isTrue();
            }
        }
    }

    private void settleOrphans(Store store, Brain brain, Site site) {
        store.incidents().list(Set.of(), true, CASES).stream()
                .filter(incident -> incident.report().code() == IncidentCode.ORPHAN_CLAIM)
                .forEach(incident -> {
                    ResourceId resource = incident.report().resourceId();
                    if (filed.containsKey(String.valueOf(resource))) {
                        store.incidents().resolve(ANNA, incident.id(), "it was filed");
                    } else if (resource != null) {
                        assertThat(brain.operations()
                                        .sync(site.id(), resource, false)
                                        .enqueued())
                                .isEqualTo(1);
                    }
                });
    }
}
