package dev.brain.launcher;

import dev.brain.check.Finding;
import dev.brain.config.Environment;
import dev.brain.site.Site;
import dev.brain.site.SiteRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A registry's sites, with the default claimant for sites that claim by SQL and name none: {@code BOT_USERNAME}. */
record DefaultClaimantRegistry(SiteRegistry registry, String name) implements SiteRegistry {
    static DefaultClaimantRegistry of(SiteRegistry registry, Environment environment) {
        return new DefaultClaimantRegistry(
                registry, environment.get("BOT_USERNAME").orElse("BOT_MULTIVIA"));
    }

    @Override
    public List<Site> sites() {
        return registry.sites().stream().map(this::named).toList();
    }

    @Override
    public List<Finding> check() {
        return registry.check();
    }

    @Override
    public void synced(Set<String> siteIds, Instant at) {
        registry.synced(siteIds, at);
    }

    private Site named(Site site) {
        return site.claimant() == null && site.claim().equals(Site.DEFAULT_PROVIDER)
                ? site.toBuilder().claimant(name).build()
                : site;
    }
}
