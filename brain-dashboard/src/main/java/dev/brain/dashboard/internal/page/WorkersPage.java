package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.Request;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import dev.brain.internal.monitor.Count;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.LivingRun;
import dev.brain.internal.monitor.Overview.WorkerFigures;
import dev.brain.queue.TaskStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The workers that have tasks, and the runs that are alive. They are figures that all viewers share. */
public final class WorkersPage {
    private final PageContext context;

    WorkersPage(PageContext context) {
        this.context = context;
    }

    void addTo(Router router) {
        router.page("/workers", this::show);
    }

    /**
     * What the page shows.
     *
     * @param problem why the figures are not up to date; null if they are
     * @param waiting the tasks that any worker may take
     */
    public record Model(@Nullable String problem, List<Row> workers, Count waiting, List<RunRow> runs, Instant now) {}

    /**
     * A worker.
     *
     * @param isOverdue whether its lease has run out, so that others may take its tasks
     */
    public record Row(WorkerFigures figures, boolean isOverdue) {}

    /**
     * A run.
     *
     * @param process the number of its process; empty if its name does not say so
     * @param startedAt when its process began; null if its name does not say so
     */
    public record RunRow(
            String host, String process, @Nullable Instant startedAt, Instant seenAt) {}

    private Response show(Request request) {
        Overview overview = context.sampler().overview();
        Instant now = context.clock().instant();
        return request.page(
                "workers",
                new Model(
                        overview.problem(),
                        overview.workers().stream()
                                .map(worker -> new Row(worker, isOverdue(worker, now)))
                                .toList(),
                        overview.sites().stream()
                                .map(site -> site.tasks(TaskStatus.PENDING))
                                .reduce(Count.NONE, Count::plus),
                        overview.runs().stream().map(WorkersPage::row).toList(),
                        now));
    }

    private static boolean isOverdue(WorkerFigures worker, Instant now) {
        Instant until = worker.leaseUntil();
        return until != null && until.isBefore(now);
    }

    /** A name is {@code host/pid/startMillis/n}. */
    private static RunRow row(LivingRun run) {
        String[] parts = run.name().split("/", -1);
        return parts.length < 4
                ? new RunRow(run.name(), "", null, run.seenAt())
                : new RunRow(parts[0], parts[1], time(parts[2]), run.seenAt());
    }

    private static @Nullable Instant time(String millis) {
        try {
            return Instant.ofEpochMilli(Long.parseLong(millis));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
