package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.history.History;
import dev.brain.internal.monitor.Cursor;
import dev.brain.internal.monitor.HistorySearch;
import dev.brain.internal.monitor.Page;
import java.util.List;

/** What happened, and who did it. */
public final class HistoryPage {
    static final int ROWS = 50;

    private final PageContext context;

    HistoryPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/history", this::list);
    }

    /** What the page shows. */
    public record Model(HistorySearch search, List<String> siteIds, Page<History.Entry> page) {}

    private Response list(Request request) {
        HistorySearch search = new HistorySearch(
                request.query().text("site").orElse(null),
                request.query().number("task").orElse(null),
                null,
                request.query().text("person").orElse(null),
                request.query().text("after").flatMap(Cursor::of).orElse(null),
                ROWS);
        return request.page(
                "history", new Model(search, context.siteIds(), context.monitor().history(search)));
    }
}
