package dev.brain.tck;

import dev.brain.incident.IncidentCode;
import dev.brain.internal.monitor.Cursor;
import dev.brain.internal.monitor.HistorySearch;
import dev.brain.internal.monitor.IncidentSearch;
import dev.brain.internal.monitor.Monitor;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.TaskSearch;
import dev.brain.internal.monitor.TaskSearch.View;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Everything that a dashboard asks a store for, with and without a filter, on the first page and on a later one. */
public final class DashboardQueries {
    /** How many rows a page has at the most. */
    public static final int PAGE = 50;

    private DashboardQueries() {}

    /** Returns the queries by their names. Each returns how many rows it was given. */
    public static Map<String, ToIntFunction<Monitor>> all() {
        Map<String, ToIntFunction<Monitor>> all = new LinkedHashMap<>();
        all.put("the figures", monitor -> {
            monitor.read(Overview.NONE, ZoneOffset.UTC);
            return 0;
        });
        for (View view : View.values()) {
            for (boolean ofSite : new boolean[] {false, true}) {
                Set<String> sites = ofSite ? Set.of("site3") : Set.of();
                String what = view + (ofSite ? " of a site" : "");
                all.put(what, monitor -> tasks(monitor, new TaskSearch(view, sites, null, null, null, null, PAGE)));
                all.put(
                        what + " with a text",
                        monitor -> tasks(monitor, new TaskSearch(view, sites, null, "nowhere", null, null, PAGE)));
            }
        }
        Instant soon = Instant.now().plus(7, ChronoUnit.DAYS);
        all.put(
                "due",
                monitor -> tasks(monitor, new TaskSearch(View.DEADLINE, Set.of(), null, null, soon, null, PAGE)));
        all.put(
                "found by resource",
                monitor -> tasks(monitor, new TaskSearch(View.ALL, Set.of(), "r5000", null, null, null, PAGE)));
        for (boolean openOnly : new boolean[] {false, true}) {
            all.put(
                    "incidents, open only: " + openOnly,
                    monitor -> incidents(monitor, new IncidentSearch(openOnly, Set.of(), Set.of(), null, null, PAGE)));
            all.put(
                    "incidents of a site, open only: " + openOnly,
                    monitor -> incidents(
                            monitor,
                            new IncidentSearch(
                                    openOnly, Set.of("site3"), Set.of(IncidentCode.LOGIN_FAILED), "anna", null, PAGE)));
        }
        all.put("history", monitor -> history(monitor, null, null));
        all.put("history of a site", monitor -> history(monitor, "site3", null));
        all.put("history of a person", monitor -> history(monitor, null, "anna"));
        return all;
    }

    private static int tasks(Monitor monitor, TaskSearch search) {
        var first = monitor.tasks(search);
        @Nullable Cursor next = first.next();
        return next == null
                ? first.rows().size()
                : Math.max(
                        first.rows().size(),
                        monitor.tasks(search.withAfter(next)).rows().size());
    }

    private static int incidents(Monitor monitor, IncidentSearch search) {
        var first = monitor.incidents(search);
        return first.next() == null
                ? first.rows().size()
                : monitor.incidents(new IncidentSearch(
                                search.openOnly(),
                                search.siteIds(),
                                search.codes(),
                                search.assignee(),
                                first.next(),
                                PAGE))
                        .rows()
                        .size();
    }

    private static int history(Monitor monitor, @Nullable String site, @Nullable String person) {
        var first = monitor.history(new HistorySearch(site, null, null, person, null, PAGE));
        return first.next() == null
                ? first.rows().size()
                : monitor.history(new HistorySearch(site, null, null, person, first.next(), PAGE))
                        .rows()
                        .size();
    }
}
