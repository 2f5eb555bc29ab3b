package dev.brain.launcher;

import dev.brain.queue.Store;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --metrics}. Without it, no class of Micrometer is loaded. */
final class MetricsOption {
    private static final String NAME = "--metrics";

    @Option(
            names = NAME,
            paramLabel = "[HOST:]PORT",
            converter = DashboardOptions.AddressConverter.class,
            description = "Show meters to Prometheus at http://HOST:PORT/metrics (default host: loopback only).")
    private @Nullable InetSocketAddress address;

    boolean isSet() {
        return address != null;
    }

    /**
     * Starts the server, if the option is given.
     *
     * @throws dev.brain.error.ConfigurationException if it can't listen there
     */
    Metrics open(Store store) {
        InetSocketAddress where = address;
        return where == null ? Metrics.NONE : PrometheusMetrics.open(where, NAME, store);
    }
}
