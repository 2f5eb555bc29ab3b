package dev.brain.examples.launcher;

import dev.brain.Brain;
import dev.brain.BrainBuilder;
import dev.brain.config.Environment;
import dev.brain.jdbc.Database;
import dev.brain.plugin.Closing;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import dev.brain.sqlite.SqliteStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/** A Brain on a queue file, as all commands make it, with what was opened for it. */
final class Workbench implements AutoCloseable {
    /** What serves a site that names no profile. */
    static final String DEFAULT_PROFILE = "recursos";

    private final Brain brain;
    private final SiteRegistry sites;
    private final List<Object> opened;

    private Workbench(Brain brain, SiteRegistry sites, List<Object> opened) {
        this.brain = brain;
        this.sites = sites;
        this.opened = opened;
    }

    /**
     * Makes a Brain.
     *
     * @param served the sites that the command is about: if one of them needs a database, it is looked for at once
     * @param more what the command itself wants
     * @throws dev.brain.error.ConfigurationException if a database is needed and none is configured
     */
    static Workbench open(
            Environment environment,
            Plugins plugins,
            SqliteStore store,
            Collection<Site> served,
            UnaryOperator<BrainBuilder> more) {
        SiteRegistry sites = ClaimantDefault.of(store.sites(), environment);
        List<ClassLoader> loaders = plugins.loaders();
        BrainBuilder builder = Brain.builder()
                .environment(environment)
                .pluginLoaders(loaders)
                .queue(store)
                .sites(sites)
                .defaultProfile(DEFAULT_PROFILE);
        List<Object> opened = new ArrayList<>();
        if (served.stream().anyMatch(Workbench::needsDatabase)) {
            // else each site of each cycle would tell that there is none
            Database database = Database.open(new ProviderContext(environment, Clock.systemUTC(), loaders));
            opened.add(database);
            builder.database(database);
        }
        return new Workbench(more.apply(builder).build(), sites, opened);
    }

    Brain brain() {
        return brain;
    }

    /** The sites as its Brain sees them. */
    List<Site> sites() {
        return sites.sites();
    }

    @Override
    public void close() {
        brain.close();
        Closing.all(opened);
    }

    private static boolean needsDatabase(Site site) {
        return site.source().equals(Site.DEFAULT_PROVIDER) || site.claim().equals(Site.DEFAULT_PROVIDER);
    }
}
