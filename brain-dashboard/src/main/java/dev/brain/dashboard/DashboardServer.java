package dev.brain.dashboard;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.brain.dashboard.internal.web.Response;
import dev.brain.error.ConfigurationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Serves a dashboard with the JDK's HTTP server. Thread-safe.
 *
 * <p>A request must arrive within ten seconds, and its answer be read within a minute. The system property {@code
 * jdk.httpserver.maxConnections} limits the connections; it is set to 500 unless it is set already.
 *
 * @stability evolving
 */
public final class DashboardServer implements AutoCloseable {
    private static final String CONNECTIONS = "jdk.httpserver.maxConnections";
    private static final int MOST_CONNECTIONS = 500;
    private static final int THREADS = 32;
    private static final Duration LONGEST_ACTION = Duration.ofSeconds(20);
    private static final int LARGEST_HEAD = 32 * 1024;

    private final HttpServer server;
    private final Dashboard dashboard;
    private final Limits limits;
    private final ThreadPoolExecutor threads;
    private final ConnectionTimeouts timeouts = new ConnectionTimeouts();

    /** How long a client may take to send a request, and to read an answer. */
    record Limits(Duration request, Duration answer) {
        static final Limits DEFAULT = new Limits(Duration.ofSeconds(10), Duration.ofMinutes(1));
    }

    private DashboardServer(HttpServer server, Dashboard dashboard, Limits limits) {
        this.server = server;
        this.dashboard = dashboard;
        this.limits = limits;
        this.threads =
                new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "brain-dashboard");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Serves a dashboard at an address; port 0 takes any free one.
     *
     * @throws ConfigurationException if others than this machine would reach a dashboard that everybody may use, or if the
     *     address can't be used
     */
    public static DashboardServer start(Dashboard dashboard, InetSocketAddress address) {
        return start(dashboard, address, Limits.DEFAULT);
    }

    static DashboardServer start(Dashboard dashboard, InetSocketAddress address, Limits limits) {
        InetAddress host = address.getAddress();
        if (host == null) {
            throw new ConfigurationException(
                    "the dashboard can't listen on " + address.getHostString() + ": there is no such host");
        }
        if (!host.isLoopbackAddress() && dashboard.access().isForEverybody()) {
            throw new ConfigurationException("the dashboard would be open to everybody who reaches "
                    + host.getHostAddress() + ": give it users (a password file), or let it listen on 127.0.0.1");
        }
        if (System.getProperty(CONNECTIONS) == null) {
            System.setProperty(CONNECTIONS, String.valueOf(MOST_CONNECTIONS));
        }
        HttpServer server;
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException e) {
            throw new ConfigurationException(
                    "the dashboard can't listen on " + host.getHostAddress() + " port " + address.getPort() + " ("
                            + e.getMessage() + "); choose another port, or end what uses this one",
                    e);
        }
        DashboardServer started = new DashboardServer(server, dashboard, limits);
        server.setExecutor(task -> started.threads.execute(() -> started.receive(task)));
        server.createContext("/", started::handle);
        server.start();
        return started;
    }

    /** Returns the address, with the port that was taken. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** Returns where a browser on this machine finds the dashboard. */
    public URI uri() {
        InetAddress host = address().getAddress();
        String name = host.isAnyLocalAddress() || host.isLoopbackAddress() ? "localhost" : host.getHostAddress();
        return URI.create("http://" + (name.contains(":") ? "[" + name + "]" : name) + ":"
                + address().getPort() + "/");
    }

    /** Runs the server's task, which reads a request, calls {@link #handle} and closes what it must. */
    private void receive(Runnable task) {
        timeouts.begin(limits.request());
        try {
            task.run();
        } finally {
            timeouts.end();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        boolean open = false;
        try {
            // the work itself takes as long as it takes, and must not be interrupted
            timeouts.end();
            Response response = headSize(exchange) > LARGEST_HEAD
                    ? Response.plainText(431, "The headers are too large.\n")
                    : dashboard.application().handle(new ExchangeRequest(exchange, timeouts, limits.request()));
            timeouts.begin(limits.answer());
            open = send(exchange, response);
        } finally {
            if (!open) {
                exchange.close();
            }
        }
    }

    private static int headSize(HttpExchange exchange) {
        return exchange.getRequestHeaders().entrySet().stream()
                .mapToInt(header -> header.getValue().stream()
                        .mapToInt(value -> header.getKey().length() + value.length())
                        .sum())
                .sum();
    }

    /** Returns true if the answer goes on after this call. */
    private static boolean send(HttpExchange exchange, Response response) throws IOException {
        response.headers()
                .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        response.cookies().forEach(cookie -> exchange.getResponseHeaders().add("Set-Cookie", cookie));
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(response.status(), -1);
            return false;
        }
        if (response.body() instanceof Response.Bytes body) {
            exchange.sendResponseHeaders(response.status(), body.bytes().length == 0 ? -1 : body.bytes().length);
            exchange.getResponseBody().write(body.bytes());
        } else if (response.body() instanceof Response.FileContent file) {
            exchange.sendResponseHeaders(response.status(), file.size() == 0 ? -1 : file.size());
            file.writeTo(exchange.getResponseBody());
        } else if (response.body() instanceof Response.EventStream stream) {
            exchange.sendResponseHeaders(response.status(), 0);
            stream.subscription().begin(exchange.getResponseBody(), exchange::close);
            return true;
        }
        return false;
    }

    /** Stops listening, closes all connections, and waits for actions that are running. The dashboard itself stays open. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
        try {
            threads.awaitTermination(LONGEST_ACTION.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        timeouts.close();
    }
}
