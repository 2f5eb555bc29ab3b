package dev.brain.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.check.Finding;
import dev.brain.error.BrainException;
import dev.brain.payload.ExactJson;
import dev.brain.queue.SiteState;
import dev.brain.site.Site;
import dev.brain.sqlite.SiteFile;
import dev.brain.sqlite.SqliteStore;
import dev.brain.text.VisibleText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code brain sites} */
@Command(
        name = "sites",
        header = "Configure the sites: what to look for, and how.",
        footer = {"", "Examples:", "  brain sites import organismo_config.json", "  brain sites check xaloc_girona"},
        subcommands = {
            SitesCommand.Import.class,
            SitesCommand.Export.class,
            SitesCommand.ListSites.class,
            SitesCommand.Show.class,
            SitesCommand.Enable.class,
            SitesCommand.Disable.class,
            SitesCommand.Pause.class,
            SitesCommand.Resume.class,
            SitesCommand.Check.class
        })
final class SitesCommand extends CommandGroup {
    private static final JsonMapper JSON = ExactJson.builder().build();

    /** The sites as a site file has them. */
    private static JsonNode entries(List<Site> sites) {
        try {
            return JSON.readTree(SiteFile.write(sites)).get("configs");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a site file can't be read back", e);
        }
    }

    private static Map<String, SiteState> states(SqliteStore store) {
        return store.siteStates().stream().collect(Collectors.toMap(SiteState::siteId, state -> state));
    }

    private static boolean isPaused(@Nullable SiteState state) {
        return state != null && state.paused();
    }

    @Command(
            name = "import",
            header = "Add the sites of a file, and update those that exist.",
            description =
                    "%nImports all sites or none. An existing site stays active or inactive, unless --set-active is given."
                            + " A site that nothing serves is refused, unless --allow-unknown is given;"
                            + " a site with an invalid profile is always refused.",
            footer = {"", "Example:", "  brain sites import organismo_config.json"})
    static final class Import extends BrainCommand {
        @Parameters(
                paramLabel = "FILE",
                description =
                        "JSON: {\"configs\": [...]} or {\"<site_id>\": {...}}; or a plug-in's jar, for the sites in it.")
        private Path file = Path.of("");

        @Option(names = "--set-active", description = "Take \"active\" from the file for existing sites, too.")
        private boolean setActive;

        @Option(
                names = "--allow-unknown",
                description = "Also import sites that name missing parts, for a plug-in that is installed later.")
        private boolean allowUnknown;

        @Mixin
        private final QueueOptions queue = new QueueOptions();

        @Override
        protected int run() {
            List<Site> sites = file.toString().endsWith(".jar") ? Plugin.sites(file) : SiteFile.read(file);
            new SiteImportCheck(launcher().plugins(), environment(), launcher().home(), there())
                    .require(sites, file, allowUnknown);
            try (SqliteStore store = queue.openOrCreate(environment())) {
                Map<String, Boolean> before =
                        store.sites().sites().stream().collect(Collectors.toMap(Site::id, Site::active));
                store.sites().save(sites, setActive);
                long changed = sites.stream()
                        .filter(site -> before.containsKey(site.id()))
                        .count();
                out().println("Imported " + DisplayText.count(sites.size(), "site") + " into "
                        + queue.path(environment()) + ": " + (sites.size() - changed) + " new, " + changed
                        + " that were there.");
                for (Site site : sites) {
                    Boolean active = before.get(site.id());
                    if (active != null && active != site.active() && !setActive) {
                        out().println(site.id() + " stays " + (active ? "active" : "inactive")
                                + ", unlike in the file; --set-active changes that.");
                    }
                }
            }
            return DONE;
        }

        /** The sites that were imported before. */
        private List<String> there() {
            if (!queue.isThere(environment())) {
                return List.of();
            }
            try (SqliteStore store = queue.open(environment())) {
                return store.sites().sites().stream().map(Site::id).toList();
            }
        }
    }

    @Command(name = "export", header = "Write the sites as a file that can be imported.")
    static final class Export extends QueueCommand {
        @Parameters(paramLabel = "FILE", arity = "0..1", description = "Where to (default: standard output).")
        private @Nullable Path file;

        @Override
        boolean onlyLooks() {
            return true;
        }

        @Override
        int run(SqliteStore store) {
            List<Site> sites = store.sites().sites();
            String text = SiteFile.write(sites);
            if (file == null) {
                out().print(VisibleText.ofLines(text));
                return DONE;
            }
            try {
                Files.writeString(file, text);
            } catch (IOException e) {
                throw new BrainException(
                        "cannot write " + file + " (" + e + "); name a file in a folder of this user", e);
            }
            out().println("Exported " + DisplayText.count(sites.size(), "site") + " to " + file + ".");
            return DONE;
        }
    }

    @Command(name = "list", header = "List the sites.")
    static final class ListSites extends QueueCommand {
        @Mixin
        private final JsonOption json = new JsonOption();

        @Override
        boolean onlyLooks() {
            return true;
        }

        @Override
        int run(SqliteStore store) {
            List<Site> sites = store.sites().sites();
            Map<String, SiteState> states = states(store);
            if (json.isSet()) {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                JsonNode entries = entries(sites);
                entries.forEach(entry -> ((ObjectNode) entry)
                        .put("paused", isPaused(states.get(entry.path("site_id").asText()))));
                object.set("sites", entries);
                JsonOption.print(out(), object);
            } else if (sites.isEmpty()) {
                out().println("No sites; import some with 'brain sites import FILE'.");
            } else {
                Table table = Table.of("SITE", "ACTIVE", "PRIORITY", "LOOKS FOR", "REFERENCES", "CLAIMS FOR");
                for (Site site : sites) {
                    table.row(
                            site.id(),
                            (site.active() ? "yes" : "no") + (isPaused(states.get(site.id())) ? ", paused" : ""),
                            site.priority(),
                            site.settings().text("query_organisme").orElse(""),
                            site.referencePattern(),
                            site.claimant() == null ? "" : site.claimant().name());
                }
                table.print(out());
            }
            List<Finding> unreadable = store.sites().check();
            unreadable.forEach(finding -> ErrorLine.print(err(), finding.message()));
            return unreadable.isEmpty() ? DONE : FAILED;
        }
    }

    /** A command on one site. */
    abstract static class OnSite extends QueueCommand {
        @Parameters(paramLabel = "ID", description = "The site's id.")
        private String id = "";

        abstract int run(SqliteStore store, Site site);

        @Override
        final int run(SqliteStore store) {
            return run(store, SiteChoice.one(store.sites().sites(), id));
        }
    }

    @Command(name = "show", header = "Show how one site is configured.")
    static final class Show extends OnSite {
        @Override
        boolean onlyLooks() {
            return true;
        }

        @Override
        int run(SqliteStore store, Site site) {
            Table table = Table.untitled(2);
            for (Map.Entry<String, JsonNode> field :
                    entries(List.of(site)).get(0).properties()) {
                JsonNode value = field.getValue();
                table.row(
                        field.getKey(),
                        value.isNull() ? "-" : value.isContainerNode() ? value.toString() : value.asText());
            }
            SiteState state = states(store).get(site.id());
            table.row("paused", isPaused(state) ? "yes; 'brain sites resume " + site.id() + "' ends the pause" : "no");
            if (state != null && state.failures() > 0) {
                table.row("failures in a row", state.failures());
            }
            table.print(out());
            return DONE;
        }
    }

    @Command(name = "enable", header = "Look for a site's work from the next cycle on.")
    static final class Enable extends OnSite {
        @Override
        int run(SqliteStore store, Site site) {
            store.sites().setActive(site.id(), true);
            out().println(site.id() + (site.active() ? " was active already." : " is active from the next cycle on."));
            return DONE;
        }
    }

    @Command(
            name = "disable",
            header = "Look for a site's work no longer.",
            description = "%nIts tasks stay in the queue, and claims that aren't settled yet are still settled.")
    static final class Disable extends OnSite {
        @Override
        int run(SqliteStore store, Site site) {
            store.sites().setActive(site.id(), false);
            out().println(site.id()
                    + (site.active() ? " is inactive from the next cycle on." : " was inactive already."));
            return DONE;
        }
    }

    @Command(
            name = "pause",
            header = "Stop workers from taking a site's tasks, and cycles from claiming for it.",
            description = "%nThe pause lasts until 'sites resume'. Earlier claims are still settled, and stay queued.")
    static final class Pause extends OnSite {
        @Override
        int run(SqliteStore store, Site site) {
            store.pause(site.id(), true);
            out().println(site.id()
                    + " is paused: its tasks wait, and nothing is claimed for it, until 'brain sites resume "
                    + site.id() + "'.");
            return DONE;
        }
    }

    @Command(
            name = "resume",
            header = "Let workers take a site's tasks again, and cycles claim for it again.",
            description = "%nThis also ends an automatic pause after consecutive failures.")
    static final class Resume extends OnSite {
        @Override
        int run(SqliteStore store, Site site) {
            store.pause(site.id(), false);
            out().println("Workers take tasks of " + site.id() + " again, and cycles claim for it again.");
            return DONE;
        }
    }

    @Command(
            name = "check",
            header =
                    "Check everything that a site needs: pattern, template, table, payload, handler, limits, settings.",
            description =
                    "%nWithout an ID, it also lists what each plug-in provides. Writes nothing. The exit status is 1 if there is an error.")
    static final class Check extends BrainCommand {
        @Parameters(paramLabel = "ID", arity = "0..1", description = "The site's id (default: all sites).")
        private @Nullable String id;

        @Mixin
        private final QueueOptions queue = new QueueOptions();

        @Mixin
        private final JsonOption json = new JsonOption();

        @Override
        protected int run() {
            Map<String, List<Finding>> plugins =
                    id == null ? launcher().plugins().findings() : Map.of();
            Map<String, List<Finding>> findings = new LinkedHashMap<>();
            try (SqliteStore store = queue.snapshot(environment());
                    BrainSession session = BrainSession.open(
                            environment(), launcher().plugins(), store, List.of(), builder -> builder)) {
                List<Site> all = session.sites();
                for (Site site : id == null ? all : List.of(SiteChoice.one(all, id))) {
                    findings.put(site.id(), session.brain().check(site));
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
}
