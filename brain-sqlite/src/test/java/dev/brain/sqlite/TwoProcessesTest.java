package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.incident.Incident;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.TaskFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes claim the same cases under one name, at once. */
class TwoProcessesTest {
    private static final int CASES = 1_000;

    @TempDir
    Path folder;

    private Path cases;

    @BeforeEach
    void createCases() {
        cases = folder.resolve("cases.db");
        ManyCases.create(cases, CASES, 1);
    }

    /** Runs a process on each queue; both have listed the same cases before either claims one. */
    private List<Integer> run(Path firstQueue, Path secondQueue) throws IOException {
        try (ListingProcess first = ListingProcess.start(firstQueue, cases);
                ListingProcess second = ListingProcess.start(secondQueue, cases)) {
            first.awaitList();
            second.awaitList();
            first.goOn();
            second.goOn();
            return List.of(first.status(), second.status());
        }
    }

    private static List<String> resources(Path queue) {
        try (SqliteStore store = SqliteStore.open(queue)) {
            return store.operations().list(TaskFilter.newest(2 * CASES)).stream()
                    .map(task -> task.resourceId().value())
                    .toList();
        }
    }

    private static List<IncidentCode> incidents(Path queue) {
        try (SqliteStore store = SqliteStore.open(queue)) {
            return store.incidents().list(Set.of(), true, 10).stream()
                    .map(Incident::report)
                    .map(Incident.Report::code)
                    .toList();
        }
    }

    private List<String> held() {
        return TestDatabase.column(cases, "SELECT id FROM cases WHERE state = 1 AND owner = 'ROBOT'").stream()
                .map(String::valueOf)
                .toList();
    }

    @Test
    void withAQueueOfItsOwnEachNoCaseIsQueuedTwiceAndWhoeverLosesOneStops() throws IOException {
        List<Path> queues = List.of(folder.resolve("one.db"), folder.resolve("two.db"));

        List<Integer> statuses = run(queues.get(0), queues.get(1));

        List<String> all = new ArrayList<>();
        queues.forEach(queue -> all.addAll(resources(queue)));
        assertThat(all)
                .as("a case that is the claimant's has one task in one of the queues")
                .containsExactlyInAnyOrderElementsOf(held());
        assertThat(statuses).contains(1);
        for (int i = 0; i < 2; i++) {
            List<IncidentCode> told = statuses.get(i) == 0 ? List.of() : List.of(IncidentCode.CLAIMANT_SHARED);
            assertThat(incidents(queues.get(i))).isEqualTo(told);
        }
    }

    @Test
    void withOneQueueForBothEachCaseIsQueuedOnceAndNothingIsWrong() throws IOException {
        Path queue = folder.resolve("shared.db");

        List<Integer> statuses = run(queue, queue);

        assertThat(statuses).containsOnly(0);
        assertThat(incidents(queue)).isEmpty();
        assertThat(resources(queue))
                .hasSize(CASES)
                .containsExactlyInAnyOrderElementsOf(held())
                .containsExactlyInAnyOrderElementsOf(Stream.iterate(1, i -> i + 1)
                        .limit(CASES)
                        .map(String::valueOf)
                        .toList());
    }
}
