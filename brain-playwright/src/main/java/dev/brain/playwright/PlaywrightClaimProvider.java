package dev.brain.playwright;

import dev.brain.claim.ClaimStrategy;
import dev.brain.config.SettingDefinition;
import dev.brain.internal.site.UrlTemplate;
import dev.brain.plugin.ProviderContext;
import dev.brain.site.Site;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Provides {@link PlaywrightClaimStrategy}. */
public final class PlaywrightClaimProvider implements ClaimStrategy.Provider {
    private static final SettingDefinition<String> PAGES = SettingDefinition.text(
                    PlaywrightClaimStrategy.SETTING, "the name of the page file")
            .required();

    private static final List<SettingDefinition<?>> SETTINGS = List.of(
            PAGES, SettingDefinition.object("web", PageReader.SITE, "values that win over those of the page file"));

    /** For {@link java.util.ServiceLoader}. */
    public PlaywrightClaimProvider() {}

    @Override
    public String name() {
        return "web";
    }

    @Override
    public List<SettingDefinition<?>> settings() {
        return SETTINGS;
    }

    @Override
    public List<SettingDefinition<?>> settings(Site site, ProviderContext context) {
        List<SettingDefinition<?>> settings = new ArrayList<>(SETTINGS);
        PAGES.find(site.settings()).ifPresent(name -> {
            String text = PlaywrightClaimStrategy.FILES
                    .read(context.environment(), context::dataFiles, name)
                    .text();
            PageSettings pages = PageSettings.of(site, text, "the page file " + name);
            Stream.of(pages.claim(), pages.release())
                    .filter(Objects::nonNull)
                    .flatMap(press -> UrlTemplate.parse(press.address()).placeholders().stream())
                    .forEach(placeholder -> settings.add(
                            SettingDefinition.any(placeholder, "a value for an address of the page file")));
        });
        return settings;
    }

    @Override
    public ClaimStrategy create(ProviderContext context) {
        return new PlaywrightClaimStrategy(context);
    }
}
