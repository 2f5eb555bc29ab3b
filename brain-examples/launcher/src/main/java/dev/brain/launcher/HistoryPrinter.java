package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.history.History.Entry;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Shows changes, to a person or to a program. */
final class HistoryPrinter {
    private HistoryPrinter() {}

    /** Prints one row for each change, and its detail below. */
    static void table(List<Entry> entries, PrintWriter out) {
        Table table = Table.of("TIME", "WHAT", "SITE", "TASK", "INCIDENT", "BY");
        for (Entry entry : entries) {
            table.row(
                            DisplayText.time(entry.at()),
                            entry.event().code().replace('_', ' '),
                            entry.siteId(),
                            entry.taskId(),
                            entry.incidentId(),
                            entry.actor().kind().name().toLowerCase(Locale.ROOT) + " "
                                    + entry.actor().name())
                    .under(entry.detail());
        }
        table.print(out);
    }

    static ObjectNode json(List<Entry> entries) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ArrayNode array = object.putArray("history");
        for (Entry entry : entries) {
            array.addObject()
                    .put("id", entry.id())
                    .put("at", entry.at().toString())
                    .put("actor_kind", entry.actor().kind().name().toLowerCase(Locale.ROOT))
                    .put("actor", entry.actor().name())
                    .put("event", entry.event().code())
                    .put("site_id", entry.siteId())
                    .put("task_id", entry.taskId())
                    .put("incident_id", entry.incidentId())
                    .put("resource_id", entry.resourceId())
                    .put("detail", entry.detail());
        }
        return object;
    }
}
