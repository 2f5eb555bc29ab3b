package dev.brain.internal.engine;

import dev.brain.cycle.BrainListener;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.Closing;
import dev.brain.internal.StopSignal;
import dev.brain.queue.TaskQueue;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * What the engine works with.
 *
 * @param providers what sites choose from by name
 * @param queue the queue
 * @param registry the sites
 * @param options how cycles work
 * @param clock the time
 * @param listeners receive what happens
 * @param stop ends all work
 * @param owned what was opened for this engine, to be closed with it
 */
public record EngineParts(
        SiteProviders providers,
        TaskQueue queue,
        SiteRegistry registry,
        CycleOptions options,
        Clock clock,
        List<BrainListener> listeners,
        StopSignal stop,
        List<AutoCloseable> owned)
        implements AutoCloseable {
    public EngineParts {
        listeners = List.copyOf(listeners);
        owned = List.copyOf(owned);
    }

    Site site(String siteId) {
        List<Site> sites = registry.sites();
        return sites.stream()
                .filter(site -> site.id().equals(siteId))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("there is no site '" + siteId + "'; there are: "
                        + sites.stream().map(Site::id).toList()));
    }

    /**
     * Checks that a site's parts are found.
     *
     * @throws ConfigurationException if the pattern or the template is broken, or a name isn't found
     */
    public static void requireResolvable(Site site, SiteProviders providers) {
        ResolvedSite.of(site, providers, false);
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(owned);
        all.add(providers);
        Closing.all(all);
    }
}
