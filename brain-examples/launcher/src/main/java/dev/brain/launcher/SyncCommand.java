package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.config.Environment;
import dev.brain.cycle.CycleReport;
import dev.brain.cycle.SiteReport;
import dev.brain.cycle.SyncScope;
import dev.brain.queue.Store;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.resource.ResourceId;
import dev.brain.site.Site;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code brain sync} */
@Command(
        name = "sync",
        header = "Claim and queue one resource now, by its id.",
        description =
                "%nThe site must select the resource. Its reference must match the site's pattern. It must be free or the"
                        + " claimant's.%nIf it is the claimant's and this queue never had a task for it, the command warns"
                        + " that another queue may have one.",
        footer = {"", "Example:", "  brain sync --id 89157 --site-id xaloc_girona --dry-run"})
final class SyncCommand extends BrainCommand {
    /** Among this many tasks of the site, the one of a sync is found by an id without its blanks. */
    private static final int LATEST = 1_000;

    @Option(
            names = "--id",
            paramLabel = "N",
            required = true,
            description = "The resource's id in the system of record.")
    private String id = "";

    @Option(names = "--site-id", paramLabel = "ID", required = true, description = "The site that claims the resource.")
    private String siteId = "";

    @Option(
            names = "--any-scope",
            description = "Accept a resource that the site does not select, such as another department's.")
    private boolean anyScope;

    @Option(names = "--dry-run", description = "Report what would happen, and write nothing.")
    private boolean dryRun;

    @Mixin
    private final ActorOption by = new ActorOption();

    @Mixin
    private final QueueOptions queue = new QueueOptions();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Override
    protected int run() {
        Environment environment = environment();
        if (id.isBlank()) {
            throw new ParameterException(spec().commandLine(), "--id must name a resource, and is blank");
        }
        ResourceId resource = ResourceId.of(id);
        try (CleanStop stop = CleanStop.withStatus(FAILED, err());
                Store store = dryRun ? queue.lookAt(environment) : queue.open(environment)) {
            Site site = SiteChoice.one(store.sites().sites(), siteId);
            try (BrainSession session = openSession(environment, store, List.of(site), builder -> builder)) {
                stop.closes(session.brain());
                if (stop.isAsked()) {
                    return stoppedBeforeItBegan();
                }
                CycleReport report = session.brain()
                        .operations()
                        .sync(by.actor(), siteId, resource, anyScope ? SyncScope.ANY : SyncScope.SITE, dryRun);
                Optional<Task> task = activeTask(store, resource);
                return tell(report, resource, task);
            }
        }
    }

    private Optional<Task> activeTask(Store store, ResourceId resource) {
        return store.operations().list(new TaskFilter(Set.of(siteId), Set.of(), resource, 1)).stream()
                .filter(found -> found.status().isActive())
                .findFirst()
                // the database may pad the id with blanks that nobody types
                .or(() -> store.operations().list(new TaskFilter(Set.of(siteId), Set.of(), null, LATEST)).stream()
                        .filter(found -> found.status().isActive() && isAlike(found.resourceId()))
                        .findFirst());
    }

    private boolean isAlike(@Nullable ResourceId found) {
        return found != null && found.value().strip().equals(id.strip());
    }

    private int tell(CycleReport report, ResourceId resource, Optional<Task> task) {
        boolean isQueued = report.enqueued() > 0 || task.isPresent();
        if (json.isSet()) {
            ObjectNode object = ReportPrinter.json(report);
            task.ifPresent(found -> object.put("task", found.id()));
            JsonOption.print(out(), object);
        } else {
            out().println("Resource " + resource + " of " + siteId + ": " + outcome(report, resource, task));
        }
        return isQueued && report.errorCount() == 0 ? DONE : FAILED;
    }

    private String outcome(CycleReport report, ResourceId resource, Optional<Task> task) {
        String number = task.map(
                        found -> "task " + found.id() + " (" + found.status().code() + ")")
                .orElse("a task");
        if (report.enqueued() > 0 && report.claimed() == 0) {
            return dryRun
                    ? "the claimant's already; it would be queued (dry run)"
                    : "the claimant's already, and queued as " + number;
        } else if (report.enqueued() > 0) {
            return dryRun ? "free; it would be claimed and queued (dry run)" : "claimed and queued as " + number;
        } else if (report.errorCount() > 0) {
            return "failed, nothing was queued; the reason is printed above and in the log";
        } else if (report.total(SiteReport::duplicates) > 0) {
            return task.isPresent()
                    ? "queued already, as " + number
                    : "not queued again: it is claimed for a task that is completed, or that is another site's;"
                            + " see 'brain tasks list'";
        } else if (report.total(SiteReport::blocked) > 0) {
            return "blocked, since its last task failed or was cancelled; 'brain tasks unblock " + siteId + " "
                    + resource + "' lifts that";
        } else if (report.total(SiteReport::rejected) > 0) {
            return "not claimed: its reference doesn't match the site's pattern; see 'brain sites show " + siteId + "'";
        } else if (report.total(SiteReport::known) > 0) {
            return "not claimed: an open incident says why it can't be claimed; see 'brain incidents list'";
        } else if (report.total(SiteReport::lost) > 0) {
            return "not claimed: it isn't free, or somebody else was faster";
        }
        return "not claimed";
    }
}
