package dev.brain.jdbc;

import dev.brain.config.SettingDefinition;
import dev.brain.error.ConfigurationException;
import dev.brain.json.DataFiles;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the profile that a site names by its setting {@code profile}: given ones first, then {@code
 * BRAIN_HOME/profiles/NAME.json}, then {@code META-INF/brain/profiles/NAME.json} on the class path and in plug-ins.
 * Thread-safe.
 */
public final class Profiles {
    /** The setting of a site that names its profile. */
    public static final String SETTING = "profile";

    /** The definition of that setting. */
    static final SettingDefinition<String> DEFINITION =
            SettingDefinition.text(SETTING, "the name of the profile, which describes the table");

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

    /** Returns the profiles that all providers of a context share. */
    static Profiles shared(ProviderContext context) {
        return context.shared(Profiles.class, () -> new Profiles(context, List.of(), null));
    }

    /**
     * Returns the profile of a site.
     *
     * @throws ConfigurationException if the site names none, an unknown one, or one that exists twice
     */
    public Profile of(Site site) {
        String name = site.settings().text(SETTING).orElse(defaultName);
        if (name == null) {
            throw ConfigurationException.ofSite(
                    site.id(), "it names no profile: give it the setting \"" + SETTING + "\"");
        }
        return known.computeIfAbsent(
                name, absent -> ProfileReader.read(FILES.read(context.environment(), context::dataFiles, absent)));
    }

    /** Returns the settings of a site that its profile uses, and the one that names the profile. */
    List<SettingDefinition<?>> settings(Site site) {
        Profile profile = of(site);
        List<SettingDefinition<?>> settings = new ArrayList<>(List.of(DEFINITION));
        profile.parameters()
                .forEach((parameter, spec) -> settings.add(SettingDefinition.any(
                        spec.setting(), "the parameter " + parameter + " of the profile " + profile.name())));
        return settings;
    }
}
