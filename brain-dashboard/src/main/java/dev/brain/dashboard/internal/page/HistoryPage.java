package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.HttpException;
import dev.brain.dashboard.internal.web.Parameters;
import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.history.History.Entry;
import dev.brain.internal.monitor.Cursor;
import dev.brain.internal.monitor.HistorySearch;
import dev.brain.internal.monitor.Page;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happened to tasks, sites and incidents, and who did it. */
public final class HistoryPage {
    static final int ROWS = 50;

    private final PageContext context;

    HistoryPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/history", this::list);
    }

    /**
     * What the page shows.
     *
     * @param search what was looked for
     * @param since only entries from this time on, as the form has it; empty for all
     * @param next where the next page begins; null if this is the last one
     */
    public record Model(
            HistorySearch search,
            String since,
            List<String> siteIds,
            List<Entry> entries,
            @Nullable Cursor next) {}

    private Response list(Request request) {
        Parameters query = request.query();
        Optional<String> since = query.text("since");
        HistorySearch search = new HistorySearch(
                query.text("site").orElse(null),
                query.number("task").orElse(null),
                query.number("incident").orElse(null),
                query.text("person").orElse(null),
                query.text("after").flatMap(Cursor::of).orElse(null),
                ROWS);
        Optional<Instant> from = since.map(text -> time(text, request));
        Page<Entry> page = context.monitor().history(search);
        List<Entry> entries = page.rows().stream()
                .filter(entry -> from.isEmpty() || !entry.at().isBefore(from.get()))
                .toList();
        // the numbers of entries follow their times, so all that follow an older one are older, too
        boolean isOver = !page.rows().isEmpty()
                && from.filter(page.rows().get(page.rows().size() - 1).at()::isBefore)
                        .isPresent();
        return request.page(
                "history",
                new Model(search, since.orElse(""), context.siteIds(), entries, isOver ? null : page.next()));
    }

    /** Returns a time that the viewer means: as a form sends it, or a day. */
    private static Instant time(String text, Request request) {
        try {
            LocalDateTime local = text.contains("T")
                    ? LocalDateTime.parse(text)
                    : LocalDate.parse(text).atStartOfDay();
            return local.atZone(request.zone()).toInstant();
        } catch (DateTimeException e) {
            throw HttpException.badRequest();
        }
    }
}
