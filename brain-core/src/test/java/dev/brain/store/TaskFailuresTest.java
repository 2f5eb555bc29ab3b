package dev.brain.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.queue.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskFailuresTest {
    @ParameterizedTest
    @CsvSource({"1, 'has happened 1 time'", "3, 'has happened 3 times'"})
    void aTaskThatIsLostTooOftenSaysHowOften(int crashes, String told) {
        Failure failure = new TaskFailures(crashes, null)
                .ofLost(new TaskFailures.Lost(1, "madrid", "robot-1", crashes, false))
                .orElseThrow();

        assertThat(failure.code()).isEqualTo("CRASHED");
        assertThat(failure.message())
                .contains("the lease of its worker robot-1 ran out")
                .endsWith(told);
    }

    @Test
    void aTaskThatIsLostLessOftenIsTriedAgain() {
        assertThat(new TaskFailures(3, null).ofLost(new TaskFailures.Lost(1, "madrid", "robot-1", 2, false)))
                .isEmpty();
    }
}
