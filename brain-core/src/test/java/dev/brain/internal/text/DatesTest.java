package dev.brain.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatesTest {
    private static final LocalDate DAY = LocalDate.of(2018, 12, 11);

    static Stream<Object> spellings() {
        LocalDateTime time = DAY.atTime(12, 50, 32, 863_000_000);
        return Stream.of(
                DAY,
                time,
                Timestamp.valueOf(time),
                java.sql.Date.valueOf(DAY),
                // still the day before in Greenwich
                DAY.atTime(0, 30).atOffset(ZoneOffset.ofHours(1)),
                "2018-12-11T00:30+01:00",
                "2018-12-11",
                "2018-12-11 12:50:32.863",
                "2018-12-11T12:50:32",
                "2018-12-11 00:00",
                "\u00A02018-12-11 12:50:32.863 ");
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void aDayIsReadHoweverAColumnHoldsIt(Object value) {
        assertThat(Dates.day(value)).contains(DAY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11/12/2018",
                "12-11-2018",
                "2018-02-30",
                "2018-12-11 25:00:00",
                "2018-12",
                "18-12-11",
                "20181211",
                "yesterday",
                "2018-12-11 note",
                "NULL",
                ""
            })
    void whatIsNoDateOrCouldBeSeveralIsNone(String text) {
        assertThat(Dates.day(text)).isEmpty();
    }

    @Test
    void aDayIsWrittenWithTheDayFirst() {
        assertThat(Dates.DAY_FIRST.format(LocalDate.of(2026, 1, 2))).isEqualTo("02/01/2026");
    }
}
