package dev.brain.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.config.Settings;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.SiteLimits.WorkingHours;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkingHoursTest {
    private static final ZoneId MADRID = ZoneId.of("Europe/Madrid");

    private static WorkingHours hours(String text) {
        return WorkingHours.of(new Settings(Map.of("hours", text, "time_zone", "Europe/Madrid")))
                .orElseThrow();
    }

    private static Instant at(String local) {
        return LocalDateTime.parse(local).atZone(MADRID).toInstant();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Mon-Fri 08:00-20:00                  | 2026-11-23T08:00    | true
            Mon-Fri 08:00-20:00                  | 2026-11-23T07:59:59 | false
            Mon-Fri 08:00-20:00                  | 2026-11-27T19:59:59 | true
            Mon-Fri 08:00-20:00                  | 2026-11-27T20:00    | false
            Mon-Fri 08:00-20:00                  | 2026-11-28T12:00    | false
            mon - fri 08:00 - 20:00,sat 09:00-14:00 | 2026-11-28T12:00 | true
            08:00-20:00                          | 2026-11-29T12:00    | true
            Sat-Mon 10:00-11:00                  | 2026-11-29T10:30    | true
            Sat-Mon 10:00-11:00                  | 2026-11-24T10:30    | false
            Fri 22:00-06:00                      | 2026-11-28T05:59    | true
            Fri 22:00-06:00                      | 2026-11-28T06:00    | false
            Fri 22:00-06:00                      | 2026-11-27T05:00    | false
            Sun 22:00-06:00                      | 2026-11-23T05:00    | true
            Sat 18:00-24:00                      | 2026-11-28T23:59:59 | true
            Sat 18:00-24:00                      | 2026-11-29T00:00    | false
            00:00-24:00                          | 2026-11-29T00:00    | true
            """)
    void rangesAreOfTheWeekAndMayEndOnTheNextDay(String text, String local, boolean isOpen) {
        assertThat(hours(text).isOpen(at(local))).isEqualTo(isOpen);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Mon-Fri 08:00-20:00             | 2026-11-27T20:00 | 2026-11-30T08:00
            Mon-Fri 08:00-20:00             | 2026-11-27T12:00 | 2026-11-27T12:00
            Mon-Fri 08:00-13:00, 16:00-20:00| 2026-11-27T14:00 | 2026-11-27T16:00
            Wed 22:00-02:00                 | 2026-11-27T02:00 | 2026-12-02T22:00
            Sun 10:00-11:00                 | 2026-11-29T11:00 | 2026-12-06T10:00
            """)
    void theNextOpeningIsTheBeginningOfARange(String text, String local, String next) {
        assertThat(hours(text).nextOpening(at(local))).isEqualTo(at(next));
    }

    @Test
    void followsTheClocksOfTheZoneWhenTheyAreSetForward() {
        // on 29 March 2026, 02:00 becomes 03:00
        WorkingHours morning = hours("08:00-20:00");
        assertThat(morning.nextOpening(Instant.parse("2026-03-28T20:00:00Z"))).isEqualTo("2026-03-29T06:00:00Z");
        assertThat(morning.nextOpening(Instant.parse("2026-03-27T20:00:00Z"))).isEqualTo("2026-03-28T07:00:00Z");
        WorkingHours night = hours("Sun 01:30-02:30");
        assertThat(night.isOpen(Instant.parse("2026-03-29T00:59:59Z"))).isTrue();
        assertThat(night.isOpen(Instant.parse("2026-03-29T01:00:00Z"))).isFalse();
        WorkingHours skipped = hours("Sun 02:15-02:45");
        assertThat(skipped.nextOpening(Instant.parse("2026-03-28T12:00:00Z"))).isEqualTo("2026-04-05T00:15:00Z");
        WorkingHours partlySkipped = hours("Sun 02:15-03:30");
        assertThat(partlySkipped.nextOpening(Instant.parse("2026-03-28T12:00:00Z")))
                .isEqualTo("2026-03-29T01:00:00Z");
    }

    @Test
    void followsTheClocksOfTheZoneWhenTheyAreSetBack() {
        // on 25 October 2026, 03:00 becomes 02:00
        WorkingHours morning = hours("08:00-20:00");
        assertThat(morning.nextOpening(Instant.parse("2026-10-24T20:00:00Z"))).isEqualTo("2026-10-25T07:00:00Z");
        WorkingHours repeated = hours("Sun 02:15-02:45");
        assertThat(repeated.isOpen(Instant.parse("2026-10-25T00:15:00Z"))).isTrue();
        assertThat(repeated.isOpen(Instant.parse("2026-10-25T00:45:00Z"))).isFalse();
        assertThat(repeated.nextOpening(Instant.parse("2026-10-25T00:45:00Z"))).isEqualTo("2026-10-25T01:15:00Z");
        WorkingHours reopened = hours("Sun 01:00-02:30");
        assertThat(reopened.nextOpening(Instant.parse("2026-10-25T00:30:00Z"))).isEqualTo("2026-10-25T01:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "always",
                "08:00",
                "8:00-20:00",
                "08:00-08:00",
                "24:00-08:00",
                "08:00-24:01",
                "08:60-09:00",
                "25:00-26:00",
                "Mon",
                "Mon, Tue 08:00-20:00",
                "Foo 08:00-20:00",
                "Mon-Bar 08:00-20:00",
                "Mon-Fri 08:00-20:00,",
                "Mon-Fri 08:00-20:00; Sat 09:00-10:00"
            })
    void hoursThatMakeNoSenseAreRefusedInOneLine(String text) {
        assertThatThrownBy(() -> hours(text))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("the setting 'hours' must be like \"Mon-Fri 08:00-20:00, Sat 09:00-14:00\", not '" + text
                        + "'");
    }

    @Test
    void aTimeZoneThatDoesNotExistIsRefusedInOneLine() {
        assertThatThrownBy(
                        () -> SiteLimits.of("s", new Settings(Map.of("hours", "08:00-20:00", "time_zone", "Madrid"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("the setting 'time_zone' must be the name of a time zone, like \"Europe/Madrid\", not"
                        + " 'Madrid'");
    }

    @Test
    void theDefaultIsTheZoneOfTheSystemAndNoHours() {
        assertThat(WorkingHours.of(Settings.none())).isEmpty();
        assertThat(SiteLimits.none("s").isOpen(Instant.EPOCH)).isTrue();
        assertThat(WorkingHours.of(new Settings(Map.of("hours", "08:00-20:00")))
                        .orElseThrow()
                        .zone())
                .isEqualTo(ZoneId.systemDefault());
    }
}
