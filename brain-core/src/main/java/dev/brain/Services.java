package dev.brain;

import dev.brain.claim.ClaimStrategy;
import dev.brain.payload.PayloadBuilder;
import dev.brain.plugin.Closing;
import dev.brain.plugin.ProviderContext;
import dev.brain.plugin.Providers;
import dev.brain.resource.ResourceSource;
import dev.brain.work.TaskHandler;
import java.util.List;

/** What sites choose from by name. */
record Services(
        ProviderContext context,
        Providers<ResourceSource> sources,
        Providers<ClaimStrategy> claims,
        Providers<PayloadBuilder> payloads,
        Providers<TaskHandler> handlers)
        implements AutoCloseable {

    @Override
    public void close() {
        Closing.all(List.of(context, sources, claims, payloads, handlers));
    }
}
