package dev.brain.cycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brain.cycle.SiteReport.Counter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CycleReportTest {
    private static final SiteReport FIRST = counted("a", 1);
    private static final SiteReport SECOND = counted("b", 100);

    /** A report of which each counter has its place in the order, times a factor. */
    private static SiteReport counted(String siteId, long factor) {
        Map<Counter, Long> counts = new EnumMap<>(Counter.class);
        long place = 0;
        for (Counter counter : Counter.values()) {
            place++;
            counts.put(counter, place * factor);
        }
        return new SiteReport(siteId, false, counts, List.of(), List.of());
    }

    private static CycleReport of(List<SiteReport> sites, String... errors) {
        return new CycleReport(Instant.EPOCH, Duration.ofSeconds(1), sites, List.of(errors));
    }

    static Stream<Arguments> counts() {
        return Stream.<ToLongFunction<SiteReport>>of(
                        SiteReport::candidates,
                        SiteReport::rejected,
                        SiteReport::blocked,
                        SiteReport::duplicates,
                        SiteReport::reserved,
                        SiteReport::claimed,
                        SiteReport::lost,
                        SiteReport::unknown,
                        SiteReport::notClaimed,
                        SiteReport::recovered,
                        SiteReport::enqueued,
                        SiteReport::known,
                        SiteReport::errorCount)
                .map(count -> Arguments.of(count, count.applyAsLong(FIRST) * 101));
    }

    @ParameterizedTest
    @MethodSource("counts")
    void aTotalIsTheSumOverTheSites(ToLongFunction<SiteReport> count, long sum) {
        assertThat(of(List.of(FIRST, SECOND)).total(count)).isEqualTo(sum);
    }

    @Test
    void claimedAndEnqueuedAreTotals() {
        CycleReport report = of(List.of(FIRST, SECOND));

        assertThat(report.claimed()).isEqualTo(606);
        assertThat(report.enqueued()).isEqualTo(1111);
    }

    @Test
    void errorsAreThoseOfTheSitesAndThoseOutsideOfAny() {
        assertThat(of(List.of(FIRST), "the queue is locked").errorCount()).isEqualTo(14);
        assertThat(of(List.of(), "the queue is locked").errorCount()).isEqualTo(1);
        assertThat(of(List.of()).errorCount()).isZero();
    }

    @Test
    void totalsDontOverflowAnInt() {
        SiteReport large =
                new SiteReport("c", false, Map.of(Counter.CANDIDATES, (long) Integer.MAX_VALUE), List.of(), List.of());

        assertThat(of(List.of(large, large)).total(SiteReport::candidates)).isEqualTo(4_294_967_294L);
    }

    @Test
    void nothingChangesAReportLater() {
        List<String> errors = new ArrayList<>(List.of("first"));
        SiteReport report = new SiteReport("c", false, Map.of(), errors, List.of());
        errors.add("second");

        assertThat(report.errors()).containsExactly("first");
        assertThatThrownBy(() -> of(List.of(FIRST)).sites().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
