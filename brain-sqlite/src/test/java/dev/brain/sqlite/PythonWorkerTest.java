package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brain.queue.Ending;
import dev.brain.queue.Lease;
import dev.brain.queue.Reservation;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TakeRequest;
import dev.brain.queue.Task;
import dev.brain.queue.TaskStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Beside the worker that is deployed and won't be changed: a real Python that does what that one does. */
@Tag("slow")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PythonWorkerTest {
    private static final int SECONDS = 25;

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("queue.db");
    }

    private Process python() throws IOException {
        Path script = folder.resolve("python_worker.py");
        try (InputStream in = PythonWorkerTest.class.getResourceAsStream("python_worker.py")) {
            Files.write(script, in.readAllBytes());
        }
        try {
            return new ProcessBuilder("python3", script.toString(), file().toString(), String.valueOf(SECONDS))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            return abort("no python3 here, so nothing is known of working beside one (" + e.getMessage() + ")");
        }
    }

    @Test
    void neitherTakesTheOthersTasksAndNoCallOfItsWaitsTooLong() throws Exception {
        int count = 120_000;
        List<Long> claiming;
        List<Long> scheduled;
        try (SqliteStore store = SqliteStore.open(file())) {
            // the oldest, so that it would take them first if it saw them
            claiming = store.reserve(Drafts.of(900_001, 900_002)).stream()
                    .map(Reservation::id)
                    .toList();
            WorkerProcess.queue(store, 2);
            scheduled = scheduled(store, 2);
            WorkerProcess.queue(store, count);
        }
        JsonNode report;
        try (WorkerProcess one = worker();
                WorkerProcess two = worker()) {
            assertThat(one.told()).isEqualTo("begun");
            assertThat(two.told()).isEqualTo("begun");
            Process python = python();
            try {
                String line = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(python.waitFor()).isZero();
                report = new JsonMapper().readTree(line);
            } finally {
                python.destroyForcibly();
            }
        }
        List<Long> completed = ids(report.get("completed"));
        List<Long> failed = ids(report.get("failed"));
        List<Long> ours = WorkerProcess.done(file());
        System.out.printf(
                "in %d s Python completed %d and failed %d in %d calls, the slowest took %.0f ms; we did %d%n",
                SECONDS,
                completed.size(),
                failed.size(),
                report.get("calls").asInt(),
                report.get("slowest").asDouble() * 1000,
                ours.size());
        assertThat(report.get("errors")).isEmpty();
        assertThat(completed).hasSizeGreaterThan(5);
        assertThat(ours)
                .as("we were at work all the time")
                .hasSizeGreaterThan(500)
                .hasSizeLessThan(count);
        assertThat(ours)
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(completed)
                .doesNotContainAnyElementsOf(failed);
        try (SqliteStore store = SqliteStore.open(file())) {
            assertThat(statuses(store, claiming)).containsOnly(TaskStatus.CLAIMING);
            assertThat(statuses(store, scheduled)).containsOnly(TaskStatus.SCHEDULED);
            assertThat(statuses(store, failed)).containsOnly(TaskStatus.FAILED);
            assertThat(statuses(store, completed)).containsOnly(TaskStatus.COMPLETED);
            assertThat(completed)
                    .allMatch(
                            id -> "{\"by\": \"python\"}".equals(task(store, id).result()));
            Task itsFailure = task(store, failed.get(0));
            assertThat(itsFailure.failure()).isEqualTo("TimeoutError: the form");
            assertThat(itsFailure.attempts()).as("it never touches them").isZero();
        }
    }

    private WorkerProcess worker() throws IOException {
        return WorkerProcess.start(file(), 8, Duration.ofMinutes(1), Duration.ofMillis(50), Duration.ZERO, false);
    }

    private static List<Long> scheduled(SqliteStore store, int count) {
        Instant later = Instant.now().plus(Duration.ofDays(1));
        List<SiteLimits> sites = List.of(SiteLimits.none(Drafts.SITE));
        return store.take(new TakeRequest("a test", count, Duration.ofMinutes(1), sites)).stream()
                .peek(lease -> store.finish(lease, new Ending.Deferred(later, "the test defers it")))
                .map(Lease::taskId)
                .toList();
    }

    private static Task task(SqliteStore store, long id) {
        return store.find(id).orElseThrow();
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
