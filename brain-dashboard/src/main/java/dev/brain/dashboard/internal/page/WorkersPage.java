package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.Router;
import dev.brain.internal.monitor.Overview;
import dev.brain.internal.monitor.Overview.LivingRun;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who has tasks in work, and which processes use the queue. */
public final class WorkersPage {
    private WorkersPage() {}

    static void addTo(Router router, PageContext context) {
        router.page("/workers", request -> {
            Overview overview = context.sampler().overview();
            return request.page(
                    "workers",
                    new Model(
                            overview,
                            overview.runs().stream().map(WorkersPage::row).toList(),
                            context.clock().instant()));
        });
    }

    /** What the page shows. */
    public record Model(Overview overview, List<RunRow> runs, Instant now) {}

    /**
     * A run.
     *
     * @param startedAt when its process began; null if its name does not say so
     */
    public record RunRow(String host, String process, @Nullable Instant startedAt, Instant seenAt) {}

    private static RunRow row(LivingRun run) {
        String[] parts = run.name().split("/", -1);
        if (parts.length < 4) {
            return new RunRow(run.name(), "", null, run.seenAt());
        }
        return new RunRow(parts[0], parts[1], time(parts[2]), run.seenAt());
    }

    private static @Nullable Instant time(String millis) {
        try {
            return Instant.ofEpochMilli(Long.parseLong(millis));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
