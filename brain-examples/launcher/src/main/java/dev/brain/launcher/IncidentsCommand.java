package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.error.ConfigurationException;
import dev.brain.history.History;
import dev.brain.incident.Incident;
import dev.brain.incident.Incident.Report;
import dev.brain.incident.IncidentCode;
import dev.brain.incident.IncidentLog;
import dev.brain.queue.Store;
import dev.brain.queue.Task;
import dev.brain.queue.TaskFilter;
import dev.brain.resource.ResourceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code brain incidents} */
@Command(
        name = "incidents",
        header = "List the incidents that need a person, and work them off.",
        footer = {
            "",
            "Examples:",
            "  brain incidents list --site madrid --assignee anna",
            "  brain incidents show 3",
            "  brain incidents resolve 3 --note \"corrected in the vendor's table\""
        },
        subcommands = {
            IncidentsCommand.ListIncidents.class,
            IncidentsCommand.Show.class,
            IncidentsCommand.Assign.class,
            IncidentsCommand.Note.class,
            IncidentsCommand.Resolve.class
        })
final class IncidentsCommand extends CommandGroup {
    private static ConfigurationException noIncident(long id, boolean open) {
        return new ConfigurationException("there is no " + (open ? "open " : "") + "incident " + id
                + "; see 'brain incidents list" + (open ? "'" : " --all'"));
    }

    /** Returns the tasks of the resource of an incident, the newest first. */
    private static List<Task> tasks(Store store, Report report) {
        ResourceId resource = report.resourceId();
        return resource == null
                ? List.of()
                : store.operations().list(new TaskFilter(Set.of(report.siteId()), Set.of(), resource, 20));
    }

    @Command(name = "list", header = "List the open incidents, most recent first.")
    static final class ListIncidents extends QueueCommand implements ReadOnlyCommand {
        @Mixin
        private final ListOptions options = new ListOptions(50);

        @Option(names = "--all", description = "Also show resolved incidents.")
        private boolean all;

        @Option(names = "--code", paramLabel = "CODE", description = "Show only this code; may be repeated.")
        private final Set<IncidentCode> codes = EnumSet.noneOf(IncidentCode.class);

        @ArgGroup
        private final Assignment assignment = new Assignment();

        @Option(
                names = "--opened-before",
                paramLabel = "TIME",
                converter = TimeConverter.class,
                description = "Show only incidents opened before this time, " + TimeConverter.FORMS + ".")
        private @Nullable Instant openedBefore;

        @Mixin
        private final JsonOption json = new JsonOption();

        /** Whose incidents to list. */
        static final class Assignment {
            @Option(names = "--assignee", paramLabel = "NAME", description = "Show only the incidents of this person.")
            private @Nullable String assignee;

            @Option(names = "--unassigned", description = "Show only incidents without an assignee.")
            private boolean unassigned;
        }

        @Override
        int run(Store store) {
            List<Incident> incidents = store.incidents()
                    .list(new IncidentLog.Filter(
                            options.siteIds(),
                            codes,
                            assignment.unassigned ? "" : assignment.assignee,
                            openedBefore,
                            !all,
                            options.limit()));
            if (json.isSet()) {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                ArrayNode array = object.putArray("incidents");
                incidents.forEach(incident -> array.add(IncidentPrinter.json(incident)));
                JsonOption.print(out(), object);
            } else if (incidents.isEmpty()) {
                out().println(all ? "No incidents." : "No open incidents.");
            } else {
                IncidentPrinter.table(incidents, out());
            }
            return DONE;
        }
    }

    /** A command on one incident. */
    abstract static class OnIncident extends QueueCommand {
        @Parameters(index = "0", paramLabel = "ID", description = "The incident's number.")
        long id;
    }

    @Command(name = "show", header = "Show everything that is known about one incident.")
    static final class Show extends OnIncident implements ReadOnlyCommand {
        @Mixin
        private final JsonOption json = new JsonOption();

        @Override
        int run(Store store) {
            Incident incident = store.incidents().find(id).orElseThrow(() -> noIncident(id, false));
            List<Task> tasks = tasks(store, incident.report());
            List<History.Entry> history = new ArrayList<>(store.history().list(History.Filter.ofIncident(id, 100)));
            tasks.forEach(task -> history.addAll(store.history().list(History.Filter.ofTask(task.id(), 100))));
            history.sort((one, other) -> Long.compare(one.id(), other.id()));
            if (json.isSet()) {
                ObjectNode object = IncidentPrinter.json(incident);
                ArrayNode array = object.putArray("tasks");
                tasks.forEach(task -> array.add(TaskPrinter.json(task)));
                object.setAll(HistoryPrinter.json(history));
                JsonOption.print(out(), object);
                return DONE;
            }
            IncidentPrinter.details(incident, out());
            if (!tasks.isEmpty()) {
                out().println();
                TaskPrinter.table(tasks, out());
            }
            if (!history.isEmpty()) {
                out().println();
                HistoryPrinter.table(history, out());
            }
            return DONE;
        }
    }

    @Command(name = "assign", header = "Make somebody responsible for an open incident.")
    static final class Assign extends OnIncident {
        @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Who (default: nobody).")
        private @Nullable String assignee;

        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store) {
            String name = assignee == null || assignee.isBlank() ? null : assignee.strip();
            if (!store.incidents().assign(by.actor(), id, name)) {
                throw noIncident(id, true);
            }
            out().println("Incident " + id + " is " + (name == null ? "nobody's." : name + "'s."));
            return DONE;
        }
    }

    @Command(name = "note", header = "Add a note to an incident.")
    static final class Note extends OnIncident {
        @Parameters(index = "1", paramLabel = "TEXT", description = "What a colleague should know.")
        private String text = "";

        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store) {
            if (!store.incidents().note(by.actor(), id, text)) {
                throw noIncident(id, false);
            }
            out().println("The note is in the history of incident " + id + ".");
            return DONE;
        }
    }

    @Command(name = "resolve", header = "Resolve an incident.")
    static final class Resolve extends OnIncident {
        @Option(names = "--note", paramLabel = "TEXT", description = "What was found, or done.")
        private @Nullable String note;

        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store) {
            Incident incident = store.incidents()
                    .find(id)
                    .filter(found -> found.resolvedAt() == null)
                    .orElseThrow(() -> noIncident(id, true));
            out().println(IncidentPrinter.consequence(incident.report().code()));
            if (!store.incidents().resolve(by.actor(), id, note)) {
                throw noIncident(id, true);
            }
            out().println("Incident " + id + " is resolved.");
            return DONE;
        }
    }
}
