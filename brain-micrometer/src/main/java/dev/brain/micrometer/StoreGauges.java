package dev.brain.micrometer;

import dev.brain.error.BrainException;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.SiteFigures;
import dev.brain.internal.monitor.Sampler;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.SiteLimits.Breaker;
import dev.brain.queue.SiteState;
import dev.brain.queue.Store;
import dev.brain.queue.TaskStatus;
import dev.brain.site.Site;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gauges of a store. Each reads its value from the figures that the sampler last read, so that a registry that asks for all of
 * them causes one read at the most. New figures add and remove gauges: a site has them as long as the store knows it.
 * Thread-safe.
 */
final class StoreGauges {
    private static final Logger LOG = LoggerFactory.getLogger(StoreGauges.class);

    /** The statuses that the sampler counts. Of the others, the queue may hold any number. */
    private static final List<TaskStatus> COUNTED = List.of(
            TaskStatus.CLAIMING,
            TaskStatus.HELD,
            TaskStatus.PENDING,
            TaskStatus.SCHEDULED,
            TaskStatus.PROCESSING,
            TaskStatus.FAILED);

    private final MeterRegistry registry;
    private final Store store;
    private final Clock clock;
    private final Sampler sampler;
    private final ReentrantLock changing = new ReentrantLock();
    private final Map<Row, Meter> meters = new HashMap<>();
    private final Map<Row, Supplier<Number>> values = new ConcurrentHashMap<>();
    private Map<String, Breaker> breakers = Map.of();
    private @Nullable Instant shownAt;

    StoreGauges(MeterRegistry registry, Store store, Clock clock) {
        this.registry = registry;
        this.store = store;
        this.clock = clock;
        this.sampler = Sampler.of(store.queue(), clock);
    }

    /** One gauge: a meter with the values of its tags, the first of which is a site. */
    private record Row(BrainMeter meter, List<String> tags) {
        Row(BrainMeter meter, String... tags) {
            this(meter, List.of(tags));
        }
    }

    /** Reads the figures if they are old, and adds and removes gauges. */
    void refresh() {
        Overview overview = sampler.overview();
        // a registry may ask for a gauge while it registers it
        if (changing.isHeldByCurrentThread() || !changing.tryLock()) {
            return;
        }
        try {
            Instant readAt = overview.readAt();
            if (readAt != null && !readAt.equals(shownAt)) {
                shownAt = readAt;
                show(overview);
            }
        } finally {
            changing.unlock();
        }
    }

    private void show(Overview overview) {
        readBreakers();
        Set<String> siteIds = new HashSet<>();
        Map<Row, Supplier<Number>> rows = new HashMap<>();
        overview.sites().forEach(site -> {
            siteIds.add(site.siteId());
            show(site, rows);
        });
        Map<String, SiteState> states = new HashMap<>();
        overview.siteStates().forEach(state -> states.put(state.siteId(), state));
        for (String siteId : siteIds) {
            SiteState state = states.get(siteId);
            rows.put(new Row(BrainMeter.SITE_PAUSED, siteId, "person"), () -> state != null && state.paused() ? 1 : 0);
            rows.put(new Row(BrainMeter.SITE_PAUSED, siteId, "breaker"), () -> isBroken(siteId, state) ? 1 : 0);
        }
        // an alert ends when its gauge is 0, not when it is gone
        meters.keySet().stream()
                .filter(row -> row.meter() == BrainMeter.INCIDENTS_OPEN
                        && siteIds.contains(row.tags().get(0)))
                .forEach(row -> rows.put(row, () -> 0));
        overview.incidents()
                .forEach(open -> rows.put(
                        new Row(
                                BrainMeter.INCIDENTS_OPEN,
                                open.siteId(),
                                open.code().name()),
                        () -> open.open().counted()));
        values.keySet().retainAll(rows.keySet());
        values.putAll(rows);
        for (Row row : rows.keySet()) {
            meters.computeIfAbsent(row, fresh -> fresh.meter().gauge(registry, () -> value(fresh), fresh.tags()));
        }
        meters.entrySet().removeIf(entry -> {
            boolean isGone = !rows.containsKey(entry.getKey());
            if (isGone) {
                registry.remove(entry.getValue());
            }
            return isGone;
        });
    }

    private void show(SiteFigures site, Map<Row, Supplier<Number>> rows) {
        String siteId = site.siteId();
        for (TaskStatus status : COUNTED) {
            rows.put(
                    new Row(BrainMeter.QUEUE_TASKS, siteId, status.name().toLowerCase(Locale.ROOT)),
                    () -> site.tasks(status).counted());
        }
        Instant oldest = site.oldestWaiting();
        rows.put(new Row(BrainMeter.QUEUE_OLDEST, siteId), () -> oldest == null ? 0 : seconds(oldest, clock.instant()));
        Instant next = site.nextDeadline();
        boolean isLate = site.late().counted() > 0;
        rows.put(
                new Row(BrainMeter.DEADLINE_NEXT, siteId),
                () -> isLate ? 0 : next == null ? Double.NaN : seconds(clock.instant(), next));
    }

    private Number value(Row row) {
        refresh();
        Supplier<Number> value = values.get(row);
        return value == null ? Double.NaN : value.get();
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis() / 1000.0);
    }

    /** Returns whether the breaker lets no task of the site begin. */
    private boolean isBroken(String siteId, @Nullable SiteState state) {
        Breaker breaker = breakers.getOrDefault(siteId, Breaker.USUAL);
        return state != null
                && breaker.failures() > 0
                && state.failures() >= breaker.failures()
                && state.failedAt() != null
                && clock.instant().isBefore(state.failedAt().plus(breaker.pause()));
    }

    private void readBreakers() {
        try {
            Map<String, Breaker> read = new HashMap<>();
            for (Site site : store.sites().sites()) {
                read.put(site.id(), SiteLimits.of(site.id(), site.settings()).breaker());
            }
            breakers = read;
        } catch (BrainException e) {
            LOG.debug("the settings of sites can't be read just now", e);
        }
    }
}
