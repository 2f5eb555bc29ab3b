package dev.brain.examples.launcher;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.jdbc.Profiles;
import dev.brain.playwright.PlaywrightClaimStrategy;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import dev.brain.work.WorkerBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whether sites are served: all that they name is there, and either a plug-in has a site of that id, or the site itself
 * names what serves it. Else its id is most likely a slip, and what is claimed for it would be done by nobody.
 */
final class ServedSites {
    private final Plugins plugins;
    private final ProviderContext context;
    private final Profiles profiles;
    private final Path home;
    private final SortedSet<String> known;

    /** @param there the ids of sites that were imported before */
    ServedSites(Plugins plugins, Environment environment, Path home, Collection<String> there) {
        this.plugins = plugins;
        this.context = new ProviderContext(environment, Clock.systemUTC(), plugins.loaders());
        this.profiles = new Profiles(context, List.of(), Workbench.DEFAULT_PROFILE);
        this.home = home;
        this.known = new TreeSet<>(plugins.names(Plugin.SITE));
        known.addAll(there);
    }

    /**
     * Refuses all of them if one isn't served.
     *
     * @throws ConfigurationException which names those, why, and the sites that are known
     */
    void require(List<Site> sites, Path file) {
        List<String> problems = new ArrayList<>();
        for (Site site : sites) {
            String place = "site " + site.id() + ": ";
            problems(site).forEach(problem -> problems.add(problem.startsWith(place) ? problem : place + problem));
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(file + ": not imported, since not every site is served: "
                    + String.join("; ", problems) + ". Known sites: " + String.join(", ", known)
                    + ". Correct the site, put its plug-in into plugins/, or allow it with --allow-unknown");
        }
    }

    private List<String> problems(Site site) {
        List<String> problems = new ArrayList<>();
        there(Plugin.SOURCE, site.source(), problems);
        there(Plugin.CLAIM, site.claim(), problems);
        there(Plugin.PAYLOAD, site.payload(), problems);
        site.settings()
                .text(WorkerBuilder.HANDLER_SETTING)
                .ifPresent(handler -> there(Plugin.HANDLER, handler, problems));
        profile(site, problems);
        site.settings().text(PlaywrightClaimStrategy.SETTING).ifPresent(pages -> {
            if (!Files.exists(home.resolve("pages").resolve(pages + ".json"))
                    && context.dataFiles("META-INF/brain/pages/" + pages + ".json")
                            .isEmpty()) {
                problems.add("there is no page file '" + pages + "'");
            }
        });
        if (problems.isEmpty() && !known.contains(site.id()) && !namesItsOwn(site)) {
            problems.add("no plug-in has a site of that id, and it names neither \"profile\" nor \"payload\" nor"
                    + " \"source\"");
        }
        return problems;
    }

    private void there(String kind, String name, List<String> problems) {
        Set<String> names = plugins.names(kind);
        if (!names.contains(name)) {
            problems.add("there is no " + kind + " '" + name + "' (there is: " + String.join(", ", names) + ")");
        }
    }

    private void profile(Site site, List<String> problems) {
        boolean mapped = site.payload().equals(Site.DEFAULT_PAYLOAD);
        if (namesProfile(site) || mapped || site.source().equals(Site.DEFAULT_PROVIDER)) {
            try {
                if (profiles.of(site).payload() == null && mapped) {
                    problems.add("it names no payload builder, and its profile has no \"payload\" mapping");
                }
            } catch (ConfigurationException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
    }

    private static boolean namesItsOwn(Site site) {
        return namesProfile(site)
                || !site.payload().equals(Site.DEFAULT_PAYLOAD)
                || !site.source().equals(Site.DEFAULT_PROVIDER);
    }

    private static boolean namesProfile(Site site) {
        return site.settings().text(Profiles.SETTING).isPresent();
    }
}
