package dev.brain.launcher;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.site.SiteSettings;
import dev.brain.internal.text.Spelling;
import dev.brain.jdbc.Profiles;
import dev.brain.playwright.PlaywrightClaimStrategy;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import dev.brain.work.WorkerBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Checks whether sites are served: everything that they name exists, and either a plug-in has a site with that id, or
 * the site itself names its parts. Otherwise the id is most likely mistyped, and nobody would process what is claimed
 * for it.
 */
final class SiteImportCheck {
    private final Plugins plugins;
    private final ProviderContext context;
    private final Profiles profiles;
    private final SiteSettings settings;
    private final Path home;
    private final SortedSet<String> known;

    /** @param there the ids of sites that were imported before */
    SiteImportCheck(Plugins plugins, Environment environment, Path home, Collection<String> there) {
        this.plugins = plugins;
        this.context = new ProviderContext(environment, Clock.systemUTC(), plugins.loaders());
        this.profiles = new Profiles(context, List.of(), BrainSession.DEFAULT_PROFILE);
        context.give(Profiles.class, profiles);
        this.settings = SiteSettings.of(context);
        this.home = home;
        this.known = new TreeSet<>(plugins.names(Plugin.SITE));
        known.addAll(there);
    }

    /**
     * Returns the problems that prevent sites from being served.
     *
     * @param wrong problems that must be corrected first: a misspelt name, or an invalid file
     * @param absent parts that are missing, but may be installed later
     */
    private record Problems(List<String> wrong, List<String> absent) {
        Problems() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        boolean isEmpty() {
            return wrong.isEmpty() && absent.isEmpty();
        }

        void add(Site site, Problems problems) {
            String place = "site " + site.id() + ": ";
            problems.wrong.forEach(problem -> wrong.add(problem.startsWith(place) ? problem : place + problem));
            problems.absent.forEach(problem -> absent.add(problem.startsWith(place) ? problem : place + problem));
        }

        /** Adds an absent name; one that is close to an existing name counts as misspelt. */
        void addAbsent(String problem, String name, Collection<String> names) {
            Spelling.nearest(name, names)
                    .ifPresentOrElse(
                            meant -> wrong.add(problem + "; did you mean '" + meant + "'?"), () -> absent.add(problem));
        }
    }

    /**
     * Refuses all of them if one isn't served.
     *
     * @param allowAbsent whether parts that a site names may be missing for now
     * @throws ConfigurationException which names those, why, and the sites that are known
     */
    void require(List<Site> sites, Path file, boolean allowAbsent) {
        Problems problems = new Problems();
        sites.forEach(site -> problems.add(site, problems(site)));
        if (!problems.wrong().isEmpty()) {
            throw new ConfigurationException(file + ": not imported: " + String.join("; ", problems.wrong())
                    + ". Correct this and import the file again");
        }
        if (!problems.absent().isEmpty() && !allowAbsent) {
            throw new ConfigurationException(file + ": not imported, since not every site is served: "
                    + String.join("; ", problems.absent()) + ". Known sites: " + String.join(", ", known)
                    + ". Correct the site, put its plug-in into plugins/, or allow it with --allow-unknown");
        }
    }

    private Problems problems(Site site) {
        Problems problems = new Problems();
        there(Plugin.SOURCE, site.source(), problems);
        there(Plugin.CLAIM, site.claim(), problems);
        there(Plugin.PAYLOAD, site.payload(), problems);
        site.settings()
                .text(WorkerBuilder.HANDLER_SETTING)
                .ifPresent(handler -> there(Plugin.HANDLER, handler, problems));
        profile(site, problems);
        site.settings().text(PlaywrightClaimStrategy.SETTING).ifPresent(pages -> {
            if (!PlaywrightClaimStrategy.FILES.contains(context.environment(), context::dataFiles, pages)) {
                problems.addAbsent("there is no page file '" + pages + "'", pages, there("page", "pages"));
            }
        });
        problems.wrong().addAll(settings.unknown(site));
        if (problems.isEmpty()) {
            problems.wrong().addAll(settings.invalid(site));
        }
        if (problems.isEmpty() && !known.contains(site.id()) && !namesItsOwn(site)) {
            // ids of sites may be similar, so a similar id is not reported as misspelt
            problems.absent()
                    .add("no plug-in has a site with that id, and it names neither \"profile\" nor \"payload\" nor"
                            + " \"source\"");
        }
        return problems;
    }

    private void there(String kind, String name, Problems problems) {
        Set<String> names = plugins.names(kind);
        if (!names.contains(name)) {
            problems.addAbsent(
                    "there is no " + kind + " '" + name + "' (available: " + String.join(", ", names) + ")",
                    name,
                    names);
        }
    }

    /** Returns the names of a kind of data file, in plug-ins and in the folder. */
    private Set<String> there(String kind, String folder) {
        Set<String> names = new TreeSet<>(plugins.names(kind));
        try (Stream<Path> files = Files.list(home.resolve(folder))) {
            files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".json"))
                    .forEach(name -> names.add(name.substring(0, name.length() - ".json".length())));
        } catch (NoSuchFileException e) {
            return names;
        } catch (IOException e) {
            throw new ConfigurationException("cannot list " + home.resolve(folder) + " (" + e + ")", e);
        }
        return names;
    }

    private void profile(Site site, Problems problems) {
        boolean mapped = site.payload().equals(Site.DEFAULT_PAYLOAD);
        if (namesProfile(site) || mapped || site.source().equals(Site.DEFAULT_PROVIDER)) {
            try {
                if (profiles.of(site).payload() == null && mapped) {
                    problems.wrong().add("it names no payload builder, and its profile has no \"payload\" mapping");
                }
            } catch (ConfigurationException e) {
                String message = String.valueOf(e.getMessage());
                String name = site.settings().text(Profiles.SETTING).orElse(BrainSession.DEFAULT_PROFILE);
                Set<String> names = there("profile", "profiles");
                if (names.contains(name)) {
                    problems.wrong().add(message);
                } else {
                    problems.addAbsent(message, name, names);
                }
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
