package dev.brain.dashboard.internal.page;

import dev.brain.dashboard.internal.web.Response;
import dev.brain.dashboard.internal.web.Router;
import java.util.function.Supplier;

/** The meters of this process, for Prometheus. */
public final class MetricsPage {
    private final Supplier<String> prometheusText;

    public MetricsPage(Supplier<String> prometheusText) {
        this.prometheusText = prometheusText;
    }

    /** Adds the route {@code /metrics}. */
    public void addTo(Router router) {
        router.machinePage("/metrics", request -> Response.plainText(200, prometheusText.get()));
    }
}
