package dev.brain.examples.demo.command;

import dev.brain.Brain;
import dev.brain.config.Environment;
import dev.brain.cycle.CycleReport;
import dev.brain.dashboard.Dashboard;
import dev.brain.error.BrainException;
import dev.brain.examples.demo.DemoWorld;
import dev.brain.history.Actor;
import dev.brain.incident.Incident;
import dev.brain.internal.file.FileAccess;
import dev.brain.internal.site.SiteFile;
import dev.brain.launcher.BrainCommand;
import dev.brain.launcher.BrainSession;
import dev.brain.launcher.CleanStop;
import dev.brain.launcher.IncidentPrinter;
import dev.brain.launcher.ReportPrinter;
import dev.brain.launcher.ServedDashboard;
import dev.brain.launcher.TaskPrinter;
import dev.brain.queue.Store;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code brain demo} */
@Command(
        name = "demo",
        header = "Show Brain at work on invented cases, on this machine only.",
        description = {
            "%nCreates a folder with a system of record, sites and a queue, and runs cycles on it while people take cases"
                    + " too and new ones arrive. A folder that already has a demo is continued.",
        },
        footer = {
            "",
            "Examples:",
            "  brain demo --once                     one cycle, in seconds",
            "  brain demo --dashboard                with web pages to look at it, until Ctrl-C",
            "  brain demo --claim web                through an intranet, in a real browser",
            "  brain demo --dir world --rows 100000  many cases, in a folder of your choice"
        })
final class DemoCommand extends BrainCommand {
    private static final int CYCLES = 5;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    @Option(names = "--once", description = "Run one cycle and exit.")
    private boolean once;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "The number of cases at the start (default: ${DEFAULT-VALUE}).")
    private long rows = 250;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed creates the same cases (default: ${DEFAULT-VALUE}).")
    private long seed = 2026;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "The folder of the demo (default: a new folder in BRAIN_HOME/demo).")
    private @Nullable Path folder;

    @Option(
            names = "--claim",
            paramLabel = "sql|web",
            description = "Claim by SQL, or through an intranet in a real browser (default: ${DEFAULT-VALUE}).")
    private Way claim = Way.sql;

    @Option(
            names = "--dashboard",
            paramLabel = "PORT",
            arity = "0..1",
            fallbackValue = "8085",
            description = "Serve the dashboard of the demo at this port, or at ${FALLBACK-VALUE}, until Ctrl-C.")
    private @Nullable Integer dashboardPort;

    /** How the demo claims; in the spelling of the command line. */
    enum Way {
        sql,
        web
    }

    @Override
    protected int run() throws InterruptedException {
        if (dashboardPort != null && (dashboardPort < 0 || dashboardPort > 65_535)) {
            throw new ParameterException(spec().commandLine(), "--dashboard must be a port, not " + dashboardPort);
        }
        if (rows < 1) {
            throw new ParameterException(spec().commandLine(), "--rows must be at least 1, not " + rows);
        }
        try (CleanStop stop = CleanStop.withStatus(DONE, err());
                DemoWorld world = DemoWorld.open(folder == null ? newFolder() : folder, seed, rows);
                Store store = openStore(world)) {
            out().println(
                            world.isReused()
                                    ? "The demo in " + world.folder() + " goes on (seed "
                                            + world.cases().seed() + ")."
                                    : rows + (rows == 1 ? " invented case" : " invented cases") + " in "
                                            + world.folder() + " (seed " + seed + ").");
            if (!world.isReused()) {
                store.sites().save(Actor.ofProcess(), SiteFile.read(world.siteFile()), false);
            }
            // Nothing else of the environment: a demo must never reach a real system of record.
            Map<String, String> variables = new HashMap<>(Map.of("BRAIN_SOURCE_URL", world.sourceUrl()));
            try (DemoIntranet intranet = claim == Way.web ? DemoIntranet.open(world, store) : null) {
                if (intranet != null) {
                    out().println(intranet.description());
                    variables.putAll(intranet.variables());
                    environment().get("BRAIN_BROWSER").ifPresent(path -> variables.put("BRAIN_BROWSER", path));
                }
                return serve(world, store, Environment.of(variables), stop);
            }
        }
    }

    private static Store openStore(DemoWorld world) {
        return Store.open(
                new Store.Options(
                        world.queueUrl(), Store.Options.Access.CREATE, Environment.of(Map.of()), Clock.systemUTC()),
                List.of(DemoCommand.class.getClassLoader()));
    }

    private int serve(DemoWorld world, Store store, Environment environment, CleanStop stop)
            throws InterruptedException {
        try (BrainSession session =
                openSession(environment, store, store.sites().sites(), builder -> builder.listener(progress()))) {
            stop.closes(session.brain());
            if (dashboardPort == null) {
                int status = cycles(world, store, session.brain(), stop);
                tell(world, store);
                return status;
            }
            try (ServedDashboard dashboard = dashboard(dashboardPort, world, store, session.brain())) {
                out().println("The dashboard is at " + dashboard.url());
                int status = cycles(world, store, session.brain(), stop);
                tell(world, store);
                out().println();
                out().println("The dashboard is at " + dashboard.url() + "; Ctrl-C stops.");
                stop.closes(dashboard);
                dashboard.awaitClose();
                return status;
            }
        }
    }

    private static ServedDashboard dashboard(int port, DemoWorld world, Store store, Brain brain) {
        Dashboard dashboard = Dashboard.builder()
                .store(store)
                .brain(brain.operations())
                .evidence(world.folder().resolve("evidence"))
                .operating(true)
                .build();
        return ServedDashboard.start(dashboard, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private int cycles(DemoWorld world, Store store, Brain brain, CleanStop stop) throws InterruptedException {
        int status = DONE;
        for (int cycle = 1; cycle <= (once ? 1 : CYCLES); cycle++) {
            if (cycle == 1 ? stop.isAsked() : stop.await(PAUSE)) {
                break;
            }
            out().println();
            if (cycle > 1 || world.isReused()) {
                out().println(world.timePasses(store.queue()));
            }
            CycleReport report = brain.runCycle();
            out().println("Cycle " + cycle + ": " + ReportPrinter.summary(report));
            ReportPrinter.table(report, out());
            status = Math.max(status, ReportPrinter.status(report));
        }
        return status;
    }

    private void tell(DemoWorld world, Store store) {
        List<Task> tasks = store.operations().list(TaskFilter.newest(5));
        out().println();
        out().println("The newest tasks in the queue:");
        TaskPrinter.table(tasks, out());
        List<Incident> incidents = store.incidents().list(Set.of(), true, 5);
        if (!incidents.isEmpty()) {
            out().println();
            out().println("What a person must look at:");
            IncidentPrinter.table(incidents, out());
        }
        // these work in any folder
        String brain = "  " + System.getProperty("brain.command", "bin/brain");
        String file = " --sqlite-db " + absolute(world.queueFile());
        out().println();
        out().println("Look further:");
        out().println(brain + " tasks stats" + file);
        if (!tasks.isEmpty()) {
            out().println(brain + " tasks show " + tasks.get(0).id() + file);
        }
        out().println(brain + " incidents list" + file);
        out().println(brain + " demo --dir " + absolute(world.folder()) + "   goes on");
    }

    /** Returns a path as a shell reads it, from any folder. */
    private static String absolute(Path path) {
        String text = path.toAbsolutePath().normalize().toString();
        return text.matches("[\\p{L}\\p{N}/\\\\:._-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    private Path newFolder() {
        Path demos = home().resolve("demo").normalize();
        try {
            FileAccess.OWNER.createFolder(demos);
            for (int number = 1; ; number++) {
                try {
                    return FileAccess.OWNER.createNewFolder(demos.resolve(String.valueOf(number)));
                } catch (FileAlreadyExistsException taken) {
                    // by an earlier demo, or one that starts at the same time
                }
            }
        } catch (IOException e) {
            throw new BrainException("cannot make a folder in " + demos + " (" + e + "); name one with --dir", e);
        }
    }
}
