package dev.brain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.tck.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LockYieldTest {
    private static final Duration PERIOD = Duration.ofSeconds(2);

    /** As a period begins, by the clock that all share. */
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T08:00:00Z"));

    private final LockYield lockYield = new LockYield(clock);

    @Test
    void whoHasWrittenMuchGivesWayAsEachPeriodBegins() {
        lockYield.used(Duration.ofSeconds(1).toNanos());
        assertThat(lockYield.othersTurn()).as("not before it has written").isZero();

        for (int period = 0; period < 3; period++) {
            clock.advance(PERIOD);
            assertThat(lockYield.othersTurn()).isEqualTo(Duration.ofMillis(130));
            clock.advance(Duration.ofMillis(100));
            assertThat(lockYield.othersTurn()).isEqualTo(Duration.ofMillis(30));
            clock.advance(Duration.ofMillis(30));
            assertThat(lockYield.othersTurn()).isZero();
            lockYield.used(Duration.ofSeconds(1).toNanos());
            clock.advance(Duration.ofMillis(-130));
        }
    }

    @Test
    void whoWritesLittleLeavesRoomEnoughAnyway() {
        lockYield.used(Duration.ofMillis(200).toNanos());
        clock.advance(PERIOD);
        assertThat(lockYield.othersTurn()).isZero();
    }

    @Test
    void whoHasWrittenNothingForAPeriodGivesWayToNobody() {
        lockYield.used(Duration.ofSeconds(1).toNanos());
        clock.advance(PERIOD.multipliedBy(2));
        assertThat(lockYield.othersTurn()).isZero();
    }
}
