package dev.brain.store;

import dev.brain.internal.monitor.Cursor;
import dev.brain.internal.monitor.Page;
import dev.brain.internal.monitor.TaskSearch;
import dev.brain.internal.monitor.TaskSearch.View;
import dev.brain.queue.Task;
import dev.brain.queue.TaskStatus;
import dev.brain.resource.ResourceId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lists tasks by pages. The tasks of a page are found by walks through an index, one for each status and site, each of which
 * reads no more tasks than the page has. What no index serves is searched for among a limited number of tasks.
 */
final class TaskPages {
    /** How many tasks a page searches at the most for what no index serves. */
    static final int SEARCHED = 5_000;

    private static final String BY_ID = "id DESC";
    private static final String BY_END = "processed_at DESC, id DESC";
    private static final String BY_DEADLINE = "deadline, id";

    private final MonitorTable figures;
    private final StoreDialect dialect;

    TaskPages(MonitorTable figures, StoreDialect dialect) {
        this.figures = figures;
        this.dialect = dialect;
    }

    /**
     * The numbers of the tasks that a page chooses from.
     *
     * @param query returns the column {@code id}, and at least as many of the first tasks in the order as are read
     */
    private record Walk(String query, List<Object> values, String order) {}

    Page<Task> list(Sql sql, TaskSearch search) throws SQLException {
        Conditions filters = filters(search);
        boolean isSearch = !filters.isEmpty() && search.find() == null;
        Walk walk = walk(sql, search, isSearch ? SEARCHED : search.limit() + 1);
        String from = " FROM \"$queue\" WHERE id IN (" + (isSearch ? first(walk) : walk.query()) + ")";
        List<Object> values = new ArrayList<>(walk.values());
        Collections.addAll(values, filters.values(search.limit() + 1));
        List<Task> tasks = sql.query(
                "SELECT " + TaskRow.COLUMNS + from + filters.and() + " ORDER BY " + walk.order() + " LIMIT ?",
                TaskRow::read,
                values.toArray());
        if (tasks.size() > search.limit()) {
            List<Task> page = tasks.subList(0, search.limit());
            return new Page<>(page, cursor(search.view(), page.get(page.size() - 1)));
        }
        return new Page<>(tasks, isSearch ? endOfSearch(sql, search.view(), walk) : null);
    }

    /** Returns where a search has ended that has not come to the end of the tasks; null if it has. */
    private static @Nullable Cursor endOfSearch(Sql sql, View view, Walk walk) throws SQLException {
        return sql.first(
                        "SELECT " + TaskRow.COLUMNS + " FROM \"$queue\" WHERE id IN (" + first(walk) + ") ORDER BY "
                                + walk.order() + " LIMIT 1 OFFSET " + (SEARCHED - 1),
                        row -> cursor(view, TaskRow.read(row)),
                        walk.values().toArray())
                .orElse(null);
    }

    private static String first(Walk walk) {
        return "SELECT id FROM \"$queue\" WHERE id IN (" + walk.query() + ") ORDER BY " + walk.order() + " LIMIT "
                + SEARCHED;
    }

    private static Cursor cursor(View view, Task last) {
        return switch (view) {
            case DEADLINE -> new Cursor(last.deadline(), last.id());
            case ENDED, COMPLETED, CANCELLED -> new Cursor(last.processedAt(), last.id());
            default -> new Cursor(null, last.id());
        };
    }

    private Conditions filters(TaskSearch search) {
        Conditions filters = new Conditions();
        String text = search.text();
        if (text != null) {
            filters.add(TextSearch.CONTAINS, TextSearch.pattern(text));
        }
        Instant dueBefore = search.dueBefore();
        if (dueBefore != null && search.view() != View.DEADLINE) {
            filters.add("deadline < ?", dueBefore);
        }
        if (search.find() != null) {
            String ofView = ofView(search.view());
            if (ofView != null) {
                filters.add(ofView);
            }
        }
        if (!search.siteIds().isEmpty() && (search.find() != null || search.view() == View.ALL)) {
            filters.add(dialect.in("site_id"), search.siteIds());
        }
        return filters;
    }

    /** Returns the condition that a task is in a view; null if all are. */
    private static @Nullable String ofView(View view) {
        return switch (view) {
            case ALL -> null;
            case ACTIVE -> "status IN (" + TaskRow.ACTIVE + ")";
            case DEADLINE -> "deadline IS NOT NULL AND status IN (" + TaskRow.ACTIVE + ")";
            case ENDED -> MonitorTable.ENDED;
            case FAILED -> "status = 'failed' AND unblocked_at IS NULL";
            default -> "status = '" + TaskStatus.valueOf(view.name()).code() + "'";
        };
    }

    private Walk walk(Sql sql, TaskSearch search, int each) throws SQLException {
        String find = search.find();
        if (find != null) {
            return found(search, find);
        }
        if (search.view() == View.ALL) {
            return all(search, each);
        }
        Collection<String> siteIds = search.siteIds().isEmpty() ? figures.sites(sql) : search.siteIds();
        if (siteIds.isEmpty()) {
            return new Walk("SELECT id FROM \"$queue\" WHERE id < 0", List.of(), BY_ID);
        }
        return switch (search.view()) {
            case ACTIVE ->
                walks(
                        search,
                        siteIds,
                        BY_ID,
                        each,
                        List.of(
                                "q.status = 'claiming'",
                                "q.status = 'held' AND q.id + 0 > 0",
                                "q.status = 'pending' AND q.id + 0 > 0",
                                "q.status = 'scheduled' AND q.id + 0 > 0",
                                "q.status = 'processing'"));
            case DEADLINE -> deadlines(search, siteIds, each);
            case CLAIMING -> walks(search, siteIds, BY_ID, each, List.of("q.status = 'claiming'"));
            case PROCESSING -> walks(search, siteIds, BY_ID, each, List.of("q.status = 'processing'"));
            case HELD -> walks(search, siteIds, BY_ID, each, List.of("q.status = 'held' AND q.id + 0 > 0"));
            case PENDING -> walks(search, siteIds, BY_ID, each, List.of("q.status = 'pending' AND q.id + 0 > 0"));
            case SCHEDULED -> walks(search, siteIds, BY_ID, each, List.of("q.status = 'scheduled' AND q.id + 0 > 0"));
            case FAILED ->
                walks(
                        search,
                        siteIds,
                        BY_ID,
                        each,
                        List.of("q.status = 'failed' AND q.unblocked_at IS NULL AND q.id + 0 > 0"));
            case ENDED ->
                walks(search, siteIds, BY_END, each, List.of(ended("completed"), ended("failed"), ended("cancelled")));
            case COMPLETED -> walks(search, siteIds, BY_END, each, List.of(ended("completed")));
            case CANCELLED -> walks(search, siteIds, BY_END, each, List.of(ended("cancelled")));
            case ALL -> throw new IllegalStateException("all tasks are not listed by site");
        };
    }

    /** Tasks that ended without a time are left out: they have no place in the order. */
    private static String ended(String status) {
        return "q.status = '" + status + "' AND q." + MonitorTable.ENDED + " AND q." + MonitorTable.MONITORED
                + " AND q.processed_at IS NOT NULL";
    }

    private static Walk all(TaskSearch search, int each) {
        Cursor after = search.after();
        return new Walk(
                "SELECT id FROM \"$queue\" WHERE id < ? ORDER BY id DESC LIMIT " + each,
                List.of(after == null ? Long.MAX_VALUE : after.id()),
                BY_ID);
    }

    private Walk found(TaskSearch search, String find) {
        Cursor after = search.after();
        long before = after == null ? Long.MAX_VALUE : after.id();
        List<String> spellings = find.isBlank() ? List.of(find) : Spellings.of(new ResourceId(find));
        return new Walk(
                """
                SELECT id FROM "$queue" WHERE %1$s AND %4$s AND id < ?
                UNION SELECT id FROM "$queue" WHERE %1$s AND status IN (%3$s) AND id < ?
                UNION SELECT id FROM "$queue" WHERE reference = ? AND %2$s AND id < ?
                UNION SELECT id FROM "$queue" WHERE reference = ? AND status IN (%3$s) AND id < ?""".formatted(dialect.in("resource_id"), MonitorTable.ENDED, TaskRow.ACTIVE, TaskRow.INACTIVE),
                List.of(spellings, before, spellings, before, find, before, find, before),
                BY_ID);
    }

    /** Returns a walk through the tasks of each site and each of these conditions. */
    private Walk walks(TaskSearch search, Collection<String> siteIds, String order, int each, List<String> conditions) {
        Cursor after = search.after();
        boolean isByEnd = order.equals(BY_END);
        String following = after == null ? "" : isByEnd ? " AND (q.processed_at, q.id) < (?, ?)" : " AND q.id < ?";
        String sort = isByEnd ? "q.processed_at DESC, q.id DESC" : "q.id DESC";
        List<Object> values = new ArrayList<>();
        List<String> branches = new ArrayList<>();
        for (String condition : conditions) {
            branches.add("SELECT t.id FROM "
                    + dialect.queueRowsOfEach(
                            dialect.rows("site", "site_id"),
                            "WHERE q.site_id = site.site_id AND " + condition + following + " ORDER BY " + sort
                                    + " LIMIT " + each));
            values.add(rows(siteIds));
            if (after != null) {
                Instant at = after.at();
                if (isByEnd) {
                    values.add(dialect.sharedTime(at == null ? Instant.MAX : at));
                }
                values.add(after.id());
            }
        }
        return new Walk(String.join(" UNION ALL ", branches), values, order);
    }

    private Walk deadlines(TaskSearch search, Collection<String> siteIds, int each) {
        Cursor after = search.after();
        Instant dueBefore = search.dueBefore();
        List<Object> values = new ArrayList<>(List.of(rows(siteIds)));
        if (after != null) {
            Instant at = after.at();
            values.add(at == null ? Instant.EPOCH : at);
            values.add(after.id());
        }
        if (dueBefore != null) {
            values.add(dueBefore);
        }
        return new Walk(
                "SELECT t.id FROM "
                        + dialect.queueRowsOfEach(
                                dialect.rows("site", "site_id"),
                                "WHERE q.site_id = site.site_id AND q.deadline IS NOT NULL AND q.status IN ("
                                        + TaskRow.ACTIVE + ")"
                                        + (after == null ? "" : " AND (q.deadline, q.id) > (?, ?)")
                                        + (dueBefore == null ? "" : " AND q.deadline < ?")
                                        + " ORDER BY q.deadline, q.id LIMIT " + each),
                values,
                BY_DEADLINE);
    }

    private static Sql.RowSet rows(Collection<String> siteIds) {
        return new Sql.RowSet(siteIds.stream().map(List::of).collect(Collectors.toList()));
    }
}
