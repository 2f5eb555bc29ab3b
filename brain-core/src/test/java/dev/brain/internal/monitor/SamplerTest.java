package dev.brain.internal.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.cycle.CycleReport;
import dev.brain.error.UnavailableException;
import dev.brain.history.History;
import dev.brain.incident.Incident;
import dev.brain.queue.SiteState;
import dev.brain.queue.Task;
import dev.brain.tck.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    private final SettableClock clock = new SettableClock(START);
    private final FakeMonitor monitor = new FakeMonitor();
    private final Sampler sampler = new Sampler(monitor, clock, ZoneOffset.UTC);

    /** Each read has its number as the number of failures of a site. */
    private final class FakeMonitor implements Monitor {
        final AtomicInteger reads = new AtomicInteger();
        volatile boolean isBroken;
        volatile Duration takes = Duration.ZERO;
        volatile Runnable before = () -> {};

        @Override
        public Overview read(Overview last, ZoneId zone) {
            int read = reads.incrementAndGet();
            before.run();
            Instant at = clock.instant();
            clock.advance(takes);
            if (isBroken) {
                throw new UnavailableException("the database is gone");
            }
            List<SiteState> states = List.of(new SiteState("fines", false, read, at));
            return new Overview(at, null, last.sites(), List.of(), states, List.of(), List.of(), List.of());
        }

        @Override
        public void record(CycleReport report) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Page<Task> tasks(TaskSearch search) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Page<Incident> incidents(IncidentSearch search) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Page<History.Entry> history(HistorySearch search) {
            throw new UnsupportedOperationException();
        }
    }

    private int shown() {
        return sampler.overview().siteStates().get(0).failures();
    }

    @Test
    void nothingIsReadBeforeSomebodyLooks() {
        clock.advance(Duration.ofHours(1));
        assertThat(monitor.reads.get()).isZero();
    }

    @Test
    void aHundredViewersCostOneRead() {
        for (int viewer = 0; viewer < 100; viewer++) {
            assertThat(shown()).isEqualTo(1);
        }
        clock.advance(Duration.ofSeconds(4));
        assertThat(shown()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(shown()).isEqualTo(2);
        assertThat(monitor.reads.get()).isEqualTo(2);
    }

    @Test
    void aSlowStoreIsReadLessOften() {
        monitor.takes = Duration.ofSeconds(2);
        assertThat(shown()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(37));
        assertThat(shown()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(shown()).as("twenty times as long as the read").isEqualTo(2);
    }

    @Test
    void theLastFiguresStayIfTheStoreCannotBeRead() {
        assertThat(shown()).isEqualTo(1);
        monitor.isBroken = true;
        clock.advance(Duration.ofSeconds(5));
        Overview stale = sampler.overview();
        assertThat(stale.readAt()).isEqualTo(START);
        assertThat(stale.problem()).isEqualTo("the database is gone");
        assertThat(stale.siteStates()).hasSize(1);
        sampler.overview();
        assertThat(monitor.reads.get())
                .as("a broken store is not asked more often")
                .isEqualTo(2);
        monitor.isBroken = false;
        clock.advance(Duration.ofSeconds(5));
        assertThat(sampler.overview().problem()).isNull();
    }

    @Test
    void aStoreThatCouldNeverBeReadSaysSo() {
        monitor.isBroken = true;
        assertThat(sampler.overview().readAt()).isNull();
        assertThat(sampler.overview().problem()).isEqualTo("the database is gone");
    }

    @Test
    void aClockThatIsSetBackStopsNothing() {
        assertThat(shown()).isEqualTo(1);
        clock.advance(Duration.ofDays(-1));
        assertThat(shown()).isEqualTo(2);
    }

    @Test
    void viewersDoNotWaitForOneThatReads() throws Exception {
        assertThat(shown()).isEqualTo(1);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        monitor.before = () -> {
            reading.countDown();
            await(released);
        };
        clock.advance(Duration.ofSeconds(5));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Integer> reader = threads.submit(this::shown);
            await(reading);
            assertThat(threads.submit(this::shown).get()).isEqualTo(1);
            released.countDown();
            assertThat(reader.get()).isEqualTo(2);
        } finally {
            released.countDown();
            threads.shutdown();
        }
    }

    @Test
    void whatIsTooOldIsNotShownWhileAnotherReads() throws Exception {
        assertThat(shown()).isEqualTo(1);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        monitor.before = () -> {
            reading.countDown();
            await(released);
        };
        clock.advance(Duration.ofMinutes(2));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Integer> reader = threads.submit(this::shown);
            await(reading);
            Future<Integer> viewer = threads.submit(this::shown);
            assertThat(viewer.isDone()).isFalse();
            released.countDown();
            assertThat(viewer.get()).isEqualTo(2);
            assertThat(reader.get()).isEqualTo(2);
            assertThat(monitor.reads.get()).isEqualTo(2);
        } finally {
            released.countDown();
            threads.shutdown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
