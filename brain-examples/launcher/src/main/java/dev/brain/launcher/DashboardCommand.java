package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.config.Environment;
import dev.brain.queue.Store;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code brain dashboard} */
@Command(
        name = "dashboard",
        header = "Show the queue on web pages, and let people act on it.",
        description = "%nIt runs until Ctrl-C or SIGTERM. Unless told otherwise, it is read-only, and only browsers on"
                + " this machine reach it.",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Examples:",
            "  brain dashboard --operate     for whoever works on this machine",
            "  brain dashboard password nora --password-file users",
            "  brain dashboard --listen 0.0.0.0:8085 --password-file users"
        },
        subcommands = DashboardPasswordCommand.class)
final class DashboardCommand extends BrainCommand {
    @Option(
            names = "--listen",
            paramLabel = "[HOST:]PORT",
            converter = DashboardOptions.AddressConverter.class,
            description = "Where browsers find it (default: 127.0.0.1:8085). Another address than this machine's own"
                    + " needs --password-file.")
    private @Nullable InetSocketAddress listen;

    @Mixin
    private final DashboardOptions dashboard = new DashboardOptions();

    @Mixin
    private final QueueOptions queue = new QueueOptions();

    @Mixin
    private final MetricsOption metrics = new MetricsOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Override
    protected int run() throws InterruptedException {
        Environment environment = environment();
        Variables.warn(environment);
        InetSocketAddress address = listen == null ? new DashboardOptions.AddressConverter().convert("8085") : listen;
        try (CleanStop stop = CleanStop.withStatus(DONE, err());
                Store store = queue.open(environment);
                Metrics shown = metrics.open(store);
                BrainSession session = openSession(environment, store, List.of(), builder -> builder);
                ServedDashboard started =
                        dashboard.start(address, store, session.brain().operations(), shown, environment)) {
            stop.closes(started);
            if (json.isSet()) {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                object.put("url", started.url());
                object.put("operating", dashboard.isOperating());
                JsonOption.print(out(), object);
            } else {
                shown.tell(out());
                out().println("The dashboard is at " + started.url() + "; Ctrl-C stops."
                        + (dashboard.isOperating() ? "" : " It is read-only without --operate."));
            }
            started.awaitClose();
            return DONE;
        }
    }
}
