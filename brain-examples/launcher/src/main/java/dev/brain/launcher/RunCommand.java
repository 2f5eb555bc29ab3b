package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.Brain;
import dev.brain.config.Environment;
import dev.brain.cycle.BrainEvent;
import dev.brain.cycle.CycleReport;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.notification.Webhook;
import dev.brain.queue.Store;
import dev.brain.site.Site;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code brain run} */
@Command(
        name = "run",
        header = "Find, claim and queue work, once or at an interval.",
        description = "%nWithout --once, it runs until Ctrl-C or SIGTERM, and finishes the current batch first.",
        footer = {
            "",
            "Examples:",
            "  brain run --once --dry-run             what would be claimed now",
            "  brain run --once --site xaloc_girona   one cycle of one site",
            "  brain run --interval 60                until it is stopped, a cycle a minute"
        })
final class RunCommand extends BrainCommand {
    @Option(names = "--once", description = "Run one cycle and exit.")
    private boolean once;

    @Option(
            names = "--dry-run",
            description = "Write nothing: neither in the system of record nor in the queue. Implies --once.")
    private boolean dryRun;

    @Mixin
    private final QueueOptions queue = new QueueOptions();

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "The time between two cycles (default: BRAIN_SYNC_INTERVAL, else 300).")
    private @Nullable Integer interval;

    @Option(
            names = "--max-claims",
            paramLabel = "N",
            description = "The maximum number of claims per site and cycle (default: BRAIN_MAX_CLAIMS, else 50).")
    private @Nullable Integer maxClaims;

    @Option(
            names = "--site",
            paramLabel = "ID",
            description = "Serve only this site; may be repeated (default: BRAIN_ENABLED_SITES, else all active ones).")
    private final List<String> siteIds = new ArrayList<>();

    @Option(
            names = "--dashboard",
            paramLabel = "[HOST:]PORT",
            converter = DashboardOptions.AddressConverter.class,
            description = "Serve the dashboard too; see 'brain dashboard --help'.")
    private @Nullable InetSocketAddress listen;

    @Mixin
    private final DashboardOptions dashboard = new DashboardOptions();

    @Mixin
    private final MetricsOption metrics = new MetricsOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Override
    protected int run() throws InterruptedException {
        int claims = atLeastOne("--max-claims", maxClaims, "BRAIN_MAX_CLAIMS", 50);
        int seconds = atLeastOne("--interval", interval, "BRAIN_SYNC_INTERVAL", 300);
        Environment environment = environment();
        Variables.warn(environment);
        Webhook.requireUsable(environment);
        boolean single = once || dryRun;
        if (listen == null) {
            dashboard.requireUnused("--dashboard");
        } else if (single) {
            throw new ParameterException(
                    spec().commandLine(), "--dashboard needs a run that goes on; leave --once and --dry-run out");
        }
        if (single && metrics.isSet()) {
            throw new ParameterException(
                    spec().commandLine(), "--metrics shows a Brain that runs; leave out --once and --dry-run, or it");
        }
        try (CleanStop stop = CleanStop.withStatus(single ? FAILED : DONE, err());
                Store store = dryRun ? queue.lookAt(environment) : queue.open(environment);
                Metrics shown = metrics.open(store)) {
            List<Site> served = served(store, environment);
            try (BrainSession session = openSession(
                    environment,
                    store,
                    served,
                    builder -> builder.enabledSites(enabled(environment))
                            .maxClaims(claims)
                            .interval(Duration.ofSeconds(seconds))
                            .listener(progress())
                            .listener(shown.listener())
                            .listener(event -> {
                                if (!single && event instanceof BrainEvent.CycleFinished finished) {
                                    line(finished.report());
                                }
                            }))) {
                stop.closes(session.brain());
                if (single && stop.isAsked()) {
                    return stoppedBeforeItBegan();
                }
                if (!json.isSet()) {
                    shown.tell(out());
                }
                if (listen == null) {
                    return single ? once(session.brain(), store) : repeat(session.brain(), seconds);
                }
                try (ServedDashboard started =
                        dashboard.start(listen, store, session.brain().operations(), shown, environment)) {
                    if (!json.isSet()) {
                        out().println("The dashboard is at " + started.url());
                    }
                    return repeat(session.brain(), seconds);
                }
            }
        }
    }

    private List<Site> served(Store store, Environment environment) {
        List<Site> all = store.sites().sites();
        if (all.isEmpty()) {
            throw new ConfigurationException("there are no sites in " + queue.location(environment)
                    + "; import some with 'brain sites import FILE'");
        }
        List<Site> served = SiteChoice.of(all, siteIds, environment);
        if (served.isEmpty()) {
            ErrorLine.print(err(), "none of the sites is active, so there is nothing to do; see 'brain sites list'");
        }
        return served;
    }

    /** Returns the allowed sites; those that are activated while Brain runs are served too. */
    private Set<String> enabled(Environment environment) {
        return siteIds.isEmpty()
                ? environment.list("BRAIN_ENABLED_SITES").stream().collect(Collectors.toSet())
                : Set.copyOf(siteIds);
    }

    private int once(Brain brain, Store store) {
        CycleReport report = dryRun ? brain.dryRun() : brain.runCycle();
        Optional<String> restored = RestoredQueue.of(store).map(RestoredQueue::text);
        if (json.isSet()) {
            ObjectNode object = ReportPrinter.json(report);
            restored.ifPresent(text -> object.put("restored", text));
            JsonOption.print(out(), object);
        } else {
            ReportPrinter.table(report, out());
            out().println();
            out().println(ReportPrinter.summary(report));
            restored.ifPresent(text -> out().println("Look: " + text + "."));
            if (dryRun) {
                out().println("This was a dry run: nothing was claimed, and nothing was written.");
            }
        }
        return ReportPrinter.status(report);
    }

    private int repeat(Brain brain, int seconds) throws InterruptedException {
        if (!json.isSet()) {
            out().println("Running a cycle every " + seconds + " seconds; Ctrl-C stops.");
        }
        brain.start();
        brain.awaitStop();
        if (!json.isSet()) {
            out().println(DisplayText.time(Instant.now()) + "  stopped");
        }
        return DONE;
    }

    private void line(CycleReport report) {
        if (json.isSet()) {
            JsonOption.print(out(), ReportPrinter.json(report));
        } else {
            out().println(DisplayText.time(report.startedAt()) + "  " + ReportPrinter.summary(report));
        }
    }

    private int atLeastOne(String option, @Nullable Integer value, String variable, int fallback) {
        if (value == null) {
            return environment().integer(variable, fallback, 1);
        }
        if (value < 1) {
            throw new ParameterException(spec().commandLine(), option + " must be at least 1, not " + value);
        }
        return value;
    }
}
