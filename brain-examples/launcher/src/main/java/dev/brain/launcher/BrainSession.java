package dev.brain.launcher;

import dev.brain.Brain;
import dev.brain.BrainBuilder;
import dev.brain.config.Environment;
import dev.brain.internal.Closing;
import dev.brain.jdbc.Database;
import dev.brain.plugin.ProviderContext;
import dev.brain.queue.Store;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;

/** A Brain on a queue, set up as every command needs it. Closes what it opened, but not the queue. */
public final class BrainSession implements AutoCloseable {
    /** The profile of a site that names none. */
    static final String DEFAULT_PROFILE = "recursos";

    private final Brain brain;
    private final SiteRegistry sites;
    private final List<AutoCloseable> opened;

    private BrainSession(Brain brain, SiteRegistry sites, List<AutoCloseable> opened) {
        this.brain = brain;
        this.sites = sites;
        this.opened = opened;
    }

    /**
     * Builds the Brain.
     *
     * @param served the sites that the command is about; the database is opened at once if one of them needs it
     * @param options sets what only this command needs
     * @throws dev.brain.error.ConfigurationException if a database is needed and none is configured
     */
    static BrainSession open(
            Environment environment,
            Plugins plugins,
            Store store,
            Collection<Site> served,
            UnaryOperator<BrainBuilder> options) {
        SiteRegistry sites = DefaultClaimantRegistry.of(store.sites(), environment);
        List<ClassLoader> loaders = plugins.loaders();
        BrainBuilder builder = Brain.builder()
                .environment(environment)
                .pluginLoaders(loaders)
                .queue(store)
                .sites(sites)
                .defaultProfile(DEFAULT_PROFILE);
        List<AutoCloseable> opened = new ArrayList<>();
        if (served.stream().anyMatch(BrainSession::needsDatabase)) {
            // Without this, each site of each cycle would report that there is none.
            Database database = Database.open(new ProviderContext(environment, Clock.systemUTC(), loaders));
            opened.add(database);
            builder.share(Database.class, database);
        }
        try {
            Brain brain = options.apply(builder).build();
            opened.add(brain);
            return new BrainSession(brain, sites, opened);
        } catch (RuntimeException | Error e) {
            Closing.afterFailure(e, opened.toArray(AutoCloseable[]::new));
            throw e;
        }
    }

    public Brain brain() {
        return brain;
    }

    /** Returns the sites as the Brain sees them. */
    public List<Site> sites() {
        return sites.sites();
    }

    @Override
    public void close() {
        Closing.all(opened);
    }

    private static boolean needsDatabase(Site site) {
        return site.source().equals(Site.DEFAULT_PROVIDER) || site.claim().equals(Site.DEFAULT_PROVIDER);
    }
}
