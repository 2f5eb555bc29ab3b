package dev.brain.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brain.payload.Payload;
import dev.brain.queue.TaskQueue.Reservation;
import dev.brain.queue.TaskQueue.Settlement;
import dev.brain.queue.TaskQueue.Settlement.Verdict;
import dev.brain.queue.TaskQueue.TaskDraft;
import dev.brain.resource.Resource;
import dev.brain.resource.ResourceId;
import dev.brain.site.Claimant;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueRecordsTest {
    private static final ResourceId ID = ResourceId.of(89157);

    static Stream<Object> recordsOfACase() {
        Payload payload = new Payload(JsonNodeFactory.instance.objectNode().put("nombre", "Ana Gil"), "P1");
        Resource resource = new Resource(ID, "2025/1-MUL", Map.of("SujetoRecurso", "Ana Gil"));
        TaskDraft draft = new TaskDraft("madrid", resource, payload, new Claimant("BOT"), 0);
        Reservation reservation = new Reservation(7, draft, Instant.EPOCH);
        Task task = new Task(
                7,
                "madrid",
                ID,
                "2025/1-MUL",
                TaskStatus.FAILED,
                "failed",
                0,
                1,
                1,
                0,
                "P1",
                "{\"nombre\":\"Ana Gil\"}",
                "BOT",
                Instant.EPOCH,
                null,
                null,
                null,
                new Task.Holder("Ana Gil's machine", Instant.EPOCH),
                Failure.Kind.BUSINESS,
                "NOT_FOUND",
                "Ana Gil not found",
                "Ana Gil is looked for",
                "{\"nombre\":\"Ana Gil\"}",
                "Ana Gil.png",
                new Task.Approval("Ana Gil asks for it", "Ana Gil"),
                null);
        return Stream.of(payload, draft, reservation, new Settlement(reservation, Verdict.CONFIRM), task);
    }

    /** Case data is personal data, and what is logged is what toString shows. */
    @ParameterizedTest
    @MethodSource("recordsOfACase")
    void noneShowsWhatTheCaseSays(Object record) {
        assertThat(record.toString()).doesNotContain("Ana Gil");
    }

    @Test
    void aTaskShowsWhereItStands() {
        assertThat(recordsOfACase().filter(Task.class::isInstance).findFirst().orElseThrow())
                .hasToString("Task[7, madrid, 89157, failed]");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void aFilterThatListsNothingIsRefused(int limit) {
        assertThatThrownBy(() -> TaskFilter.newest(limit))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not " + limit);
    }

    @Test
    void laterChangesOfTheSetsDontReachAFilter() {
        Set<TaskStatus> statuses = EnumSet.of(TaskStatus.FAILED);
        TaskFilter filter = new TaskFilter(Set.of("madrid"), statuses, ID, 10);
        statuses.clear();

        assertThat(filter.statuses()).containsExactly(TaskStatus.FAILED);
    }

    @Test
    void theNewestAreOfAllSitesAndStatuses() {
        assertThat(TaskFilter.newest(10)).isEqualTo(new TaskFilter(Set.of(), Set.of(), null, 10));
    }
}
