package dev.brain.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskStatusTest {
    @ParameterizedTest
    @CsvSource({
        "CLAIMING, claiming, true",
        "HELD, held, true",
        "PENDING, pending, true",
        "SCHEDULED, scheduled, true",
        "PROCESSING, processing, true",
        "COMPLETED, completed, false",
        "FAILED, failed, false",
        "CANCELLED, cancelled, false",
        "OTHER, other, false"
    })
    void theCodesAreWhatOtherProgramsReadAndWrite(TaskStatus status, String code, boolean active) {
        assertThat(status.code()).isEqualTo(code);
        assertThat(TaskStatus.ofCode(code)).isEqualTo(status);
        assertThat(TaskStatus.ofText(code)).isEqualTo(status);
        assertThat(status.isActive()).isEqualTo(active);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "done", "pending "})
    void anotherCodeIsNone(String code) {
        assertThatThrownBy(() -> TaskStatus.ofCode(code)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "done", "pending ", "Pending", "en_curso"})
    void whatTheQueueCallsOtherwiseIsOther(String text) {
        assertThat(TaskStatus.ofText(text)).isEqualTo(TaskStatus.OTHER);
    }

    @Test
    void theMachinesLanguageDoesNotCount() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThat(Stream.of(TaskStatus.values()).map(status -> TaskStatus.ofCode(status.code())))
                    .containsExactly(TaskStatus.values());
            assertThat(TaskStatus.PENDING.code()).isEqualTo("pending");
        } finally {
            Locale.setDefault(before);
        }
    }
}
