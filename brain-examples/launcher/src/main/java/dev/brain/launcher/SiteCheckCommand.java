package dev.brain.launcher;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.check.Finding;
import dev.brain.queue.Store;
import dev.brain.site.Site;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code brain sites check} */
@Command(
        name = "check",
        header = "Check everything that a site needs: pattern, template, table, payload, handler, limits, settings.",
        description =
                "%nWithout an ID, it also lists what each plug-in provides. Writes nothing. The exit status is 1 if there is an error.")
final class SiteCheckCommand extends BrainCommand {
    @Parameters(paramLabel = "ID", arity = "0..1", description = "The site's id (default: all sites).")
    private @Nullable String id;

    @Mixin
    private final QueueOptions queue = new QueueOptions();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Override
    protected int run() {
        Map<String, List<Finding>> plugins = id == null ? launcher().plugins().findings() : Map.of();
        Map<String, List<Finding>> findings = new LinkedHashMap<>();
        try (Store store = queue.lookAt(environment());
                BrainSession session =
                        BrainSession.open(environment(), launcher().plugins(), store, List.of(), builder -> builder)) {
            List<Site> all = session.sites();
            for (Site site : id == null ? all : List.of(SiteChoice.one(all, id))) {
                findings.put(site.id(), session.brain().operations().check(site));
            }
            if (id == null) {
                for (Finding finding : store.sites().check()) {
                    findings.computeIfAbsent(finding.subject(), key -> new ArrayList<>())
                            .add(Finding.error("row", finding.message()));
                }
            }
        }
        if (json.isSet()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            put(object.putArray("plugins"), "plugin", plugins);
            put(object.putArray("sites"), "site_id", findings);
            JsonOption.print(out(), FindingsPrinter.putCounts(object, all(plugins, findings)));
        } else {
            FindingsPrinter.print(all(plugins, findings), out());
        }
        return FindingsPrinter.status(all(plugins, findings));
    }

    private static void put(ArrayNode array, String key, Map<String, List<Finding>> findings) {
        findings.forEach((name, list) ->
                FindingsPrinter.put(array.addObject().put(key, name).putArray("findings"), list));
    }

    private static Map<String, List<Finding>> all(
            Map<String, List<Finding>> plugins, Map<String, List<Finding>> sites) {
        Map<String, List<Finding>> all = new LinkedHashMap<>();
        plugins.forEach((jar, list) -> all.put("plug-in " + jar, list));
        all.putAll(sites);
        return all;
    }
}
