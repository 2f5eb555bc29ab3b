package dev.brain.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import dev.brain.history.Actor;
import dev.brain.internal.monitor.Count;
import dev.brain.internal.monitor.Monitor;
import dev.brain.internal.monitor.Overview;
import dev.brain.queue.Store;
import dev.brain.queue.TaskFilter;
import dev.brain.queue.TaskQueue;
import dev.brain.site.SiteStore;
import dev.brain.tck.SettableClock;
import dev.brain.work.TaskOutcome;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrainMetersTest {
    private static final Path PAGE = Path.of("..", "docs", "metrics.md");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SettableClock clock = new SettableClock(Instant.now());

    @TempDir
    private Path folder;

    /** Claims four of five cases. One is done, one fails, one is tried again, and one is held. */
    private World world(BrainMeters meters) throws Exception {
        World world = new World(folder, 1, 2, 3, 4, 101);
        meters.watch(world.store, clock);
        world.claim(meters, false);
        world.work(meters, context -> switch (context.payload().get("number").asInt()) {
            case 1 -> TaskOutcome.done();
            case 2 -> TaskOutcome.businessFailure("NO_FORM", "the form is gone");
            case 3 -> TaskOutcome.technicalFailure("BUSY", "the site does not answer");
            default -> TaskOutcome.hold("the amount is high");
        });
        clock.advance(Duration.ofMinutes(2));
        // the gauges of new sites appear with the next read
        scrape();
        return world;
    }

    @Test
    void theMetersAndTagsAreThese() throws Exception {
        try (World world = world(BrainMeters.of(registry))) {
            assertThat(world.store.queue()).isNotNull();
            Set<String> registered = new TreeSet<>();
            for (Meter meter : registry.getMeters()) {
                Set<String> tags = new TreeSet<>();
                meter.getId().getTags().forEach(tag -> tags.add(tag.getKey()));
                registered.add(meter.getId().getName() + " " + meter.getId().getType() + " " + tags);
            }
            assertThat(registered)
                    .containsExactly(
                            "brain.candidates COUNTER [result, site]",
                            "brain.claim.call TIMER [site, strategy]",
                            "brain.claims COUNTER [outcome, site]",
                            "brain.cycle TIMER [outcome]",
                            "brain.deadline.next GAUGE [site]",
                            "brain.incidents.open GAUGE [code, site]",
                            "brain.leases.lost COUNTER [submitting]",
                            "brain.queue.call TIMER [operation, outcome]",
                            "brain.queue.oldest GAUGE [site]",
                            "brain.queue.tasks GAUGE [site, status]",
                            "brain.site.paused GAUGE [by, site]",
                            "brain.task.retries COUNTER []",
                            "brain.task.run TIMER [handler, outcome, site]",
                            "brain.task.wait TIMER [handler, outcome, site]",
                            "brain.worker.threads GAUGE [state]");
        }
    }

    @Test
    void whatHappensIsCountedAndTimed() throws Exception {
        try (World world = world(BrainMeters.of(registry))) {
            assertThat(world.store.queue()).isNotNull();
            assertThat(count("brain.candidates", "site", World.SITE, "result", "reserved"))
                    .isEqualTo(4);
            assertThat(count("brain.candidates", "site", World.SITE, "result", "rejected"))
                    .isEqualTo(1);
            assertThat(count("brain.claims", "site", World.SITE, "outcome", "won"))
                    .isEqualTo(4);
            assertThat(count("brain.task.retries")).isEqualTo(1);
            for (String outcome : List.of("completed", "failed", "retry", "held")) {
                String[] tags = {"site", World.SITE, "handler", "code", "outcome", outcome};
                assertThat(registry.get("brain.task.run").tags(tags).timer().count())
                        .isEqualTo(1);
                assertThat(registry.get("brain.task.wait").tags(tags).timer().count())
                        .isEqualTo(1);
            }
            assertThat(registry.get("brain.claim.call")
                            .tags("site", World.SITE, "strategy", "sql")
                            .timer()
                            .count())
                    .isEqualTo(1);
            assertThat(registry.get("brain.cycle").timers().stream()
                            .mapToLong(timer -> timer.count())
                            .sum())
                    .isEqualTo(1);
            for (String operation : List.of("reserve", "settle", "take", "finish")) {
                assertThat(registry.get("brain.queue.call")
                                .tags("operation", operation, "outcome", "success")
                                .timer()
                                .count())
                        .as(operation)
                        .isPositive();
            }
            assertThat(gauge("brain.worker.threads", "state", "busy")).isZero();
            assertThat(gauge("brain.worker.threads", "state", "idle")).isZero();
        }
    }

    @Test
    void gaugesShowTheStoreAndGoWithItsIncidents() throws Exception {
        try (World world = world(BrainMeters.of(registry))) {
            assertThat(gauge("brain.queue.tasks", "site", World.SITE, "status", "held"))
                    .isEqualTo(1);
            assertThat(gauge("brain.queue.tasks", "site", World.SITE, "status", "scheduled"))
                    .isEqualTo(1);
            assertThat(gauge("brain.queue.tasks", "site", World.SITE, "status", "pending"))
                    .isZero();
            assertThat(gauge("brain.queue.oldest", "site", World.SITE)).isZero();
            assertThat(gauge("brain.deadline.next", "site", World.SITE)).isGreaterThan(1e9);
            assertThat(gauge("brain.incidents.open", "site", World.SITE, "code", "BUSINESS_FAILURE"))
                    .isEqualTo(1);
            assertThat(gauge("brain.site.paused", "site", World.SITE, "by", "person"))
                    .isZero();

            Actor anna = new Actor("anna");
            world.store.operations().pause(anna, World.SITE, true);
            world.store
                    .operations()
                    .list(TaskFilter.newest(10))
                    .forEach(task -> world.store.operations().retry(anna, task.id()));
            clock.advance(Duration.ofMinutes(2));

            assertThat(gauge("brain.site.paused", "site", World.SITE, "by", "person"))
                    .isEqualTo(1);
            assertThat(gauge("brain.site.paused", "site", World.SITE, "by", "breaker"))
                    .isZero();
            assertThat(gauge("brain.incidents.open", "site", World.SITE, "code", "BUSINESS_FAILURE"))
                    .as("the failed task is tried again")
                    .isZero();
            assertThat(gauge("brain.queue.tasks", "site", World.SITE, "status", "pending"))
                    .isPositive();
        }
    }

    @Test
    void aDryRunCountsNothing() throws Exception {
        try (World world = new World(folder, 1, 2)) {
            world.claim(BrainMeters.of(registry), true);
            assertThat(registry.find("brain.claims").counters()).isEmpty();
            assertThat(registry.find("brain.claim.call").timers()).isEmpty();
            assertThat(registry.get("brain.cycle").timers()).allMatch(timer -> timer.count() == 0);
        }
    }

    @Test
    void aScrapeReadsTheStoreOnceAtMost() {
        TaskQueue queue = mock(TaskQueue.class, withSettings().extraInterfaces(Monitor.Source.class));
        Monitor monitor = mock(Monitor.class);
        Store store = mock(Store.class);
        when(store.queue()).thenReturn(queue);
        when(store.sites()).thenReturn(mock(SiteStore.class));
        when(((Monitor.Source) queue).monitor()).thenReturn(monitor);
        when(monitor.read(any(), any()))
                .thenAnswer(call -> new Overview(
                        clock.instant(),
                        null,
                        List.of(new Overview.SiteFigures(
                                World.SITE, Map.of(), null, Count.NONE, null, List.of(), List.of())),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()));
        BrainMeters.of(registry).watch(store, clock);
        for (int scrape = 0; scrape < 10; scrape++) {
            scrape();
        }
        verify(monitor, times(1)).read(any(), any());
        clock.advance(Duration.ofMinutes(1));
        scrape();
        verify(monitor, times(2)).read(any(), any());
    }

    @Test
    void thePageListsTheMeters() throws IOException {
        StringBuilder table = new StringBuilder("| meter | type | tags | |\n|---|---|---|---|\n");
        for (BrainMeter meter : BrainMeter.values()) {
            table.append("| `%s` | %s | %s | %s |\n"
                    .formatted(
                            meter.meterName(),
                            meter.type().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            meter.tagKeys().stream().map(tag -> "`" + tag + "`").collect(Collectors.joining(", ")),
                            meter.description()));
        }
        assertThat(Files.readString(PAGE)).contains(table);
    }

    @Test
    void theAlertsOfThePageAreAboutExistingSeries() throws Exception {
        PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        BrainMeters meters = BrainMeters.of(prometheus);
        Set<String> shown;
        try (World world = world(meters)) {
            assertThat(world.store.queue()).isNotNull();
            // the first scrape adds the gauges of the new site
            prometheus.scrape();
            shown = Arrays.stream(prometheus.scrape().split("\n"))
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.replaceAll("[{ ].*", ""))
                    .collect(Collectors.toSet());
        }
        Matcher used = Pattern.compile("\\bbrain_[a-z_]+").matcher(rules());
        Set<String> names = new TreeSet<>();
        while (used.find()) {
            names.add(used.group());
        }
        assertThat(names).hasSizeGreaterThan(5);
        assertThat(shown).containsAll(names);
    }

    private void scrape() {
        registry.getMeters().forEach(meter -> meter.measure().forEach(Measurement::getValue));
    }

    private static String rules() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf("```yaml");
        return page.substring(begin, page.indexOf("```\n", begin + 1));
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }
}
