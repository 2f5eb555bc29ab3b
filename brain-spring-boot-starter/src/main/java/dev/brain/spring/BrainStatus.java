package dev.brain.spring;

import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.BrainListener;
import dev.brain.cycle.CycleReport;
import dev.brain.incident.IncidentCode;
import dev.brain.queue.SiteState;
import dev.brain.queue.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What operators see of the Brain in this process and of its queue. Holds no data of cases. Thread-safe. */
final class BrainStatus {
    private final Store store;
    private final Map<String, PartLifecycle> parts;
    private final LastCycle lastCycle;

    /** @param parts claiming and working, those that are enabled, by their name */
    BrainStatus(Store store, Map<String, PartLifecycle> parts, LastCycle lastCycle) {
        this.store = store;
        this.parts = Map.copyOf(parts);
        this.lastCycle = lastCycle;
    }

    /** Remembers the report of the latest cycle. */
    static final class LastCycle implements BrainListener {
        private volatile @Nullable Cycle latest;

        @Override
        public void on(BrainEvent event) {
            if (event instanceof BrainEvent.CycleFinished finished) {
                latest = Cycle.of(finished.report());
            }
        }
    }

    /** The latest cycle of this process. */
    record Cycle(Instant startedAt, Duration took, long claimed, long enqueued, long errors) {
        static Cycle of(CycleReport report) {
            return new Cycle(
                    report.startedAt(), report.took(), report.claimed(), report.enqueued(), report.errorCount());
        }
    }

    /** Everything that the endpoint shows. */
    record Report(
            Map<String, Boolean> running,
            @Nullable Cycle lastCycle,
            Map<String, Map<String, Long>> tasks,
            Map<String, Set<IncidentCode>> openIncidents,
            List<String> pausedSites) {}

    Report report() {
        return new Report(
                running(),
                lastCycle(),
                store.operations().counts(),
                openIncidents(),
                store.operations().siteStates().stream()
                        .filter(SiteState::paused)
                        .map(SiteState::siteId)
                        .toList());
    }

    /** Returns whether claiming and working run, as far as they are enabled. */
    Map<String, Boolean> running() {
        Map<String, Boolean> running = new LinkedHashMap<>();
        parts.forEach((name, part) -> running.put(name, part.isRunning()));
        return running;
    }

    @Nullable
    Cycle lastCycle() {
        return lastCycle.latest;
    }

    /**
     * Returns the codes of the open incidents of each site.
     *
     * @throws dev.brain.error.UnavailableException if the queue is unavailable
     */
    Map<String, Set<IncidentCode>> openIncidents() {
        return store.incidents().openCodes();
    }
}
