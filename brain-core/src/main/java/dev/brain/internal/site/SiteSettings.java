package dev.brain.internal.site;

import dev.brain.claim.ClaimStrategy;
import dev.brain.config.SettingDefinition;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.plugin.Providers;
import dev.brain.internal.text.Spelling;
import dev.brain.payload.PayloadBuilder;
import dev.brain.plugin.ProviderContext;
import dev.brain.queue.SiteLimits;
import dev.brain.resource.ResourceSource;
import dev.brain.site.Site;
import dev.brain.work.RetryPolicy;
import dev.brain.work.TaskHandler;
import dev.brain.work.WorkerBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The settings that sites may have: those with a column of their own, those of every site, and those that the providers
 * of a site declare. Thread-safe.
 */
public record SiteSettings(
        ProviderContext context,
        Providers<ResourceSource> sources,
        Providers<ClaimStrategy> claims,
        Providers<PayloadBuilder> payloads,
        Providers<TaskHandler> handlers) {

    /** Whether every task of a site waits for a person's approval. */
    public static final SettingDefinition<Boolean> APPROVAL = SettingDefinition.flag(
                    "approval", "whether each task waits for a person's approval before a worker gets it")
            .withDefault(false);

    /** The settings of every site, beside its fields. All that say how its tasks are worked off can be edited. */
    private static final List<SettingDefinition<?>> COMMON = Stream.concat(
                    Stream.of(WorkerBuilder.HANDLER),
                    Stream.of(
                                    List.of(APPROVAL, Site.TIME_ZONE, Site.DEADLINE_WARNING),
                                    SiteLimits.SETTINGS,
                                    RetryPolicy.SETTINGS)
                            .<SettingDefinition<?>>flatMap(List::stream)
                            .map(SettingDefinition::editable))
            .<SettingDefinition<?>>map(definition -> definition)
            .toList();

    /** Finds the providers of a context. */
    public static SiteSettings of(ProviderContext context) {
        return of(context, Map.of(), Map.of(), Map.of());
    }

    /** Finds the providers of a context; the instances that are handed over win over the providers of their names. */
    public static SiteSettings of(
            ProviderContext context,
            Map<String, ResourceSource> sources,
            Map<String, ClaimStrategy> claims,
            Map<String, PayloadBuilder> payloads) {
        return new SiteSettings(
                context,
                Providers.of("source", ResourceSource.Provider.class, context, sources),
                Providers.of("claim strategy", ClaimStrategy.Provider.class, context, claims),
                Providers.of("payload builder", PayloadBuilder.Provider.class, context, payloads),
                Providers.of("task handler", TaskHandler.Provider.class, context, Map.of()));
    }

    /** Returns whether a site file has this key beside its settings. */
    public static boolean isField(String name) {
        return SiteField.ALL.stream().anyMatch(field -> field.name().equals(name));
    }

    /** Returns what every site may have: the keys of a site file, and the settings that no provider declares. */
    public static List<SettingDefinition<?>> everySite() {
        return Stream.concat(
                        SiteField.ALL.stream()
                                .filter(field -> field.property() != null)
                                .map(SiteField::definition),
                        COMMON.stream())
                .toList();
    }

    /**
     * Returns a message for each setting of a site that nothing declares. If a part of the site is an instance that was
     * handed over, or is not there, its settings are not known, and only names that are close to a known one are reported.
     */
    public List<String> unknown(Site site) {
        List<Part<?>> parts = parts(site);
        Map<String, SettingDefinition<?>> known;
        try {
            known = known(site, parts);
        } catch (ConfigurationException e) {
            // reported by whoever reads that file
            return List.of();
        }
        boolean isComplete = parts.stream()
                .allMatch(part -> part.providers().provider(part.name()).isPresent());
        List<String> names = List.copyOf(new TreeSet<>(known.keySet()));
        List<String> messages = new ArrayList<>();
        for (String given : site.settings().values().keySet()) {
            if (!known.containsKey(given)
                    && (isComplete || Spelling.nearest(given, names).isPresent())) {
                messages.add("there is no setting '" + given + "'" + Spelling.hint(given, names));
            }
        }
        return messages;
    }

    /** Returns a message for each setting of a site that is missing, or has a value of a wrong type. */
    public List<String> invalid(Site site) {
        List<String> messages = new ArrayList<>();
        for (SettingDefinition<?> definition : known(site, parts(site)).values()) {
            definition.problem(site.settings()).ifPresent(messages::add);
        }
        return messages;
    }

    /** Returns a message for everything that {@link #unknown} and {@link #invalid} find. */
    public List<String> problems(Site site) {
        return Stream.concat(unknown(site).stream(), invalid(site).stream()).toList();
    }

    /**
     * Returns the declarations of the settings of a site: its fields, and what its providers declare.
     *
     * @throws ConfigurationException if a file that declares some can't be read
     */
    public List<SettingDefinition<?>> declared(Site site) {
        Map<String, SettingDefinition<?>> declared = new LinkedHashMap<>();
        everySite().forEach(setting -> declared.put(setting.name(), setting));
        known(site, parts(site)).forEach((name, setting) -> declared.putIfAbsent(name, setting));
        return List.copyOf(declared.values());
    }

    /** A provider that a site names. */
    private record Part<T>(Providers<T> providers, String name) {
        List<SettingDefinition<?>> settings(Site site, ProviderContext context) {
            return providers
                    .provider(name)
                    .map(found -> found.settings(site, context))
                    .orElse(List.of());
        }
    }

    private List<Part<?>> parts(Site site) {
        List<Part<?>> parts = new ArrayList<>(List.of(
                new Part<>(sources, site.source()),
                new Part<>(claims, site.claim()),
                new Part<>(payloads, site.payload())));
        site.settings().text(WorkerBuilder.HANDLER_SETTING).ifPresent(name -> parts.add(new Part<>(handlers, name)));
        return parts;
    }

    /** The declaration of a provider wins over that of a column: a profile may accept a list where a file has a text. */
    private Map<String, SettingDefinition<?>> known(Site site, List<Part<?>> parts) {
        Map<String, SettingDefinition<?>> known = new LinkedHashMap<>();
        Optional.ofNullable(site.urlTemplate())
                .map(template -> UrlTemplate.parse(template).placeholders())
                .ifPresent(names -> names.forEach(
                        name -> known.put(name, SettingDefinition.any(name, "a value for url_template"))));
        SiteField.ALL.stream()
                .filter(SiteField::isSetting)
                .forEach(field -> known.put(field.name(), field.definition()));
        COMMON.forEach(setting -> known.put(setting.name(), setting));
        parts.forEach(part -> part.settings(site, context).forEach(setting -> known.put(setting.name(), setting)));
        return known;
    }
}
