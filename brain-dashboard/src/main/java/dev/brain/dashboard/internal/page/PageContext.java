package dev.brain.dashboard.internal.page;

import static java.util.Objects.requireNonNull;

import dev.brain.BrainOperations;
import dev.brain.dashboard.internal.web.LiveUpdates;
import dev.brain.error.UnavailableException;
import dev.brain.internal.monitor.Monitor;
import dev.brain.internal.monitor.Overview.SiteFigures;
import dev.brain.internal.monitor.Sampler;
import dev.brain.queue.Store;
import dev.brain.site.Site;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the pages work with.
 *
 * @param sampler the figures that all viewers share
 * @param brain the operators' actions that need the system of record; empty if this process has no Brain
 * @param evidence the folder of screenshots and other evidence
 */
public record PageContext(
        Store store, Sampler sampler, Optional<BrainOperations> brain, Path evidence, LiveUpdates live, Clock clock) {
    public PageContext {
        requireNonNull(store, "store");
        requireNonNull(sampler, "sampler");
        requireNonNull(brain, "brain");
        requireNonNull(evidence, "evidence");
        requireNonNull(live, "live");
        requireNonNull(clock, "clock");
    }

    /**
     * Returns what lists the store by pages.
     *
     * @throws UnavailableException if the store is none of Brain's own
     */
    Monitor monitor() {
        if (store.queue() instanceof Monitor.Source source) {
            return source.monitor();
        }
        throw new UnavailableException("this store has no lists for dashboards");
    }

    /** Returns the ids of the sites that are configured or have tasks. */
    List<String> siteIds() {
        TreeSet<String> ids = new TreeSet<>();
        store.sites().sites().stream().map(Site::id).forEach(ids::add);
        sampler.overview().sites().stream().map(SiteFigures::siteId).forEach(ids::add);
        return List.copyOf(ids);
    }
}
