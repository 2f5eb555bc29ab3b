package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.queue.Store;
import dev.brain.queue.TaskStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code brain tasks stats} */
@Command(name = "stats", header = "Count the tasks by site and status.")
final class TaskStatsCommand extends QueueCommand implements ReadOnlyCommand {
    private static final List<String> KNOWN = Arrays.stream(TaskStatus.values())
            .filter(status -> status != TaskStatus.OTHER)
            .map(TaskStatus::code)
            .toList();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Override
    int run(Store store) {
        Map<String, Map<String, Long>> counts = store.operations().counts();
        if (json.isSet()) {
            JsonOption.print(out(), object(counts));
        } else if (counts.isEmpty()) {
            out().println("No tasks.");
        } else {
            List<String> statuses = new ArrayList<>(KNOWN);
            statuses.addAll(others(counts.values()));
            List<String> titles = new ArrayList<>(List.of("SITE"));
            statuses.forEach(status ->
                    titles.add(KNOWN.contains(status) ? status.toUpperCase(Locale.ROOT) : DisplayText.status(status)));
            Table table = Table.of(titles.toArray(String[]::new));
            counts.forEach((site, byStatus) -> {
                List<Object> cells = new ArrayList<>(List.of(site));
                statuses.forEach(status -> cells.add(byStatus.getOrDefault(status, 0L)));
                table.row(cells.toArray());
            });
            table.print(out());
            out().println();
            out().println(DisplayText.count(total(counts), "task") + " of " + DisplayText.count(counts.size(), "site"));
            store.operations()
                    .siteStates()
                    .forEach(state -> out().println(state.siteId()
                            + (state.paused()
                                    ? " is paused; 'brain sites resume " + state.siteId() + "' lets workers go on"
                                    : " has failed " + DisplayText.count(state.failures(), "time") + " in a row")));
        }
        return DONE;
    }

    private static ObjectNode object(Map<String, Map<String, Long>> counts) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        ArrayNode sites = object.putArray("sites");
        counts.forEach((site, byStatus) -> {
            ObjectNode row = sites.addObject().put("site_id", site);
            KNOWN.forEach(status -> row.put(status, byStatus.getOrDefault(status, 0L)));
            Set<String> others = others(List.of(byStatus));
            if (!others.isEmpty()) {
                ObjectNode other = row.putObject(TaskStatus.OTHER.code());
                others.forEach(status -> other.put(status, byStatus.get(status)));
            }
        });
        return object.put("total", total(counts));
    }

    /** Returns the statuses that only other programs use. */
    private static Set<String> others(Collection<Map<String, Long>> counts) {
        Set<String> others = new TreeSet<>();
        counts.forEach(byStatus -> others.addAll(byStatus.keySet()));
        KNOWN.forEach(others::remove);
        return others;
    }

    private static long total(Map<String, Map<String, Long>> counts) {
        return counts.values().stream()
                .flatMap(byStatus -> byStatus.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }
}
