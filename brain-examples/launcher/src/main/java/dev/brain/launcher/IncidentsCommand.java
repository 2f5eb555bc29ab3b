package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.queue.Actor;
import dev.brain.queue.Store;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code brain incidents} */
@Command(
        name = "incidents",
        header = "List the incidents that need a person, and resolve them.",
        footer = {"", "Examples:", "  brain incidents list --site madrid", "  brain incidents resolve 3"},
        subcommands = {IncidentsCommand.ListIncidents.class, IncidentsCommand.Resolve.class})
final class IncidentsCommand extends CommandGroup {

    @Command(name = "list", header = "List the open incidents, most recent first.")
    static final class ListIncidents extends QueueCommand implements ReadOnlyCommand {
        @Mixin
        private final ListOptions options = new ListOptions(50);

        @Option(names = "--all", description = "Also show resolved incidents.")
        private boolean all;

        @Mixin
        private final JsonOption json = new JsonOption();

        @Override
        int run(Store store) {
            List<Incident> incidents = store.incidents().list(options.siteIds(), !all, options.limit());
            if (json.isSet()) {
                JsonOption.print(out(), object(incidents));
            } else if (incidents.isEmpty()) {
                out().println(all ? "No incidents." : "No open incidents.");
            } else {
                IncidentPrinter.table(incidents, out());
            }
            return DONE;
        }

        private static ObjectNode object(List<Incident> incidents) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            ArrayNode array = object.putArray("incidents");
            for (Incident incident : incidents) {
                Report report = incident.report();
                array.addObject()
                        .put("id", incident.id())
                        .put("code", report.code().name())
                        .put("site_id", report.siteId())
                        .put(
                                "resource_id",
                                report.resourceId() == null
                                        ? null
                                        : report.resourceId().value())
                        .put("message", report.message())
                        .put("evidence", report.evidence())
                        .put("count", incident.count())
                        .put("opened_at", incident.openedAt().toString())
                        .put("last_seen_at", incident.lastSeenAt().toString())
                        .put(
                                "resolved_at",
                                incident.resolvedAt() == null
                                        ? null
                                        : incident.resolvedAt().toString());
            }
            return object;
        }
    }

    @Command(name = "resolve", header = "Resolve an incident.")
    static final class Resolve extends QueueCommand {
        @Parameters(paramLabel = "ID", description = "The incident's number.")
        private long id;

        @Override
        int run(Store store) {
            if (!store.incidents().resolve(Actor.ofProcess(), id)) {
                throw new ConfigurationException("there is no open incident " + id + "; see 'brain incidents list'");
            }
            out().println("Incident " + id + " is resolved.");
            return DONE;
        }
    }
}
