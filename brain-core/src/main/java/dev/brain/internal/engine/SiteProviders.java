package dev.brain.internal.engine;

import dev.brain.claim.ClaimStrategy;
import dev.brain.internal.Closing;
import dev.brain.internal.plugin.Providers;
import dev.brain.internal.site.SiteSettings;
import dev.brain.payload.PayloadBuilder;
import dev.brain.plugin.ProviderContext;
import dev.brain.resource.ResourceSource;
import dev.brain.work.TaskHandler;
import java.util.List;

/** The providers that sites choose from by name. */
public record SiteProviders(
        ProviderContext context,
        Providers<ResourceSource> sources,
        Providers<ClaimStrategy> claims,
        Providers<PayloadBuilder> payloads,
        Providers<TaskHandler> handlers)
        implements AutoCloseable {

    /** Returns the providers whose settings these are. */
    public static SiteProviders of(SiteSettings settings) {
        return new SiteProviders(
                settings.context(), settings.sources(), settings.claims(), settings.payloads(), settings.handlers());
    }

    /** Returns the settings that sites may have. */
    SiteSettings settings() {
        return new SiteSettings(context, sources, claims, payloads, handlers);
    }

    @Override
    public void close() {
        Closing.all(List.of(context, sources, claims, payloads, handlers));
    }
}
