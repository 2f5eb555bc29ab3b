package dev.brain.work;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.SiteLimits;
import dev.brain.queue.TaskQueue.Lease;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configured limits and retry policies of a worker's sites, read again every few seconds. Thread-safe. */
final class Limits {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

    private final List<String> siteIds;
    private final @Nullable SiteRegistry registry;
    private final Clock clock;
    private final RetryPolicy usual;
    private final Map<String, RetryPolicy> retries = new ConcurrentHashMap<>();
    private final Map<String, String> broken = new TreeMap<>();
    private volatile List<SiteLimits> read;
    private long readAt;

    Limits(List<String> siteIds, @Nullable SiteRegistry registry, Clock clock, RetryPolicy usual) {
        this.clock = clock;
        this.usual = usual;
        this.siteIds = List.copyOf(siteIds);
        this.registry = registry;
        this.readAt = System.nanoTime();
        this.read = registry == null ? siteIds.stream().map(SiteLimits::none).toList() : read(registry);
        if (read.isEmpty()) {
            throw new ConfigurationException("no site can be served: " + String.join("; ", broken.values()));
        }
        broken.values().forEach(Limits::tell);
    }

    private static void tell(String message) {
        LOG.error("no task is taken until this is corrected: {}", message);
    }

    /** Returns those of these tasks that were taken in a site's working hours and may not be begun any more. */
    List<Lease> closed(Collection<Lease> leases) {
        if (leases.isEmpty()) {
            return List.of();
        }
        Instant now = clock.instant();
        Set<String> closed = read.stream()
                .filter(site -> !site.isOpen(now))
                .map(SiteLimits::siteId)
                .collect(Collectors.toSet());
        return leases.stream()
                .filter(lease -> closed.contains(lease.task().siteId()))
                .toList();
    }

    /** Returns the retry policy of a site, as it was last read; that of the worker where the site has no setting. */
    RetryPolicy retry(String siteId) {
        return retries.getOrDefault(siteId, usual);
    }

    synchronized List<SiteLimits> now() {
        SiteRegistry sites = registry;
        if (sites != null && System.nanoTime() - readAt > FRESH_NANOS) {
            readAt = System.nanoTime();
            try {
                Map<String, String> before = Map.copyOf(broken);
                read = read(sites);
                broken.forEach((id, message) -> {
                    if (!message.equals(before.get(id))) {
                        tell(message);
                    }
                });
            } catch (BrainException e) {
                LOG.warn("the sites' limits can't be read just now, the last known ones hold: {}", e.getMessage());
            }
        }
        return read;
    }

    /** A site with invalid settings is skipped: none of its tasks may start under guessed limits. */
    private List<SiteLimits> read(SiteRegistry sites) {
        Map<String, Site> byId = sites.sites().stream().collect(Collectors.toMap(Site::id, Function.identity()));
        List<SiteLimits> limits = new ArrayList<>();
        for (String id : siteIds) {
            Site site = byId.get(id);
            try {
                SiteLimits read = site == null ? SiteLimits.none(id) : SiteLimits.of(id, site.settings());
                retries.put(id, site == null ? usual : RetryPolicy.of(site.settings(), usual));
                limits.add(read);
                broken.remove(id);
            } catch (ConfigurationException e) {
                broken.put(id, "site " + id + ": " + e.problem());
            }
        }
        return List.copyOf(limits);
    }
}
