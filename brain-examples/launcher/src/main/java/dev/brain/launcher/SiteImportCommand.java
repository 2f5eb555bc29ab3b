package dev.brain.launcher;

import dev.brain.internal.site.SiteFile;
import dev.brain.queue.Store;
import dev.brain.site.Site;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code brain sites import} */
@Command(
        name = "import",
        header = "Add the sites of a file, and update those that exist.",
        description =
                "%nImports all sites or none. An existing site stays active or inactive, unless --set-active is given."
                        + " A site that nothing serves is refused, unless --allow-unknown is given;"
                        + " a site with an invalid profile is always refused.",
        footer = {"", "Example:", "  brain sites import organismo_config.json"})
final class SiteImportCommand extends BrainCommand {
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

    @Mixin
    private final ActorOption by = new ActorOption();

    @Override
    protected int run() {
        List<Site> sites = file.toString().endsWith(".jar") ? Plugin.sites(file) : SiteFile.read(file);
        new SiteImportCheck(launcher().plugins(), environment(), launcher().home(), there())
                .require(sites, file, allowUnknown);
        try (Store store = queue.openOrCreate(environment())) {
            Map<String, Boolean> before =
                    store.sites().sites().stream().collect(Collectors.toMap(Site::id, Site::active));
            store.sites().save(by.actor(), sites, setActive);
            long changed =
                    sites.stream().filter(site -> before.containsKey(site.id())).count();
            out().println("Imported " + DisplayText.count(sites.size(), "site") + " into "
                    + queue.location(environment()) + ": " + (sites.size() - changed) + " new, " + changed
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

    /** Returns the ids of the sites that were imported before. */
    private List<String> there() {
        Optional<Store> there = queue.openIfThere(environment());
        if (there.isEmpty()) {
            return List.of();
        }
        try (Store store = there.get()) {
            return store.sites().sites().stream().map(Site::id).toList();
        }
    }
}
