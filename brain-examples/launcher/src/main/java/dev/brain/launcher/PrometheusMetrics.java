package dev.brain.launcher;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.brain.cycle.BrainListener;
import dev.brain.error.ConfigurationException;
import dev.brain.micrometer.BrainMeters;
import dev.brain.queue.Store;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Shows the meters in Prometheus's text format. */
final class PrometheusMetrics implements Metrics {
    private static final String PATH = "/metrics";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final BrainMeters meters = BrainMeters.of(registry);
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2, work -> {
        Thread thread = new Thread(work, "brain-metrics");
        thread.setDaemon(true);
        return thread;
    });

    private PrometheusMetrics(HttpServer server) {
        this.server = server;
    }

    /** @param option the option that has given the address, for messages */
    static PrometheusMetrics open(InetSocketAddress address, String option, Store store) {
        if (address.isUnresolved()) {
            throw new ConfigurationException(
                    option + " names the unknown host " + address.getHostString() + "; name one of this machine");
        }
        HttpServer server;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "cannot listen at " + address.getHostString() + ":" + address.getPort() + " (" + e.getMessage()
                            + "); name another address with " + option,
                    e);
        }
        PrometheusMetrics metrics = new PrometheusMetrics(server);
        metrics.meters.watch(store);
        server.setExecutor(metrics.threads);
        server.createContext("/", metrics::answer);
        server.start();
        return metrics;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(PATH)) {
                answer(exchange, 404, "The meters are at " + PATH + "\n");
            } else if (!exchange.getRequestMethod().matches("GET|HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                answer(exchange, 405, "Only GET and HEAD are allowed\n");
            } else {
                answer(exchange, 200, registry.scrape());
            }
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String type = status == 200 ? "text/plain; version=0.0.4; charset=utf-8" : "text/plain; charset=utf-8";
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean isHead = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, isHead ? -1 : body.length);
        if (!isHead) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public BrainListener listener() {
        return meters;
    }

    @Override
    public Optional<Supplier<String>> text() {
        return Optional.of(registry::scrape);
    }

    @Override
    public void tell(PrintWriter out) {
        String host = server.getAddress().getAddress().getHostAddress();
        out.println("Meters for Prometheus are at http://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + server.getAddress().getPort() + PATH);
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        registry.close();
    }
}
