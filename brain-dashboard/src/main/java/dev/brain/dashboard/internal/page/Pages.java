package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.Router;
import dev.brain.internal.monitor.Overview;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** The list of all pages and actions. */
public final class Pages {
    private Pages() {}

    /** Adds the routes of all pages. Returns what is closed with the dashboard. */
    public static AutoCloseable addTo(Router router, PageContext context) {
        new OverviewPage(context).addTo(router);
        BulkPage bulk = new BulkPage(context);
        bulk.addTo(router);
        new TasksPage(context).addTo(router);
        new TaskPage(context).addTo(router);
        new IncidentsPage(context).addTo(router);
        new SitesPage(context).addTo(router);
        new SitePage(context).addTo(router);
        new SiteEditPage(context).addTo(router);
        new WorkersPage(context).addTo(router);
        new CyclesPage(context).addTo(router);
        new HistoryPage(context).addTo(router);
        new EvidencePage(context.evidence()).addTo(router);
        AtomicReference<List<Object>> seen = new AtomicReference<>(List.of());
        context.live().watch(() -> {
            List<Object> now = figures(context.sampler().overview());
            return !now.equals(seen.getAndSet(now));
        });
        return bulk;
    }

    /** Returns what makes pages load again if it has changed. */
    private static List<Object> figures(Overview overview) {
        return List.of(
                overview.problem() == null,
                overview.sites(),
                overview.incidents(),
                overview.siteStates(),
                overview.workers(),
                overview.cycles());
    }
}
