package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.Router;

/** The list of all pages and actions. */
public final class Pages {
    private Pages() {}

    /** Adds the routes of all pages. */
    public static void addTo(Router router, PageContext context) {
        new SitesPage(context).addTo(router);
        new EvidencePage(context.evidence()).addTo(router);
    }
}
