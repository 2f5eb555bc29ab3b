package dev.brain.playwright;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brain.config.Environment;
import dev.brain.site.Site;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Browsers that nobody uses are closed, and started again when they are needed. */
class BrowserPoolTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration IDLE = Duration.ofMinutes(30);

    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-04T12:00:00Z"));

    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    };

    private void advance(Duration by) {
        now.updateAndGet(instant -> instant.plus(by));
    }

    private BrowserPool pool() {
        Environment environment = Environment.of(System.getenv());
        Site site = Site.builder("fake")
                .referencePattern(".+")
                .setting("web", Map.of("base", "http://127.0.0.1:1"))
                .build();
        PageSettings settings = PageSettings.of(site, FakeOffice.PAGES, "the page file");
        SessionStore store = new SessionStore(folder, "fake", clock, Duration.ofMinutes(1));
        return new BrowserPool(
                settings,
                new WebSession(settings, environment, store),
                () -> Browsers.find(environment).orElse(null),
                clock);
    }

    @Test
    void browsersAreClosedWhenNobodyHasUsedThemForAWhile() {
        try (BrowserPool pool = pool()) {
            pool.run(
                    worker -> {
                        advance(IDLE.plusMinutes(1));
                        pool.closeUnlessUsedSince(clock.instant().minus(IDLE));
                        return true;
                    },
                    LIMIT);
            assertThat(pool.processes()).as("in use, however long").allMatch(ProcessHandle::isAlive);
            assertThat(pool.processes()).isNotEmpty();

            advance(IDLE.minusMinutes(1));
            pool.closeUnlessUsedSince(clock.instant().minus(IDLE));
            assertThat(pool.processes()).isNotEmpty();

            advance(Duration.ofMinutes(2));
            pool.closeUnlessUsedSince(clock.instant().minus(IDLE));
            assertThat(pool.processes()).isEmpty();

            boolean isConnected = pool.run(worker -> worker.browser().isConnected(), LIMIT);
            assertThat(isConnected).isTrue();
        }
    }
}
