package dev.brain.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brain.check.Finding;
import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.site.SiteFile;
import dev.brain.internal.text.VisibleText;
import dev.brain.json.ExactJson;
import dev.brain.queue.SiteState;
import dev.brain.queue.Store;
import dev.brain.site.Site;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
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
            SiteImportCommand.class,
            SitesCommand.Export.class,
            SitesCommand.ListSites.class,
            SitesCommand.Show.class,
            SitesCommand.Enable.class,
            SitesCommand.Disable.class,
            SitesCommand.Pause.class,
            SitesCommand.Resume.class,
            SiteCheckCommand.class,
            SettingsCommand.class
        })
final class SitesCommand extends CommandGroup {
    private static final JsonMapper JSON = ExactJson.builder().build();

    /** Returns the sites as a site file contains them. */
    private static JsonNode entries(List<Site> sites) {
        try {
            return JSON.readTree(SiteFile.write(sites)).get("configs");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a site file can't be read back", e);
        }
    }

    private static Map<String, SiteState> states(Store store) {
        return store.operations().siteStates().stream().collect(Collectors.toMap(SiteState::siteId, state -> state));
    }

    private static boolean isPaused(@Nullable SiteState state) {
        return state != null && state.paused();
    }

    @Command(name = "export", header = "Write the sites as a file that can be imported.")
    static final class Export extends QueueCommand implements ReadOnlyCommand {
        private static final OpenOption[] CREATE = {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
        private static final OpenOption[] OVERWRITE = {
            StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE
        };

        @Parameters(paramLabel = "FILE", arity = "0..1", description = "Where to (default: standard output).")
        private @Nullable Path file;

        @Option(names = "--force", description = "Overwrite the file if it exists.")
        private boolean force;

        @Override
        int run(Store store) {
            List<Site> sites = store.sites().sites();
            String text = SiteFile.write(sites);
            if (file == null) {
                out().print(VisibleText.ofLines(text));
                return DONE;
            }
            try {
                Files.writeString(file, text, force ? OVERWRITE : CREATE);
            } catch (FileAlreadyExistsException e) {
                throw new ConfigurationException(
                        "the file " + file + " exists: name another one, or overwrite it with --force", e);
            } catch (IOException e) {
                throw new BrainException(
                        "cannot write " + file + " (" + e + "); name a file in a folder of this user", e);
            }
            out().println("Exported " + DisplayText.count(sites.size(), "site") + " to " + file + ".");
            return DONE;
        }
    }

    @Command(name = "list", header = "List the sites.")
    static final class ListSites extends QueueCommand implements ReadOnlyCommand {
        @Mixin
        private final JsonOption json = new JsonOption();

        @Override
        int run(Store store) {
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

        abstract int run(Store store, Site site);

        @Override
        final int run(Store store) {
            return run(store, SiteChoice.one(store.sites().sites(), id));
        }
    }

    @Command(name = "show", header = "Show how one site is configured.")
    static final class Show extends OnSite implements ReadOnlyCommand {
        @Override
        int run(Store store, Site site) {
            Table table = Table.untitled(2);
            for (Map.Entry<String, JsonNode> field :
                    entries(List.of(site)).get(0).properties()) {
                JsonNode value = field.getValue();
                table.row(
                        field.getKey(),
                        value.isNull() ? "-" : value.isContainerNode() ? value.toString() : value.asText());
            }
            SiteHours.of(site, Instant.now()).ifPresent(hours -> table.row("open now", hours));
            SiteState state = states(store).get(site.id());
            table.row("paused", isPaused(state) ? "yes; 'brain sites resume " + site.id() + "' ends the pause" : "no");
            if (state != null && state.failures() > 0) {
                table.row("failures in a row", state.failures());
            }
            table.print(out());
            return DONE;
        }
    }

    @Command(name = "enable", header = "Activate a site from the next cycle on.")
    static final class Enable extends OnSite {
        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store, Site site) {
            store.sites().setActive(by.actor(), site.id(), true);
            out().println(site.id() + (site.active() ? " was active already." : " is active from the next cycle on."));
            return DONE;
        }
    }

    @Command(
            name = "disable",
            header = "Deactivate a site from the next cycle on.",
            description = "%nIts tasks stay in the queue, and claims that aren't settled yet are still settled.")
    static final class Disable extends OnSite {
        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store, Site site) {
            store.sites().setActive(by.actor(), site.id(), false);
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
        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store, Site site) {
            store.operations().pause(by.actor(), site.id(), true);
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
        @Mixin
        private final ActorOption by = new ActorOption();

        @Override
        int run(Store store, Site site) {
            store.operations().pause(by.actor(), site.id(), false);
            out().println("Workers take tasks of " + site.id() + " again, and cycles claim for it again.");
            return DONE;
        }
    }
}
