package dev.brain.tck;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** A web server that receives notifications, and fails in every way that servers fail in. */
public final class NotificationReceiver implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> accepted = new CopyOnWriteArrayList<>();
    private final List<String> signatures = new CopyOnWriteArrayList<>();
    private final BlockingQueue<JsonNode> asked = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(run -> {
        Thread thread = new Thread(run, "notification-receiver");
        thread.setDaemon(true);
        return thread;
    });

    private HttpServer server;
    private volatile Answer answer = Answer.ACCEPT;
    private volatile CountDownLatch held = new CountDownLatch(0);

    /** What the server does with a request. */
    public enum Answer {
        ACCEPT,
        /** Answers 500. */
        FAIL,
        /** Answers nothing until {@link #release}, and then breaks the connection. */
        HOLD,
        /** Accepts, and never ends the body of its answer. */
        ENDLESS,
        /** Breaks the connection. */
        BREAK,
        /** Sends the client elsewhere. */
        REDIRECT
    }

    public NotificationReceiver() {
        server = started(0);
    }

    private HttpServer started(int port) {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            started.createContext("/", this::handle);
            started.setExecutor(threads);
            started.start();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        Answer now = answer;
        asked.add(body);
        switch (now) {
            case FAIL -> exchange.sendResponseHeaders(500, -1);
            case REDIRECT -> {
                exchange.getResponseHeaders().set("Location", uri().toString());
                exchange.sendResponseHeaders(302, -1);
            }
            case BREAK -> {}
            case HOLD -> {
                try {
                    held.await();
                } catch (InterruptedException e) {
                    // the server ends
                }
            }
            case ENDLESS -> {
                accept(exchange, body, 0);
                exchange.getResponseBody().write('.');
                exchange.getResponseBody().flush();
                return;
            }
            default -> accept(exchange, body, -1);
        }
        exchange.close();
    }

    private void accept(HttpExchange exchange, JsonNode body, int length) throws IOException {
        String signature = exchange.getRequestHeaders().getFirst("Brain-Signature");
        signatures.add(String.valueOf(signature));
        accepted.add(body);
        exchange.sendResponseHeaders(200, length);
    }

    public URI uri() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/hooks/1");
    }

    /** Sets what is done with the requests from now on. */
    public void answer(Answer answer) {
        held.countDown();
        held = new CountDownLatch(1);
        this.answer = answer;
    }

    /** Breaks the connections of what is held, and accepts everything from now on. */
    public void release() {
        answer(Answer.ACCEPT);
    }

    /** Waits for the next request, whatever becomes of it. */
    public JsonNode awaitRequest() throws InterruptedException {
        return asked.take();
    }

    /** What was accepted. */
    public List<JsonNode> accepted() {
        return List.copyOf(accepted);
    }

    /** Each accepted notification as {@code event code count}. */
    public List<String> told() {
        return accepted.stream()
                .map(body ->
                        body.path("event").asText() + " " + body.path("code").asText("-") + " "
                                + body.path("count").asInt())
                .toList();
    }

    public List<String> signatures() {
        return List.copyOf(signatures);
    }

    /** Ends the server; nobody listens at its port. */
    public void die() {
        held.countDown();
        server.stop(0);
    }

    /** Starts the server again at its port. */
    public void rise() {
        int port = server.getAddress().getPort();
        server = started(port);
        release();
    }

    @Override
    public void close() {
        die();
        threads.shutdownNow();
    }
}
