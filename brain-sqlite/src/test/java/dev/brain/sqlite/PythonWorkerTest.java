package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brain.history.Actor;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.TakeRequest;
import dev.brain.queue.TaskResult;
import dev.brain.queue.TaskStatus;
import dev.brain.work.TaskOutcome;
import dev.brain.work.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Beside the worker that is deployed and won't be changed: a real Python that does what that one does. */
class PythonWorkerTest {
    private static final int PYTHONS = 11;

    @TempDir
    Path folder;

    private List<Long> claiming;
    private List<Long> held = List.of();
    private List<Long> scheduled;

    private Path file() {
        return folder.resolve("queue.db");
    }

    private Process python() throws IOException {
        Path script = folder.resolve("python_worker.py");
        try (InputStream in = PythonWorkerTest.class.getResourceAsStream("python_worker.py")) {
            Files.write(script, in.readAllBytes());
        }
        try {
            return new ProcessBuilder(
                            "python3",
                            script.toString(),
                            file().toString(),
                            String.valueOf(PYTHONS),
                            String.valueOf(WorkerProcess.PATIENCE.toSeconds()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            return abort("no python3 here, so nothing is known of working beside one (" + e.getMessage() + ")");
        }
    }

    @Test
    void neitherTakesTheOthersTasks() throws Exception {
        int count = 300;
        queued(count);
        List<Long> ours = new CopyOnWriteArrayList<>();
        CountDownLatch begun = new CountDownLatch(4);
        CountDownLatch pythonEnded = new CountDownLatch(1);
        JsonNode report;
        try (SqliteStore store = WorkerProcess.store(file());
                Worker worker = Worker.builder()
                        .queue(store)
                        .clock(FileClock.beside(file()))
                        .lease(WorkerProcess.LEASE)
                        .threads(4)
                        .handler(Drafts.SITE, context -> {
                            begun.countDown();
                            ours.add(context.task().id());
                            // some are left for the other, however slow it is
                            if (ours.size() > count / 2) {
                                pythonEnded.await();
                            }
                            return TaskOutcome.done();
                        })
                        .build()) {
            worker.start();
            begun.await();
            report = reportOf(python());
            pythonEnded.countDown();
        }
        assertNoneIsDoneTwice(report, ours);
    }

    @Test
    @Tag("slow")
    void itGetsTheLockWhileManyThreadsWriteWithoutAPause() throws Exception {
        int count = 120_000;
        queued(count);
        JsonNode report;
        try (WorkerProcess one = WorkerProcess.start(file(), WorkerProcess.PATIENCE);
                WorkerProcess two = WorkerProcess.start(file(), WorkerProcess.PATIENCE)) {
            one.allow(count);
            two.allow(count);
            one.awaitTold(1);
            two.awaitTold(1);
            one.ignoreWhatIsTold();
            two.ignoreWhatIsTold();
            report = reportOf(python());
        }
        List<Long> ours = WorkerProcess.done(file());
        assertThat(ours).as("we were at work all the time").hasSizeLessThan(count);
        assertNoneIsDoneTwice(report, ours);
    }

    private void queued(int count) throws IOException {
        try (SqliteStore store = WorkerProcess.store(file())) {
            // the oldest, so that it would take them first if it saw them
            claiming = store.queue().reserve(Drafts.of(900_001, 900_002)).stream()
                    .map(Reservation::id)
                    .toList();
            WorkerProcess.queue(store.queue(), 2);
            scheduled = scheduled(store, 2);
            store.queue().reserve(Drafts.of(800_001, 800_002)).stream()
                    .map(each -> new Settlement(each, Settlement.Verdict.CONFIRM))
                    .forEach(each -> store.queue().settle(List.of(each)));
            held = store.operations().list(new TaskFilter(Set.of(), Set.of(TaskStatus.PENDING), null, 10)).stream()
                    .map(Task::id)
                    .filter(id -> store.operations().hold(Actor.ofProcess(), id, "the test holds it"))
                    .toList();
            WorkerProcess.queue(store.queue(), count);
        }
    }

    private static JsonNode reportOf(Process python) throws Exception {
        try {
            String line = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(python.waitFor()).isZero();
            return new JsonMapper().readTree(line);
        } finally {
            python.destroyForcibly();
        }
    }

    private void assertNoneIsDoneTwice(JsonNode report, List<Long> ours) throws IOException {
        List<Long> completed = ids(report.get("completed"));
        List<Long> failed = ids(report.get("failed"));
        assertThat(report.get("errors")).isEmpty();
        assertThat(completed.size() + failed.size()).isEqualTo(PYTHONS);
        assertThat(ours)
                .isNotEmpty()
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(completed)
                .doesNotContainAnyElementsOf(failed);
        try (SqliteStore store = WorkerProcess.store(file())) {
            assertThat(statuses(store, claiming)).containsOnly(TaskStatus.CLAIMING);
            assertThat(statuses(store, held)).hasSize(2).containsOnly(TaskStatus.HELD);
            assertThat(statuses(store, scheduled)).containsOnly(TaskStatus.SCHEDULED);
            assertThat(statuses(store, failed)).isNotEmpty().containsOnly(TaskStatus.FAILED);
            assertThat(statuses(store, completed)).isNotEmpty().containsOnly(TaskStatus.COMPLETED);
            assertThat(completed)
                    .allMatch(
                            id -> "{\"by\": \"python\"}".equals(task(store, id).result()));
            Task itsFailure = task(store, failed.get(0));
            assertThat(itsFailure.failure()).isEqualTo("TimeoutError: the form");
            assertThat(itsFailure.attempts()).as("it never touches them").isZero();
        }
    }

    private List<Long> scheduled(SqliteStore store, int count) throws IOException {
        Instant later = FileClock.beside(file()).instant().plus(Duration.ofDays(1));
        List<SiteLimits> sites = List.of(SiteLimits.none(Drafts.SITE));
        return store.queue().take(new TakeRequest("a test", count, Duration.ofMinutes(1), sites)).stream()
                .peek(lease -> store.queue().finish(lease, new TaskResult.Deferred(later, "the test defers it")))
                .map(Lease::taskId)
                .toList();
    }

    private static Task task(SqliteStore store, long id) {
        return store.operations().find(id).orElseThrow();
    }

    private static List<TaskStatus> statuses(SqliteStore store, List<Long> ids) {
        return ids.stream().map(id -> task(store, id).status()).toList();
    }

    private static List<Long> ids(JsonNode array) {
        List<Long> ids = new ArrayList<>();
        array.forEach(id -> ids.add(id.asLong()));
        return ids;
    }
}
