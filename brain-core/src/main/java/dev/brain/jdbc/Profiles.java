package dev.brain.jdbc;

import dev.brain.error.ConfigurationException;
import dev.brain.plugin.DataFiles;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the profile that a site names by its setting {@code profile}: given ones first, then {@code
 * BRAIN_HOME/profiles/NAME.json}, then {@code META-INF/brain/profiles/NAME.json} on the class path and in plug-ins.
 * Thread-safe.
 */
public final class Profiles {
    /** The setting of a site that names its profile. */
    public static final String SETTING = "profile";

    /** The profile files. */
    public static final DataFiles FILES = new DataFiles("profile", "profiles", SETTING);

    private final Map<String, Profile> known = new ConcurrentHashMap<>();
    private final ProviderContext context;
    private final @Nullable String defaultName;

    /**
     * @param given profiles that needn't be looked for
     * @param defaultName what sites use that name none; null makes that an error, unless just one profile is given
     */
    public Profiles(ProviderContext context, List<Profile> given, @Nullable String defaultName) {
        this.context = context;
        given.forEach(profile -> known.put(profile.name(), profile));
        this.defaultName =
                defaultName == null && given.size() == 1 ? given.get(0).name() : defaultName;
    }

    /** The profiles that all providers of a context share. */
    static Profiles shared(ProviderContext context) {
        return context.shared(Profiles.class, () -> new Profiles(context, List.of(), null));
    }

    /**
     * The site's profile.
     *
     * @throws ConfigurationException if it names none, one that isn't there, or one that is there twice
     */
    public Profile of(Site site) {
        String name = site.settings().text(SETTING).orElse(defaultName);
        if (name == null) {
            throw ConfigurationException.ofSite(
                    site.id(), "it names no profile: give it the setting \"" + SETTING + "\"");
        }
        return known.computeIfAbsent(name, absent -> ProfileReader.read(FILES.read(context, absent)));
    }

    /** Returns the names of the site's settings that its profile uses, and of the setting that names the profile. */
    Set<String> settingNames(Site site) {
        Set<String> names = of(site).parameters().values().stream()
                .map(Profile.Parameter::setting)
                .collect(Collectors.toCollection(TreeSet::new));
        names.add(SETTING);
        return names;
    }
}
