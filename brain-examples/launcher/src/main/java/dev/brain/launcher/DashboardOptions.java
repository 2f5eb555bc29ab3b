package dev.brain.launcher;

import static java.util.Objects.requireNonNull;

import dev.brain.BrainOperations;
import dev.brain.config.Environment;
import dev.brain.dashboard.Dashboard;
import dev.brain.dashboard.access.PasswordFile;
import dev.brain.queue.Store;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** What a dashboard allows, and whom. */
final class DashboardOptions {
    @Spec(Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--operate",
            description = "Let people change tasks, incidents and sites on the dashboard (default: only look).")
    private boolean operate;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "The users of the dashboard; 'brain dashboard password' writes it"
                    + " (default: everybody on this machine, and nobody else).")
    private @Nullable Path passwordFile;

    @Option(
            names = "--host-name",
            paramLabel = "NAME",
            description =
                    "A name by which browsers reach the dashboard, besides localhost and addresses; may be repeated.")
    private final List<String> hostNames = new ArrayList<>();

    @Option(
            names = "--behind-proxy",
            description = "Trust the headers X-Forwarded-Host, -Proto, -Prefix and -For, which a proxy must set.")
    private boolean behindProxy;

    /** Refuses these options without the one that starts a dashboard. */
    void requireUnused(String starter) {
        if (operate || passwordFile != null || !hostNames.isEmpty() || behindProxy) {
            throw new ParameterException(
                    requireNonNull(spec, "spec").commandLine(), "the options of the dashboard need " + starter);
        }
    }

    boolean isOperating() {
        return operate;
    }

    /**
     * Starts a dashboard.
     *
     * @param brain the actions that need the system of record; null if there are none
     * @param metrics what it shows at {@code /metrics}, if there are meters
     */
    ServedDashboard start(
            InetSocketAddress address,
            Store store,
            @Nullable BrainOperations brain,
            Metrics metrics,
            Environment environment) {
        Dashboard.Builder builder = Dashboard.builder()
                .store(store)
                .evidence(Path.of(environment.get("BRAIN_HOME").orElse(".")).resolve("evidence"))
                .operating(operate)
                .behindProxy(behindProxy);
        if (brain != null) {
            builder.brain(brain);
        }
        if (passwordFile != null) {
            builder.access(PasswordFile.open(passwordFile));
        }
        hostNames.forEach(builder::host);
        metrics.text().ifPresent(builder::metrics);
        return ServedDashboard.start(builder.build(), address);
    }

    /** Reads {@code [HOST:]PORT}; without a host, it is the loopback address. */
    static final class AddressConverter implements ITypeConverter<InetSocketAddress> {
        @Override
        public InetSocketAddress convert(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : text.substring(0, colon).replaceFirst("^\\[(.*)]$", "$1");
            String port = text.substring(colon + 1);
            if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65_535 || (colon >= 0 && host.isEmpty())) {
                throw new TypeConversionException("'" + text + "' is not [HOST:]PORT, such as 8085 or 192.0.2.7:8085");
            }
            return host.isEmpty()
                    ? new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port))
                    : new InetSocketAddress(host, Integer.parseInt(port));
        }
    }
}
