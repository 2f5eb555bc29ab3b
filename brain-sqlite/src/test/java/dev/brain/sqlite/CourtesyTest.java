package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.tck.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CourtesyTest {
    private static final Duration PERIOD = Duration.ofSeconds(2);

    /** As a period begins, by the clock that all share. */
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T08:00:00Z"));

    private final Courtesy courtesy = new Courtesy(clock);

    @Test
    void whoHasWrittenMuchGivesWayAsEachPeriodBegins() {
        courtesy.used(Duration.ofSeconds(1).toNanos());
        assertThat(courtesy.othersTurn()).as("not before it has written").isZero();

        for (int period = 0; period < 3; period++) {
            clock.advance(PERIOD);
            assertThat(courtesy.othersTurn()).isEqualTo(Duration.ofMillis(130));
            clock.advance(Duration.ofMillis(100));
            assertThat(courtesy.othersTurn()).isEqualTo(Duration.ofMillis(30));
            clock.advance(Duration.ofMillis(30));
            assertThat(courtesy.othersTurn()).isZero();
            courtesy.used(Duration.ofSeconds(1).toNanos());
            clock.advance(Duration.ofMillis(-130));
        }
    }

    @Test
    void whoWritesLittleLeavesRoomEnoughAnyway() {
        courtesy.used(Duration.ofMillis(200).toNanos());
        clock.advance(PERIOD);
        assertThat(courtesy.othersTurn()).isZero();
    }

    @Test
    void whoHasWrittenNothingForAPeriodGivesWayToNobody() {
        courtesy.used(Duration.ofSeconds(1).toNanos());
        clock.advance(PERIOD.multipliedBy(2));
        assertThat(courtesy.othersTurn()).isZero();
    }
}
