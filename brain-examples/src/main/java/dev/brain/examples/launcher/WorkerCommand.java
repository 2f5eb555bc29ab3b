package dev.brain.examples.launcher;

import dev.brain.config.Environment;
import dev.brain.queue.TaskStatus;
import dev.brain.sqlite.SqliteStore;
import dev.brain.work.Worker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code brain worker} */
@Command(
        name = "worker",
        header = "Work off the queue's tasks with the handlers that the sites name.",
        description = "%nIt runs until Ctrl-C or SIGTERM: then it takes no more tasks, and those in work get 30 seconds"
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
            description = "Only this site; may be repeated (default: BRAIN_ENABLED_SITES, else all with a handler).")
    private final List<String> siteIds = new ArrayList<>();

    @Option(names = "--threads", paramLabel = "N", description = "Tasks in work at once (default: ${DEFAULT-VALUE}).")
    private int threads = 1;

    @Option(names = "--drain", description = "End when no task is ready.")
    private boolean drain;

    @Mixin
    private final QueueOptions queue = new QueueOptions();

    @Override
    int run() throws InterruptedException {
        if (threads < 1) {
            throw new ParameterException(spec().commandLine(), "--threads must be at least 1, not " + threads);
        }
        Environment environment = environment();
        try (CleanStop stop = CleanStop.withStatus(DONE, err());
                SqliteStore store = queue.open(environment)) {
            siteIds.forEach(id -> SiteChoice.one(store.sites().sites(), id));
            Set<String> enabled = new HashSet<>(siteIds.isEmpty() ? environment.list("BRAIN_ENABLED_SITES") : siteIds);
            long before = ended(store);
            try (Worker worker = Worker.builder()
                    .queue(store)
                    .sites(store.sites())
                    .environment(environment)
                    .pluginLoaders(launcher().plugins().warned().loaders())
                    .enabledSites(enabled)
                    .threads(threads)
                    .build()) {
                stop.closes(worker);
                if (drain) {
                    worker.drain();
                } else {
                    out().println("Working with " + Words.count(threads, "thread") + "; Ctrl-C stops.");
                    worker.start();
                    worker.awaitStop();
                }
            }
            out().println(Words.count(ended(store) - before, "task") + " ended meanwhile; see 'brain tasks stats'.");
            return DONE;
        }
    }

    /** By whomever. */
    private static long ended(SqliteStore store) {
        return store.counts().values().stream()
                .mapToLong(counts -> counts.getOrDefault(TaskStatus.COMPLETED.code(), 0L)
                        + counts.getOrDefault(TaskStatus.FAILED.code(), 0L))
                .sum();
    }
}
