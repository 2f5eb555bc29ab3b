package dev.brain.work;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.queue.SiteLimits;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The limits of a worker's sites as they are configured, read anew every few seconds. Thread-safe. */
final class Limits {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

    private final List<String> siteIds;
    private final @Nullable SiteRegistry registry;
    private final Map<String, String> broken = new HashMap<>();
    private List<SiteLimits> read;
    private long readAt;

    Limits(List<String> siteIds, @Nullable SiteRegistry registry) {
        this.siteIds = List.copyOf(siteIds);
        this.registry = registry;
        this.readAt = System.nanoTime();
        this.read = registry == null ? siteIds.stream().map(SiteLimits::none).toList() : read(registry);
    }

    synchronized List<SiteLimits> now() {
        SiteRegistry sites = registry;
        if (sites != null && System.nanoTime() - readAt > FRESH_NANOS) {
            readAt = System.nanoTime();
            try {
                read = read(sites);
            } catch (BrainException e) {
                LOG.warn("the sites' limits can't be read just now, the last known ones hold: {}", e.getMessage());
            }
        }
        return read;
    }

    /** A site whose limits can't be read is left out: none of its tasks may be begun under limits that are guessed. */
    private List<SiteLimits> read(SiteRegistry sites) {
        Map<String, Site> byId = sites.sites().stream().collect(Collectors.toMap(Site::id, Function.identity()));
        List<SiteLimits> limits = new ArrayList<>();
        for (String id : siteIds) {
            Site site = byId.get(id);
            try {
                limits.add(site == null ? SiteLimits.none(id) : SiteLimits.of(id, site.settings()));
                broken.remove(id);
            } catch (ConfigurationException e) {
                String message = String.valueOf(e.getMessage());
                if (!message.equals(broken.put(id, message))) {
                    LOG.error("no task of site {} is taken until this is mended: {}", id, message);
                }
            }
        }
        return List.copyOf(limits);
    }
}
