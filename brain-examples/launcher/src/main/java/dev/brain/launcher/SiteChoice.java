package dev.brain.launcher;

import dev.brain.config.Environment;
import dev.brain.error.ConfigurationException;
import dev.brain.site.Site;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Selects the sites of a run: those named on the command line, among those that the environment allows. */
final class SiteChoice {
    private static final String VARIABLE = "BRAIN_ENABLED_SITES";

    private SiteChoice() {}

    /**
     * Returns the sites to serve: the named ones, or all active ones if none are named.
     *
     * @throws ConfigurationException if a name is no site, or a named site may not be served
     */
    static List<Site> of(List<Site> all, Collection<String> named, Environment environment) {
        Set<String> allowed = new LinkedHashSet<>(environment.list(VARIABLE));
        mustExist(all, allowed, VARIABLE);
        mustExist(all, named, "--site");
        for (Site site : all) {
            if (named.contains(site.id()) && !site.active()) {
                throw new ConfigurationException("the site " + site.id()
                        + " is not active; activate it with 'brain sites enable " + site.id() + "'");
            }
            if (named.contains(site.id()) && !allowed.isEmpty() && !allowed.contains(site.id())) {
                throw new ConfigurationException(
                        "the site " + site.id() + " is not among those that " + VARIABLE + " allows; add it there");
            }
        }
        return all.stream()
                .filter(Site::active)
                .filter(site -> named.isEmpty() || named.contains(site.id()))
                .filter(site -> allowed.isEmpty() || allowed.contains(site.id()))
                .toList();
    }

    /** Returns one site by its id. */
    static Site one(List<Site> all, String id) {
        mustExist(all, List.of(id), "the command");
        return all.stream().filter(site -> site.id().equals(id)).findFirst().orElseThrow();
    }

    private static void mustExist(List<Site> all, Collection<String> ids, String whoNamesThem) {
        Set<String> known = new TreeSet<>(all.stream().map(Site::id).toList());
        for (String id : ids) {
            if (!known.contains(id)) {
                throw new ConfigurationException("there is no site '" + id + "', which " + whoNamesThem
                        + " names; there "
                        + (known.isEmpty()
                                ? "are none, import some with 'brain sites import FILE'"
                                : "are: " + String.join(", ", known)));
            }
        }
    }
}
