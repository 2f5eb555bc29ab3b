package com.example.costamar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.net.httpserver.HttpServer;
import dev.brain.queue.Task;
import dev.brain.work.TaskContext;
import dev.brain.work.TaskOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class CostamarHandlerTest {
    private final List<String> requests = new ArrayList<>();

    @Test
    void aCaseIsFiledOnce() throws Exception {
        Attempts attempts = new Attempts();
        for (int attempt = 1; attempt <= 2; attempt++) {
            TaskOutcome outcome = handle(attempts, 200, 201);
            assertEquals(TaskOutcome.done(TextNode.valueOf("R-1")), outcome);
        }
        assertEquals(List.of("GET /cases/2026/31", "POST /cases/2026/31/pleas", "GET /cases/2026/31"), requests);
    }

    @Test
    void aCaseThatCostamarDoesNotKnowIsNotTriedAgain() throws Exception {
        TaskOutcome outcome = handle(new Attempts(), 404, 201);
        assertEquals("CASE_UNKNOWN", assertInstanceOf(TaskOutcome.BusinessFailure.class, outcome).code());
        assertEquals(List.of("GET /cases/2026/31"), requests);
    }

    @Test
    void aServerThatFailsIsATechnicalFailure() {
        assertThrows(IOException.class, () -> handle(new Attempts(), 503, 201));
        assertThrows(IOException.class, () -> handle(new Attempts(), 200, 500));
    }

    /** Handles a task; Costamar answers the question and the plea with these statuses. */
    private TaskOutcome handle(TaskContext context, int asked, int filed) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            byte[] receipt = "R-1".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(exchange.getRequestMethod().equals("GET") ? asked : filed, receipt.length);
            exchange.getResponseBody().write(receipt);
            exchange.close();
        });
        server.start();
        try {
            String host = server.getAddress().getAddress().getHostAddress();
            return new CostamarHandler("http://" + host + ":" + server.getAddress().getPort()).handle(context);
        } finally {
            server.stop(0);
        }
    }

    /** The attempts of one task, which share the results of its steps. */
    private static final class Attempts implements TaskContext {
        private final Map<String, JsonNode> steps = new HashMap<>();

        @Override
        public Task task() {
            throw new UnsupportedOperationException("the handler needs only the payload");
        }

        @Override
        public JsonNode payload() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("idRecurso", 1)
                    .put("expediente_any", 2026)
                    .put("expediente_num", 31);
        }

        @Override
        public boolean isLost() {
            return false;
        }

        @Override
        public void progress(String text) {}

        @Override
        public void evidence(Path path) {}

        @Override
        public void submitting() {}

        @Override
        public JsonNode step(String name, Callable<?> action) throws Exception {
            if (!steps.containsKey(name)) {
                steps.put(name, TextNode.valueOf(String.valueOf(action.call())));
            }
            return steps.get(name);
        }

        @Override
        public JsonNode submit(String name, Callable<?> action) throws Exception {
            return step(name, action);
        }
    }
}
