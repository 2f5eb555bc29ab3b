package dev.brain.launcher;

import dev.brain.config.Environment;
import dev.brain.internal.notification.Webhook;
import dev.brain.queue.SiteState;
import dev.brain.queue.Store;
import dev.brain.queue.TaskStatus;
import dev.brain.site.Site;
import dev.brain.work.Worker;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code brain worker} */
@Command(
        name = "worker",
        header = "Run the tasks of the queue with the handlers that the sites name.",
        description = "%nIt runs until Ctrl-C or SIGTERM. It then takes no more tasks, and running ones get 30 seconds"
                + " to finish. A site names its handler by the setting \"handler\".",
        footer = {
            "",
            "Examples:",
            "  brain worker --threads 4               all sites that have a handler",
            "  brain worker --site madrid --drain     one site, until nothing of it is ready"
        })
final class WorkerCommand extends BrainCommand {
    @Option(
            names = "--site",
            paramLabel = "ID",
            description =
                    "Serve only this site; may be repeated (default: BRAIN_ENABLED_SITES, else all with a handler).")
    private final List<String> siteIds = new ArrayList<>();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "The number of tasks that run at the same time (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(names = "--drain", description = "Exit when no task is ready, and print how many tasks are left.")
    private boolean drain;

    @Option(
            names = "--dashboard",
            paramLabel = "[HOST:]PORT",
            converter = DashboardOptions.AddressConverter.class,
            description = "Serve the dashboard too; see 'brain dashboard --help'.")
    private @Nullable InetSocketAddress listen;

    @Mixin
    private final DashboardOptions dashboard = new DashboardOptions();

    @Mixin
    private final QueueOptions queue = new QueueOptions();

    @Mixin
    private final MetricsOption metrics = new MetricsOption();

    @Override
    protected int run() throws InterruptedException {
        if (threads < 1) {
            throw new ParameterException(spec().commandLine(), "--threads must be at least 1, not " + threads);
        }
        if (listen == null) {
            dashboard.requireUnused("--dashboard");
        }
        Environment environment = environment();
        Variables.warn(environment);
        Webhook.requireUsable(environment);
        try (CleanStop stop = CleanStop.withStatus(DONE, err());
                Store store = queue.open(environment);
                Metrics shown = metrics.open(store)) {
            siteIds.forEach(id -> SiteChoice.one(store.sites().sites(), id));
            Set<String> enabled = new HashSet<>(siteIds.isEmpty() ? environment.list("BRAIN_ENABLED_SITES") : siteIds);
            Map<TaskStatus, Long> before = counts(store, enabled);
            try (Worker worker = Worker.builder()
                    .queue(store)
                    .sites(store.sites())
                    .environment(environment)
                    .pluginLoaders(launcher().plugins().warned().loaders())
                    .enabledSites(enabled)
                    .threads(threads)
                    .listener(shown.listener())
                    .build()) {
                stop.closes(worker);
                shown.tell(out());
                if (!stop.isAsked()) {
                    work(worker, store, shown, environment);
                }
            }
            tell(before, counts(store, enabled));
            tellPauses(store, enabled);
            tellHours(store, enabled);
            return DONE;
        }
    }

    private void work(Worker worker, Store store, Metrics shown, Environment environment) throws InterruptedException {
        if (listen == null) {
            work(worker);
            return;
        }
        try (ServedDashboard started = dashboard.start(listen, store, null, shown, environment)) {
            out().println("The dashboard is at " + started.url());
            work(worker);
        }
    }

    private void work(Worker worker) throws InterruptedException {
        if (drain) {
            worker.drain();
        } else {
            out().println("Working with " + DisplayText.count(threads, "thread") + "; Ctrl-C stops.");
            worker.start();
            worker.awaitStop();
        }
    }

    /** Includes changes by other workers and cycles that run at the same time. */
    private void tell(Map<TaskStatus, Long> before, Map<TaskStatus, Long> after) {
        long completed = of(after, TaskStatus.COMPLETED) - of(before, TaskStatus.COMPLETED);
        long failed = of(after, TaskStatus.FAILED) - of(before, TaskStatus.FAILED);
        out().println(DisplayText.count(completed + failed, "task") + " ended meanwhile: " + completed + " completed, "
                + failed + " failed.");
        out().println("Left: " + of(after, TaskStatus.PENDING) + " pending, " + of(after, TaskStatus.SCHEDULED)
                + " scheduled for later, " + of(after, TaskStatus.HELD) + " held for approval, "
                + of(after, TaskStatus.FAILED)
                + " failed in all; see 'brain tasks stats' and 'brain incidents list'.");
    }

    private void tellPauses(Store store, Set<String> sites) {
        store.operations().siteStates().stream()
                .filter(SiteState::paused)
                .map(SiteState::siteId)
                .filter(site -> sites.isEmpty() || sites.contains(site))
                .forEach(site -> out().println(site + " is paused, so no worker takes its tasks; 'brain sites resume "
                        + site + "' ends the pause."));
    }

    private void tellHours(Store store, Set<String> enabled) {
        Instant now = Instant.now();
        for (Site site : store.sites().sites()) {
            if (enabled.isEmpty() || enabled.contains(site.id())) {
                SiteHours.nextOpening(site, now)
                        .ifPresent(opensAt -> out().println(site.id()
                                + " is outside its working hours, so no worker takes its tasks before "
                                + DisplayText.time(opensAt) + "."));
            }
        }
    }

    private static long of(Map<TaskStatus, Long> counts, TaskStatus status) {
        return counts.getOrDefault(status, 0L);
    }

    private static Map<TaskStatus, Long> counts(Store store, Set<String> sites) {
        return store.operations().counts().entrySet().stream()
                .filter(entry -> sites.isEmpty() || sites.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .flatMap(byStatus -> byStatus.entrySet().stream())
                .collect(Collectors.groupingBy(
                        entry -> TaskStatus.ofText(entry.getKey()), Collectors.summingLong(Map.Entry::getValue)));
    }
}
